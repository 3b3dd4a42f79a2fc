"""The press page: nowhere before its instant, and then everything a newsroom needs."""

import io
import logging
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from coalition.press.actions import Words, add_logo, hand_out, revoke
from coalition.press.models import Logo, PressKit, PressLink
from coalition.press.queries import token_of
from coalition.press.states import Paper
from coalition.web.redaction import NoTokens
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
SLUG = "samen-weg"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
STATEMENT = {
    "nl": Words("Wij gaan samen weg", "Zestig organisaties vertrekken.\n\nEn wij blijven weg."),
    "fr": Words("Nous partons ensemble", "Soixante organisations partent.\n\nPour de bon."),
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def kit() -> PressKit:
    campaign = factories.going(slug=SLUG)
    kit = factories.press_kit(campaign, STATEMENT)
    factories.pledge(campaign, factories.organisation("Waterput"))
    factories.quote(kit, factories.organisation("Papieren Brug"), nl="Wij zwijgen niet.")
    add_logo(
        kit,
        name="Beeldmerk",
        paper=Paper.DARK,
        upload=picture(),
        actor=factories.person(),
        now=NOW,
    )
    return kit


@pytest.fixture
def link(kit: PressKit) -> PressLink:
    return hand_out(kit, given_to="De Krant", actor=factories.person(), now=NOW)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 200), "#0a59cc").save(out, "PNG")
    return out.getvalue()


def public() -> list[str]:
    logo = Logo.objects.get()
    return [
        f"/nl/{SLUG}/press/",
        f"/nl/{SLUG}/press.zip",
        f"/nl/{SLUG}/press/logo-{logo.pk}.png",
    ]


def by_link(link: PressLink, name: str = "progress_embargo", *args: object) -> str:
    with translation.override("nl"):
        return reverse(name, args=[SLUG, token_of(link), *args])


def answer(client: Client, method: str, address: str) -> tuple[int, dict[str, str], bytes]:
    said = client.generic(method, address)
    return said.status_code, dict(said.headers), said.getvalue()


def nowhere(address: str) -> str:
    """An address as long that no pattern knows."""
    return address.replace("/press", "/prezz")


@pytest.mark.parametrize("method", METHODS)
def test_before_its_instant_it_is_nowhere_to_the_byte(
    kit: PressKit, link: PressLink, method: str, clock: time_machine.Traveller
) -> None:
    del kit
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    wrong = by_link(link)[:-3] + "xx/"
    for moment in (NOW, T - timedelta(microseconds=1)):
        clock.move_to(moment)
        for address in [*public(), wrong, f"{wrong}press.zip"]:
            found = answer(client, method, address)
            assert found[0] == 404
            assert found == answer(client, method, nowhere(address)), f"{method} {address}"


def test_from_its_instant_on_everybody_reads_it_and_finds_it(
    kit: PressKit, client: Client, clock: time_machine.Traveller
) -> None:
    del kit
    before = client.get(f"/nl/{SLUG}/").content.decode()
    clock.move_to(T)
    body = client.get(f"/nl/{SLUG}/press/").content.decode()
    assert f"/nl/{SLUG}/press/" not in before
    assert f"/nl/{SLUG}/press/" in client.get(f"/nl/{SLUG}/").content.decode()
    for said in ("Wij gaan samen weg", "Wij zwijgen niet.", "Papieren Brug", "Mira Verzonnen"):
        assert said in body
    assert "noindex" not in body
    assert "Embargo" not in body
    assert all(client.get(address).status_code == 200 for address in public())
    assert client.post(f"/nl/{SLUG}/press/").status_code == 405


def test_the_numbers_are_the_pages_own(
    kit: PressKit, client: Client, clock: time_machine.Traveller
) -> None:
    del kit
    clock.move_to(T + timedelta(minutes=2))
    counted = client.get(f"/nl/{SLUG}/now.json").json()
    body = client.get(f"/nl/{SLUG}/press/").content.decode()
    assert counted["sentence"] in body
    assert f"<dd>{counted['members']}</dd>" in body
    number = client.get(f"/api/v1/campaigns/{SLUG}/number?lang=nl").json()
    assert number["definition"] in body
    assert datetime.fromisoformat(number["as_of"]).isoformat() in body


def test_a_link_shows_it_before_with_the_hour_on_both_clocks(
    link: PressLink, client: Client
) -> None:
    logo = Logo.objects.get()
    for address in (
        by_link(link),
        by_link(link, "progress_embargo_zip"),
        by_link(link, "progress_embargo_logo", logo.pk, "png"),
    ):
        said = client.get(address)
        assert said.status_code == 200, address
        assert {"private", "no-store"} <= set(said["Cache-Control"].split(", "))
        assert "noindex" in said["X-Robots-Tag"]
        assert said["Referrer-Policy"] == "no-referrer"
        assert "ETag" not in said
        assert not said.cookies
    body = client.get(by_link(link)).content.decode()
    assert '<meta name="robots" content="noindex' in body
    assert "20 januari 2027, 12:00</strong> (Europe/Brussels)" in body
    assert "11:00 UTC" in body
    assert by_link(link, "progress_embargo_logo", logo.pk, "png") in body


def test_a_link_that_is_taken_back_is_nowhere_at_once(link: PressLink, client: Client) -> None:
    assert client.get(by_link(link)).status_code == 200
    revoke(link, actor=factories.person(), now=NOW)
    client.raise_request_exception = False
    there = answer(client, "GET", by_link(link))
    assert there == answer(client, "GET", nowhere(by_link(link)))


def test_the_secret_of_a_link_stands_in_no_log(link: PressLink, client: Client) -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.addFilter(NoTokens())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    revoke(link, actor=factories.person(), now=NOW)
    try:
        client.get(by_link(link, "progress_embargo_zip"))
    finally:
        logger.removeHandler(handler)
    assert f"Not Found: /nl/{SLUG}/press/embargo/…/press.zip" in lines.getvalue()
    assert token_of(link) not in lines.getvalue()


def test_a_reader_without_a_statement_in_their_language_gets_another_marked_as_such(
    kit: PressKit, client: Client, clock: time_machine.Traveller
) -> None:
    del kit
    clock.move_to(T)
    body = client.get(f"/de/{SLUG}/press/").content.decode()
    assert '<article lang="fr">' in body or '<article lang="nl">' in body


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as kit:
        return {name: kit.read(name) for name in kit.namelist()}


def test_the_zip_holds_every_language_and_the_logos_and_its_embargo(
    link: PressLink, client: Client, clock: time_machine.Traveller
) -> None:
    files = unzipped(client.get(by_link(link, "progress_embargo_zip")).content)
    assert sorted(files) == ["fr/press.txt", "logos/01-dark.png", "nl/press.txt"]
    text = files["nl/press.txt"].decode()
    assert text.startswith("*** Embargo ***\r\nNiet publiceren vóór 20 januari 2027, 12:00")
    assert "“Wij zwijgen niet.”" in text
    assert "Soixante organisations partent." in files["fr/press.txt"].decode()
    clock.move_to(T)
    said = client.get(f"/fr/{SLUG}/press.zip")
    assert said["Content-Disposition"] == f'attachment; filename="{SLUG}.zip"'
    assert "mbargo" not in unzipped(said.content)["nl/press.txt"].decode()
    assert said.content == client.get(f"/fr/{SLUG}/press.zip").content
