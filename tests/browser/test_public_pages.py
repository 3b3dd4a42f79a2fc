"""What the public pages must be for everybody: light, still, alone with the reader, and readable.

SHOTS=folder keeps pictures of every page, scene, width and scheme that was looked at.
"""

import gzip
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Response, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import scenes
from tests.browser.scenes import SCENES, SLUG
from tests.factories import T

pytestmark = pytest.mark.usefixtures("committed")
PATHS = (
    *("", "method/", "corrections/", "withdrawals/", "press/"),
    *("join/", "join/sent/", "join/guessed/"),
)
HEAVIEST = 60_000
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(one => (sum += one.value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 1200);
})"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return {words: (one.getAttribute("aria-label") || one.textContent || one.name || "").trim(),
          seen: box.width > 0 && box.bottom > 0 && box.right > 0,
          ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
          place: [...document.querySelectorAll("*")].indexOf(one)};
}"""


@contextmanager
def window(
    browser: Browser, at: datetime, *, width: int = 1280, scheme: str = "light", **options: Any
) -> Iterator[Page]:
    """A reader's window at an instant; what is asked of anybody else fails."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        **options,
    )
    page = context.new_page()
    if options.get("java_script_enabled", True):
        page.clock.install(time=at)
    yield page
    context.close()


def visit(page: Page, server: LiveServer, path: str, language: str = "nl") -> Response:
    answer = page.goto(f"{server.url}/{language}/{SLUG}/{path}")
    assert answer
    return answer


def heard(page: Page) -> list[Response]:
    """Every answer that this window gets, from now on."""
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    return answers


def hosts_asked(page: Page) -> set[str]:
    """Whom this window turns to from now on, whether or not they answer."""
    hosts: set[str] = set()

    def note(request: Request) -> None:
        hosts.add(urlsplit(request.url).netloc)

    page.on("request", note)
    return hosts


def keep(page: Page, *names: object) -> None:
    folder = os.environ.get("SHOTS")
    if folder:
        name = "_".join(str(name).strip("/").replace("/", "-") or "count" for name in names)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_nothing_and_nothing_runs_over(
    browser: Browser, live_server: LiveServer, scene: str
) -> None:
    make, at = SCENES[scene]
    wrong = []
    with time_machine.travel(at):
        make()
        for scheme in ("light", "dark"):
            for width in (390, 1280):
                language = "nl" if scheme == "light" else "fr"
                with window(browser, at, width=width, scheme=scheme) as page:
                    for path in PATHS if scene == "after" else ("",):
                        visit(page, live_server, path, language)
                        keep(page, scene, path, language, width, scheme)
                        found = Axe().run(page).response["violations"]
                        where = f"{language} {path or 'count'} {width} {scheme}"
                        wrong += [
                            f"{where}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found
                        ]
                        wide = page.evaluate("document.documentElement.scrollWidth")
                        wrong += [f"{where}: {wide} px wide"] if wide > width else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scene", ["before", "during"])
def test_the_first_view_is_light_and_still_and_asks_nobody_else(
    browser: Browser, live_server: LiveServer, scene: str
) -> None:
    make, at = SCENES[scene]
    with time_machine.travel(at):
        make()
        for width in (390, 1280):
            with window(browser, at, width=width) as page:
                answers, asked = heard(page), hosts_asked(page)
                visit(page, live_server, "")
                assert page.evaluate(SHIFTS) == 0
                page.wait_for_load_state("networkidle")
                assert asked == {urlsplit(live_server.url).netloc}
                assert not page.context.cookies()
                weighed = {
                    urlsplit(answer.url).path: len(gzip.compress(answer.body(), 6))
                    for answer in answers
                    if not answer.headers.get("content-type", "").startswith("image/")
                }
                assert sum(weighed.values()) <= HEAVIEST, weighed


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_at_400_per_cent_nothing_scrolls_sideways(
    browser: Browser, live_server: LiveServer, language: str
) -> None:
    make, at = SCENES["after"]
    with time_machine.travel(at):
        make()
        with window(browser, at, width=320) as page:
            for path in PATHS:
                visit(page, live_server, path, language)
                keep(page, "narrowest", path, language)
                assert page.evaluate("document.documentElement.scrollWidth") == 320, path


