"""The press page, before its hour by a link and afterwards; the pages on which it is made."""

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from coalition.press.actions import hand_out
from coalition.press.queries import token_of
from tests import factories
from tests.browser import scenes
from tests.browser.scenes import BEFORE, SLUG
from tests.browser.test_public_pages import SHIFTS, keep, window
from tests.web.pledge.people import browser as signed_in

pytestmark = pytest.mark.usefixtures("committed")


def looked_at(page: Page, *names: object) -> list[str]:
    """What is wrong with it, to axe and to whoever scrolls."""
    keep(page, *names)
    where = " ".join(map(str, names))
    found = [
        f"{where}: {one['id']} {one['nodes'][0]['html'][:120]}"
        for one in Axe().run(page).response["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth")
    size = page.viewport_size
    assert size
    return found + ([f"{where}: {wide} px wide"] if wide > size["width"] else [])


def test_under_embargo_it_is_readable_still_and_says_its_hour(
    browser: Browser, live_server: LiveServer
) -> None:
    wrong: list[str] = []
    with time_machine.travel(BEFORE):
        kit = scenes.pressed(scenes.crowd(8))
        link = hand_out(kit, given_to="De Krant", actor=factories.person(), now=BEFORE)
        for scheme, language in (("light", "nl"), ("dark", "fr")):
            for width in (390, 640, 1280):  # 640: the widest at 200 per cent
                with window(browser, BEFORE, width=width, scheme=scheme) as page:
                    address = f"/{language}/{SLUG}/press/embargo/{token_of(link)}/"
                    page.goto(f"{live_server.url}{address}")
                    assert page.evaluate(SHIFTS) == 0
                    assert "20" in page.inner_text(".embargo")
                    assert page.locator("img").count() == 2
                    for picture in page.locator("img").all():  # fetched when they are near
                        picture.scroll_into_view_if_needed()
                        expect(picture).to_have_js_property("complete", True)
                        assert picture.evaluate("one => one.naturalWidth") == 960
                    wrong += looked_at(page, "embargo", language, width, scheme)
                    if width == 1280:
                        page.emulate_media(media="print")
                        assert not page.is_visible(".press-take")
                        assert page.is_visible(".embargo")
                        keep(page, "printed", language)
    assert not wrong, "\n".join(wrong)


def test_where_it_is_made_is_readable_too(browser: Browser, live_server: LiveServer) -> None:
    wrong: list[str] = []
    with time_machine.travel(BEFORE):
        kit = scenes.pressed(scenes.crowd(8))
        hand_out(kit, given_to="De Krant", actor=factories.person(), now=BEFORE)
        quote = factories.quote(kit, approved=False, nl="Wij gaan, en wij blijven.", fr="Allons.")
        boss = factories.coordinator()
        member = factories.representative(quote.organisation)
        pages = {
            f"dashboard/{SLUG}/press/": boss,
            f"dashboard/{SLUG}/press/quotes/{quote.pk}/": boss,
            f"member/{quote.organisation.slug}/quotes/": member,
            f"member/{quote.organisation.slug}/": member,
        }
        for path, person in pages.items():
            cookie = signed_in(person).cookies["session"].value
            for width, language, scheme in ((390, "fr", "dark"), (1280, "nl", "light")):
                with window(browser, BEFORE, width=width, scheme=scheme) as page:
                    page.context.add_cookies(
                        [{"name": "session", "value": cookie, "url": live_server.url}]
                    )
                    answer = page.goto(f"{live_server.url}/{language}/{path}")
                    assert answer
                    assert answer.status == 200, path
                    wrong += looked_at(page, path, language, width, scheme)
    assert not wrong, "\n".join(wrong)
