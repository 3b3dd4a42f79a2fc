"""The day on a phone, from locked to proved: with and without JavaScript, by keys alone.

SHOTS=folder keeps pictures of every stage, width and scheme that was looked at.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from coalition.campaigns.models import Campaign
from coalition.members.models import Coordinator
from coalition.members.states import Route as Way
from coalition.networks.x.identity import first_id_at
from coalition.pledges.models import Pledge
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.browser.test_public_pages import FOCUSED, keep
from tests.factories import NOW, T
from tests.web.pledge.people import browser as inside

pytestmark = pytest.mark.usefixtures("committed")
WORDS: Final = "Na twaalf jaar & duizend gesprekken zeggen wij dag. 👋\nTot ginder!"
BEFORE = T - timedelta(seconds=40)
OUT_AT = T + timedelta(seconds=41, milliseconds=70)
LATER = T + timedelta(minutes=2)


def made() -> Post:
    """One organisation whose farewell on X is its own to make, and whose go is said."""
    campaign = factories.campaign(slug="exit", contact_email="exit@koepelvoorbeeld.example")
    Campaign.objects.filter(pk=campaign.pk).update(go_at=NOW)
    ours = factories.organisation("De Denkbeeldige Waterput", slug="waterput")
    pledge = factories.pledge(campaign, ours)
    factories.coordinator("an@koepelvoorbeeld.example")
    Coordinator.objects.update(phone="+32 2 555 01 23")
    return factories.post(pledge, factories.account(ours, handle="waterput"), text=WORDS)


@contextmanager
def phone(
    browser: Browser, server: LiveServer, post: Post, *, width: int = 390, **options: Any
) -> Iterator[Page]:
    """A representative's window, signed in; the world outside is only what `route` makes of it."""
    cookie = inside(factories.representative(post.account.organisation)).cookies["session"]
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        permissions=["clipboard-read", "clipboard-write"],
        **options,
    )
    context.add_cookies([{"name": "session", "value": cookie.value, "url": server.url}])
    yield context.new_page()
    context.close()


def address(server: LiveServer, post: Post, language: str = "nl") -> str:
    return f"{server.url}/{language}/member/waterput/posts/{post.pk}/by-hand/"


def link() -> str:
    """What X's app copies."""
    return f"https://x.com/Waterput/status/{first_id_at(OUT_AT)}?s=46&t=IOFZel46hzT0N"


def test_from_locked_to_proved_on_a_phone(
    browser: Browser, live_server: LiveServer, settings: Settings
) -> None:
    settings.NETWORKS = "rehearsal"
    post = made()
    with (
        time_machine.travel(BEFORE, tick=False) as clock,
        phone(browser, live_server, post) as page,
    ):
        page.clock.install(time=BEFORE)
        page.goto(address(live_server, post))
        expect(page.locator("h1")).to_have_text("Nog niet")
        expect(page.locator(".clock")).to_have_text(re.compile("seconden"))
        expect(page.locator(".preview")).to_have_text(WORDS)
        assert page.locator("#compose").count() == 0
        clock.move_to(T)
        page.clock.run_for(45_000)
        button = page.locator("#compose")
        expect(button).to_have_text("Open X met deze tekst")
        box = button.bounding_box()
        assert box
        assert (box["height"] >= 44, box["width"] >= 300) == (True, True)
        opened = tapped(page)
        assert opened.netloc + opened.path == "x.com/intent/tweet"
        assert parse_qs(opened.query) == {"text": [WORDS]}
        page.click("[data-copy=words]")
        expect(page.locator("[data-copy=words]")).to_have_text("Gekopieerd")
        assert page.evaluate("navigator.clipboard.readText()") == WORDS
        clock.move_to(LATER)
        page.fill("[name=link]", link())
        page.click('button:text("Het is gepost")')
        expect(page.locator("h1")).to_have_text("Het is gepost")
        expect(page.locator(".clock")).to_have_text("12:00:41,07")
        expect(page.locator(".hand")).to_contain_text("Bewezen: X zelf toont het")
    post.refresh_from_db()
    assert (post.state, post.published_at) == (State.PUBLISHED, OUT_AT)


def tapped(page: Page) -> Any:  # noqa: ANN401 — a split address
    """Where the big button leads; nobody is there."""
    page.context.route(re.compile(r"https://x\.com/"), answered)
    with page.expect_popup() as popup:
        page.click("#compose")
    found = urlsplit(popup.value.url)
    popup.value.close()
    return found


def answered(route: Route) -> None:
    route.fulfill(status=200, body="X")


def test_from_locked_to_proved_without_javascript(
    browser: Browser, live_server: LiveServer
) -> None:
    post = made()
    with (
        time_machine.travel(BEFORE, tick=False) as clock,
        phone(browser, live_server, post, java_script_enabled=False) as page,
    ):
        page.goto(address(live_server, post))
        expect(page.locator("h1")).to_have_text("Nog niet")
        assert page.locator("#compose").count() == 0
        clock.move_to(T)
        page.click("text=Kijk opnieuw")
        assert (
            WORDS in parse_qs(urlsplit(str(page.get_attribute("#compose", "href"))).query)["text"]
        )
        text = page.locator("textarea#words")
        assert (text.input_value(), text.is_visible(), text.is_editable()) == (WORDS, True, False)
        assert not page.locator("[data-copy]").is_visible()
        page.fill("[name=link]", f"https://x.com/stranger/status/{first_id_at(OUT_AT)}")
        clock.move_to(LATER)
        page.click('button:text("Het is gepost")')
        expect(page.locator(".errors")).to_contain_text("van @stranger, niet van @waterput")
        page.fill("[name=link]", link())
        page.click('button:text("Het is gepost")')
        expect(page.locator("h1")).to_have_text("Het is gepost")
    post.refresh_from_db()
    assert post.state == State.PUBLISHED


