from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.evidence.models import Evidence
from coalition.evidence.states import Level
from coalition.journal.actions import MACHINE
from coalition.members.models import Organisation
from coalition.pledges.actions import withdraw
from coalition.pledges.states import Answer, Visibility
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
BOTH = ("corrections/", "withdrawals/")


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def campaign() -> Campaign:
    return factories.campaign(slug="samen-weg")


def page(client: Client, path: str) -> str:
    answer = client.get(f"/nl/samen-weg/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def gone(campaign: Campaign, name: str = "Het Glazen Dak", **fields: Any) -> None:
    pledge = factories.pledge(campaign, factories.organisation(name), **fields)
    withdraw(pledge, actor=factories.person(), now=NOW + timedelta(hours=1))


def seen(campaign: Campaign, level: Level, **fields: Any) -> Organisation:
    of = factories.organisation("Waterput")
    factories.pledge(campaign, of, visibility=fields.pop("visibility", Visibility.NAMED))
    Evidence.objects.create(
        **{
            "campaign": campaign,
            "organisation": of,
            "level": level,
            "left_at": NOW,
            "recorded_at": NOW,
            "recorded_by": "noor@koepelvoorbeeld.example",
            **fields,
        }
    )
    return of


@pytest.mark.parametrize("path", BOTH)
def test_who_took_a_public_word_back_stands_there_with_the_day(
    client: Client, campaign: Campaign, path: str
) -> None:
    gone(campaign)
    body = page(client, path)
    assert "Het Glazen Dak" in body
    assert "Trok zich terug" in body
    assert "4 januari 2027" in body


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize(
    "fields",
    [
        {"visibility": Visibility.COUNTED},
        {"visibility": Visibility.COORDINATORS},
        {"confirmed": False},
        {"answer": Answer.NOT_NOW},
    ],
)
def test_what_was_never_public_is_not_taken_back_in_public(
    client: Client, campaign: Campaign, path: str, fields: dict[str, Any]
) -> None:
    gone(campaign, **fields)
    assert "Glazen" not in page(client, path)


@pytest.mark.parametrize(
    ("level", "by", "words"),
    [
        (Level.SELF_REPORTED, "an@waterput.example", "de organisatie zelf"),
        (Level.LINK, "noor@koepelvoorbeeld.example", "een coördinator"),
        (Level.RECHECKED, MACHINE, "onze machine"),
    ],
)
def test_who_looked_is_said_and_nobody_named(
    client: Client, campaign: Campaign, level: Level, by: str, words: str
) -> None:
    seen(campaign, level, recorded_by=by)
    body = page(client, "corrections/")
    assert words in body
    assert "@waterput" not in body
    assert "noor" not in body


def test_evidence_of_who_is_not_named_is_not_told(client: Client, campaign: Campaign) -> None:
    seen(campaign, Level.SEEN, visibility=Visibility.COUNTED)
    assert "Waterput" not in page(client, "corrections/")


def test_what_was_wrong_is_said_with_its_day(client: Client, campaign: Campaign) -> None:
    seen(campaign, Level.SEEN, overturned_at=LATER)
    body = page(client, "corrections/")
    assert "Rechtgezet" in body
    assert "Rechtgezet" not in page(client, "withdrawals/")


@pytest.mark.parametrize("path", BOTH)
def test_a_draft_has_no_log(client: Client, path: str) -> None:
    factories.campaign(slug="secret", opened=False)
    hidden, unknown = client.get(f"/nl/secret/{path}"), client.get(f"/nl/absent/{path}")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content.replace(b"secret", b"absent") == unknown.content


@pytest.mark.parametrize("count", [1, 3])
def test_a_longer_log_costs_no_more(
    client: Client,
    campaign: Campaign,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        gone(campaign, f"Dak {number}")
        seen(campaign, Level.SEEN).name = f"Put {number}"
        Organisation.objects.filter(name="Waterput").update(name=f"Put {number}")
    with django_assert_num_queries(11):
        page(client, "corrections/")