def test_long_names_do_not_break_the_smallest_window(
    browser: Browser, live_server: LiveServer
) -> None:
    with time_machine.travel(scenes.AFTER):
        scenes.crowd(12, left_at=T, name=scenes.LONG.replace(" ", "-"))
        with window(browser, scenes.AFTER, width=320) as page:
            visit(page, live_server, "")
            assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("path", ["", "join/"])
def test_the_keyboard_alone_reaches_everything_in_order(
    browser: Browser, live_server: LiveServer, path: str
) -> None:
    with time_machine.travel(scenes.BEFORE):
        scenes.crowd(3)
        with window(browser, scenes.BEFORE) as page:
            visit(page, live_server, path)
            stops: list[dict[str, Any]] = []
            for _ in range(120):
                page.keyboard.press("Tab")
                stop = page.evaluate(FOCUSED)
                if stop is None or (stops and stop["place"] == stops[0]["place"]):
                    break
                stops.append(stop)
            assert stops[0]["words"] == "Naar de inhoud"
            assert len(stops) > 12
            assert [stop["words"] for stop in stops if not (stop["seen"] and stop["ring"])] == []
            places = [stop["place"] for stop in stops]
            assert places == sorted(places)
            page.keyboard.press("Home")
            visit(page, live_server, path)
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize(
    ("language", "day", "hour"),
    [
        ("nl", "20 januari", "12:00"),
        ("fr", "20 janvier", "12h00"),
        ("de", "20. Januar", "12:00"),
        ("en", "20 January", "12:00"),
    ],
)
def test_each_language_says_its_own_days_and_hours(
    browser: Browser, live_server: LiveServer, language: str, day: str, hour: str
) -> None:
    with time_machine.travel(scenes.BEFORE):
        scenes.crowd(3)
        with window(browser, scenes.BEFORE) as page:
            visit(page, live_server, "", language)
            assert page.evaluate("document.documentElement.lang") == language
            heading = re.sub(r"\s+", " ", page.inner_text("h1"))
            assert day in heading
            assert hour in heading
            names = page.locator(".row-name")
            assert {name.get_attribute("lang") for name in names.all()} <= {"nl", "fr", "de"}


def test_without_a_script_the_filters_and_the_countdown_still_work(
    browser: Browser, live_server: LiveServer
) -> None:
    with time_machine.travel(scenes.BEFORE):
        scenes.crowd(8)
        with window(browser, scenes.BEFORE, java_script_enabled=False) as page:
            visit(page, live_server, "")
            assert "16 dagen" in page.inner_text("h1")
            page.click("#language-fr")
            assert page.locator(".row").count() == page.locator('.row-name[lang="fr"]').count() > 0


@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/New_York", "Asia/Kolkata"])
def test_the_countdown_is_right_across_the_change_of_clocks(
    browser: Browser, live_server: LiveServer, zone: str
) -> None:
    spring = datetime.fromisoformat("2027-03-28T12:00:00+02:00")  # the clocks went forward at 2:00
    before = datetime.fromisoformat("2027-03-27T12:00:00+01:00")
    campaign = scenes.dated()
    type(campaign).objects.filter(pk=campaign.pk).update(exit_at=spring)
    with time_machine.travel(before, tick=False):
        for scripts in (False, True):
            with window(browser, before, timezone_id=zone, java_script_enabled=scripts) as page:
                visit(page, live_server, "")
                if scripts:
                    page.clock.run_for(1000)
                assert "23 uur" in page.inner_text("h1") or "22 uur 59" in page.inner_text("h1")


def test_at_t_the_page_says_by_itself_that_they_leave(
    browser: Browser, live_server: LiveServer
) -> None:
    scenes.crowd(3)
    just_before = T.replace(hour=10, minute=59, second=58)
    with time_machine.travel(just_before) as clock, window(browser, just_before) as page:
        visit(page, live_server, "")
        assert "nog" in page.inner_text("h1")
        clock.move_to(T.replace(second=5))
        page.clock.run_for(8000)
        expect(page.locator("h1")).to_contain_text("nu")
        expect(page.locator("h1")).not_to_contain_text("nog")