def test_keys_alone_are_enough(browser: Browser, live_server: LiveServer) -> None:
    post = made()
    with time_machine.travel(LATER, tick=False), phone(browser, live_server, post) as page:
        page.goto(address(live_server, post))
        stops = list(walked(page))
        assert [stop["words"] for stop in stops if not (stop["seen"] and stop["ring"])] == []
        names = [stop["words"] for stop in stops]
        wanted = ["Open X met deze tekst", "Kopieer de tekst", "link", "Het is gepost"]
        assert [name for name in names if name in wanted] == wanted
        page.focus("[data-copy=words]")
        page.keyboard.press("Enter")
        assert page.evaluate("navigator.clipboard.readText()") == WORDS
        page.focus("[name=link]")
        page.keyboard.type(link())
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Het is gepost")


def walked(page: Page) -> Iterator[dict[str, Any]]:
    """Every stop of the tabulator, once."""
    first = None
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop["place"] == first:
            return
        first = first or stop["place"]
        yield stop


def test_waiting_takes_nothing_away_that_is_being_typed(
    browser: Browser, live_server: LiveServer
) -> None:
    post = made()
    long_before = T - timedelta(hours=1)
    with (
        time_machine.travel(long_before, tick=False) as clock,
        phone(browser, live_server, post) as page,
    ):
        page.clock.install(time=long_before)
        page.goto(address(live_server, post))
        page.click("text=Al gepost?")
        page.fill("[name=link]", "https://x.com/wat")
        for minute in (1, 2):
            clock.move_to(long_before + timedelta(minutes=minute))
            with page.expect_response(re.compile("was=")):
                page.clock.run_for(21_000)
            expect(page.locator(".clock")).to_have_text(f"{60 - minute} minuten")
        assert page.input_value("[name=link]") == "https://x.com/wat"


STAGES: Final[dict[str, dict[str, Any]]] = {
    "early": {},
    "open": {"at": T},
    "mistaken": {"at": T, "link": "https://example.org/elsewhere"},
    "late": {"at": T + timedelta(hours=2)},
    "held": {"at": T, "campaign": {"stopped_at": T}},
    "called-off": {"campaign": {"called_off_at": NOW}},
    "withdrawn": {"pledge": {"withdrawn_at": NOW, "holds_since": None}},
    "waiting": {"pledge": {"holds_since": None}},
    "moved": {"campaign": {"exit_at": T + timedelta(days=1), "date_sequence": 9}},
    "we-post": {"post": {"route": Way.DIRECT}},
    "failed": {"post": {"state": State.MISSED}},
    "looking": {"post": {"state": State.UNCERTAIN, "needs_person": True}},
    "unready": {"post": {"state": State.DRAFT}},
    "given-up": {"post": {"state": State.CANCELLED}},
    "out": {
        "at": LATER,
        "post": {
            "state": State.PUBLISHED,
            "network_post_id": str(first_id_at(OUT_AT)),
            "published_at": OUT_AT,
            "url": f"https://x.com/waterput/status/{first_id_at(OUT_AT)}",
        },
    },
}


@pytest.mark.parametrize("stage", STAGES)
def test_axe_finds_nothing_in_any_stage_and_nothing_runs_over(
    browser: Browser, live_server: LiveServer, stage: str
) -> None:
    post, what, wrong = made(), STAGES[stage], []
    Campaign.objects.update(**what.get("campaign", {"slug": "exit"}))
    Pledge.objects.update(**what.get("pledge", {"goes_first": False}))
    Post.objects.update(**what.get("post", {"offset_seconds": 0}))
    with time_machine.travel(what.get("at", NOW), tick=False):
        for width, scheme, language in (
            (390, "light", "nl"),
            (390, "dark", "fr"),
            (1280, "light", "de"),
            (1280, "dark", "en"),
        ):
            options: dict[str, Any] = {"width": width, "color_scheme": scheme}
            with phone(browser, live_server, post, **options) as page:
                page.goto(address(live_server, post, language))
                for closed in page.locator("summary").all():
                    closed.click()
                if "link" in what:
                    page.fill("[name=link]", what["link"])
                    page.press("[name=link]", "Enter")
                    expect(page.locator(".errors")).to_be_visible()
                keep(page, "by-hand", stage, language, width, scheme)
                wrong += judged(page, f"{language} {width} {scheme}", width)
    assert not wrong, "\n".join(wrong)


def judged(page: Page, where: str, width: int) -> list[str]:
    """What axe and the ruler object to."""
    found = Axe().run(page).response["violations"]
    wrong = [f"{where}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return wrong + ([f"{where}: {wide} px wide"] if wide > width else [])
