from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.progress import pages
from coalition.progress.pages import Page
from coalition.progress.shelf import Shelf, Written
from coalition.progress.snapshot import PROOF_OF_LIFE, Writer
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)


class Desk:
    """A writer with a clock of its own: pages see the hour at which it writes."""

    def __init__(self, folder: Path) -> None:
        self.www = folder / "now" / "www"
        self._writer = Writer(Shelf(folder))

    def turn(self, at: datetime) -> Written | None:
        with time_machine.travel(at, tick=False):
            return self._writer.turn(at)

    def page(self, name: str = "nl/samen-weg/index.html") -> str:
        return (self.www / name).read_text()

    def files(self) -> set[str]:
        found = (path for path in self.www.rglob("*") if path.is_file() and path.suffix != ".gz")
        return {str(path.relative_to(self.www)) for path in found}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def campaign() -> Campaign:
    return factories.campaign(slug="samen-weg")


@pytest.mark.usefixtures("campaign")
def test_every_public_address_becomes_a_file_in_every_language(desk: Desk) -> None:
    desk.turn(NOW)
    desk.turn(NOW + SECOND)
    parts = {"index.html", "whole.html", "method/index.html", "data.csv", "data.json", "now.json"}
    for language in ("nl", "fr", "de", "en"):
        mine = {file for file in desk.files() if file.startswith(f"{language}/")}
        assert mine >= {f"{language}/samen-weg/{part}" for part in parts}
        assert mine >= {f"{language}/index.html", f"{language}/whole.html"}


@pytest.mark.usefixtures("campaign")
def test_a_file_says_what_django_says(desk: Desk, client: Client) -> None:
    desk.turn(NOW)
    with time_machine.travel(NOW, tick=False):
        assert desk.page() == client.get("/nl/samen-weg/").content.decode()


@pytest.mark.usefixtures("campaign")
def test_without_a_change_nothing_is_asked_of_django(desk: Desk) -> None:
    assert desk.turn(NOW)
    assert "nl/samen-weg/preview.png" not in desk.files()
    assert desk.turn(NOW + SECOND)  # the rest comes when there is time
    assert "nl/samen-weg/preview.png" in desk.files()
    assert desk.turn(NOW + 2 * SECOND) is None


def test_a_commit_shows_at_the_next_turn_that_is_allowed(desk: Desk, campaign: Campaign) -> None:
    desk.turn(NOW)
    factories.pledge(campaign, factories.organisation("Waterput"))
    assert desk.turn(NOW + 0.9 * SECOND) is None  # once a second
    assert desk.turn(NOW + SECOND)
    assert "Waterput" in desk.page()


@pytest.mark.usefixtures("campaign")
def test_what_may_come_later_does_not_starve(desk: Desk) -> None:
    desk.turn(NOW)
    desk.turn(NOW + SECOND)
    workbook = desk.www / "nl/samen-weg/data.xlsx"
    before = workbook.stat().st_mtime
    factories.person()  # something is written, and the page comes first
    desk.turn(NOW + 2 * SECOND)
    assert workbook.stat().st_mtime == before
    factories.person()
    desk.turn(NOW + 2 * PROOF_OF_LIFE + SECOND)
    assert workbook.stat().st_mtime != before


@pytest.mark.usefixtures("campaign")
def test_the_time_on_the_page_proves_that_it_lives(desk: Desk) -> None:
    desk.turn(NOW)
    assert desk.turn(NOW + PROOF_OF_LIFE)
    assert 'data-as-of="2027-01-04T10:01:00+01:00"' in desk.page()


def test_nothing_embargoed_is_in_a_file_before_its_instant(desk: Desk) -> None:
    at = NOW + timedelta(seconds=20)
    made = factories.campaign(slug="embargoed", opened=False)
    Campaign.objects.filter(pk=made.pk).update(opened_at=at)
    desk.turn(NOW)
    desk.turn(at - timedelta(milliseconds=1))
    assert "embargoed" not in " ".join(desk.files() | {desk.page("nl/index.html")})
    assert desk.turn(at)
    assert "nl/embargoed/index.html" in desk.files()
    assert 'content="http://testserver/nl/embargoed/"' in desk.page("nl/index.html")


