"""Every component at once: readable at any width, at 200 per cent, and by the keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.scenes import BEFORE
from tests.browser.test_public_pages import FOCUSED, keep, window

pytestmark = pytest.mark.usefixtures("committed")


@pytest.mark.parametrize(
    ("width", "scheme"), [(390, "dark"), (640, "light"), (1280, "light"), (1280, "dark")]
)
def test_every_component_is_readable(
    browser: Browser, live_server: LiveServer, settings: Settings, width: int, scheme: str
) -> None:
    settings.DEBUG = True
    with window(browser, BEFORE, width=width, scheme=scheme) as page:
        page.goto(f"{live_server.url}/en/styleguide/")
        keep(page, "styleguide", width, scheme)
        assert page.locator(".press-quote").count() == 3
        assert page.locator(".chart").count() == 4
        found = Axe().run(page).response["violations"]
        assert [f"{one['id']} {one['nodes'][0]['html'][:120]}" for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_alone_reaches_each_and_is_seen(
    browser: Browser, live_server: LiveServer, settings: Settings
) -> None:
    settings.DEBUG = True
    with window(browser, BEFORE) as page:
        page.goto(f"{live_server.url}/en/styleguide/")
        places: list[int] = []
        for _ in range(150):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUSED)
            if stop is None or stop["place"] in places[:1]:
                break
            if stop["place"] in places[-1:]:
                continue  # inside a date: its parts mark themselves
            assert stop["seen"], stop
            assert stop["ring"], stop
            places.append(stop["place"])
        assert len(places) > 25
        assert places == sorted(places)
