import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.pledges.actions import withdraw
from coalition.press.actions import hand_out
from coalition.press.models import PressKit
from coalition.progress import pages
from coalition.progress.pages import Page
from coalition.progress.snapshot import PROOF_OF_LIFE
from tests import factories
from tests.factories import NOW, T
from tests.progress.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)


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
    assert kinds <= {"html", "json", "csv", "ics", "atom", "svg", "png", "xlsx", "jpg", "zip"}
    connection.close()


def test_what_others_show_on_their_sites_becomes_files_too(desk: Desk, campaign: Campaign) -> None:
    factories.pledge(campaign, factories.organisation("Waterput", slug="waterput"))
    desk.turn(NOW)
    desk.turn(NOW + SECOND)
    assert "api/v1/campaigns/samen-weg/handles.json" in desk.files()
    for language in ("nl", "fr", "de", "en"):
        embed = f"{language}/samen-weg/embed"
        assert f"{embed}/auto/counter/index.html" in desk.files()
        for theme in ("light", "dark"):
            for size in ("normal", "small"):
                for picture in ("counter.svg", "list.svg", "badge/waterput.svg"):
                    assert f"{embed}/{theme}/{size}/{picture}" in desk.files()


def test_who_takes_the_word_back_has_no_badge_at_the_next_turn(
    desk: Desk, campaign: Campaign
) -> None:
    pledge = factories.pledge(campaign, factories.organisation("Waterput", slug="waterput"))
    desk.turn(NOW)
    desk.turn(NOW + SECOND)
    withdraw(pledge, actor=factories.person(), now=NOW)
    desk.turn(NOW + 2 * SECOND)
    assert [file for file in desk.files() if "badge" in file] == []


def test_badges_are_asked_for_again_only_when_the_list_says_something_else(
    desk: Desk, campaign: Campaign, caplog: pytest.LogCaptureFixture
) -> None:
    factories.pledge(campaign, factories.organisation("Waterput", slug="waterput"))
    desk.turn(NOW)
    desk.turn(NOW + SECOND)
    badge = desk.www / "nl/samen-weg/embed/light/normal/badge/waterput.svg"
    badge.write_text("would be written anew")
    desk.turn(NOW + PROOF_OF_LIFE)
    desk.turn(NOW + PROOF_OF_LIFE + SECOND)
    factories.person()  # a row that no list shows
    desk.turn(NOW + PROOF_OF_LIFE + 2 * SECOND)
    desk.turn(NOW + PROOF_OF_LIFE + 3 * SECOND)
    assert badge.read_text() == "would be written anew"
    factories.pledge(campaign, factories.organisation("Brug"))
    for seconds in range(4, 12):  # a turn ends early where anything else wrote, autovacuum too
        desk.turn(NOW + PROOF_OF_LIFE + seconds * SECOND)
    assert badge.read_text() != "would be written anew"
    assert caplog.text == ""


def test_the_report_becomes_a_file_once_it_is_published(desk: Desk, campaign: Campaign) -> None:
    desk.turn(NOW)
    desk.turn(NOW + SECOND)
    assert not [file for file in desk.files() if "report" in file]
    Campaign.objects.filter(pk=campaign.pk).update(report_published_at=NOW)
    desk.turn(NOW + 2 * SECOND)
    desk.turn(NOW + 3 * SECOND)
    assert [file for file in desk.files() if "report" in file]


def test_a_press_kit_becomes_files_at_its_instant_and_is_gone_when_that_moves(
    desk: Desk, campaign: Campaign
) -> None:
    at = NOW + timedelta(seconds=20)
    kit = factories.press_kit(campaign, public_at=at)
    kit.logos.create(name="Logo", content=b"logo", ending="png", width=1, height=1, added_at=NOW)
    hand_out(kit, given_to="De Krant", actor=factories.person(), now=NOW)

    def files() -> list[str]:
        return sorted(file for file in desk.files() if "press" in file and file[:2] == "nl")

    desk.turn(NOW)
    desk.turn(NOW + SECOND)
    assert desk.turn(at - timedelta(milliseconds=1)) is None
    assert files() == []
    assert "/press/" not in desk.page()
    assert desk.turn(at)
    assert files() == ["nl/samen-weg/press/index.html"]
    assert "/nl/samen-weg/press/" in desk.page()
    desk.turn(at + SECOND)
    assert [file.removeprefix("nl/samen-weg/") for file in files()] == [
        "press.zip",
        "press/index.html",
        f"press/logo-{kit.logos.get().pk}.png",
    ]
    assert "embargo" not in " ".join(desk.files())
    PressKit.objects.update(public_at=T)
    desk.turn(at + 2 * SECOND)
    assert files() == []


def test_all_files_of_a_turn_are_of_one_moment(desk: Desk) -> None:
    campaign = factories.going(slug="samen-weg")
    for _ in range(3):
        factories.pledge(campaign)
    desk.turn(T + timedelta(milliseconds=10))
    moments = set()
    for language in ("nl", "fr", "de", "en"):
        moments |= set(
            re.findall(r'data-as-of="([^"]+)"', desk.page(f"{language}/samen-weg/index.html"))
        )
    assert len(moments) == 1