@pytest.mark.parametrize(
    "instant", [T - timedelta(hours=24), T, T + timedelta(minutes=15)], ids=["freeze", "T", "end"]
)
@pytest.mark.usefixtures("campaign")
def test_an_instant_of_the_campaign_is_a_reason_to_write(desk: Desk, instant: datetime) -> None:
    desk.turn(instant - 3 * SECOND)
    desk.turn(instant - 2 * SECOND)
    assert desk.turn(instant - 0.5 * SECOND) is None
    assert desk.turn(instant)


def test_a_campaign_that_is_taken_back_leaves_no_file(desk: Desk, campaign: Campaign) -> None:
    desk.turn(NOW)
    Campaign.objects.filter(pk=campaign.pk).update(opened_at=None)
    desk.turn(NOW + SECOND)
    assert [file for file in desk.files() if "samen-weg" in file] == []
    assert "Er is nog niets aangekondigd" in desk.page("nl/index.html")


def test_a_page_that_fails_leaves_its_file_and_the_other_pages(
    desk: Desk, campaign: Campaign, caplog: pytest.LogCaptureFixture
) -> None:
    desk.turn(NOW)
    Campaign.objects.filter(pk=campaign.pk).update(time_zone="Nowhere/None")  # nobody can read it
    factories.campaign(slug="later")
    desk.turn(NOW + SECOND)
    assert "nl/samen-weg/index.html" in desk.files()
    assert "nl/later/index.html" in desk.files()
    assert "no snapshot nl/samen-weg/index.html: it answers 500" in caplog.text


@pytest.mark.usefixtures("campaign")
def test_what_sets_a_cookie_is_not_kept_for_everybody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    signing_in = Page("account_login", pages.once)
    monkeypatch.setattr(pages, "PAGES", (signing_in,))
    desk.turn(NOW)
    assert desk.files() == set()
    assert "it sets a cookie" in caplog.text


def test_a_page_that_cannot_be_narrowed_says_so(desk: Desk, campaign: Campaign) -> None:
    factories.pledge(campaign, factories.organisation("Waterput"))
    desk.turn(NOW)
    desk.turn(NOW + SECOND)
    assert "data-whole" not in desk.page()
    assert "data-whole" in desk.page("nl/samen-weg/whole.html")


def test_the_news_are_small(desk: Desk, campaign: Campaign) -> None:
    for number in range(60):
        factories.pledge(campaign, factories.organisation(f"Waterput {number}"))
    desk.turn(NOW)
    assert len(desk.page("nl/samen-weg/now.json").encode()) <= 2048


def test_the_version_changes_with_what_is_said_and_not_with_time(
    desk: Desk, campaign: Campaign
) -> None:
    desk.turn(NOW)
    before = desk.page("nl/samen-weg/now.json").split('"sentence"')[0]
    desk.turn(NOW + PROOF_OF_LIFE)
    assert desk.page("nl/samen-weg/now.json").split('"sentence"')[0] == before
    factories.pledge(campaign)
    desk.turn(NOW + PROOF_OF_LIFE + SECOND)
    assert desk.page("nl/samen-weg/now.json").split('"sentence"')[0] != before


@pytest.mark.usefixtures("campaign")
def test_over_https_pages_are_asked_as_from_outside(desk: Desk, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.PUBLIC_URL = "https://testserver"
    desk.turn(NOW)
    assert "https://testserver/nl/samen-weg/" in desk.page()


@pytest.mark.usefixtures("campaign")
def test_every_address_ends_in_what_it_is(desk: Desk) -> None:
    """nginx tells the type by the ending alone."""
    desk.turn(NOW)
    desk.turn(NOW + SECOND)
    kinds = {file.rsplit(".", 1)[1] for file in desk.files()}
    assert kinds <= {"html", "json", "csv", "ics", "atom", "svg", "png", "xlsx", "xml", "txt", "js"}
    connection.close()
