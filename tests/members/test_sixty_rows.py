"""The coalition's whole list, as spreadsheets of four kinds write it."""

import csv
from io import StringIO

import pytest

from coalition.mail.models import Letter
from coalition.management.demo.cast import LEAVING, OTHERS, Player
from coalition.management.demo.stage import domain_of, x_handle
from coalition.members.importing import Fate, apply, plan
from coalition.members.models import Account, Organisation
from coalition.members.sheet import read
from tests.factories import NOW, coordinator

pytestmark = pytest.mark.django_db

SIXTY = (*LEAVING, *OTHERS)[:60]
HEADER = ["Naam", "Wettelijke naam", "Taal", "Domein", "E-mail", "X"]


def row(player: Player) -> list[str]:
    domain = domain_of(player)
    return [
        player.name,
        f'{player.name}, vereniging "zonder winst", Fictegem',
        player.language,
        f"https://www.{domain}/",
        f"post@{domain}",
        f"@{x_handle(player)}",
    ]


def written(*, delimiter: str, ends: str, encoding: str) -> bytes:
    held = StringIO(newline="")
    csv.writer(held, delimiter=delimiter, lineterminator=ends).writerows(
        [HEADER, *(row(player) for player in SIXTY)]
    )
    return held.getvalue().encode(encoding)


@pytest.mark.parametrize(
    ("delimiter", "ends", "encoding"),
    [
        (",", "\n", "utf-8"),
        (",", "\r\n", "utf-8-sig"),
        (";", "\r\n", "utf-8-sig"),
        ("\t", "\r\n", "utf-8"),
    ],
)
def test_sixty_rows_go_in_once_however_they_are_written(
    delimiter: str, ends: str, encoding: str
) -> None:
    rows = read(written(delimiter=delimiter, ends=ends, encoding=encoding)).rows
    first = plan(rows)
    assert [line.fate for line in first.lines] == [Fate.NEW] * 60
    apply(rows, agreed=first.digest, actor=coordinator(), now=NOW)
    before = {one.pk: (one.name, one.legal_name, one.domain) for one in Organisation.objects.all()}
    assert len(before) == 60
    assert Account.objects.count() == 60

    second = plan(rows)
    assert [line.fate for line in second.lines] == [Fate.UNCHANGED] * 60
    apply(rows, agreed=second.digest, actor=coordinator(), now=NOW)
    after = {one.pk: (one.name, one.legal_name, one.domain) for one in Organisation.objects.all()}
    assert after == before
    assert not Letter.objects.exists()
