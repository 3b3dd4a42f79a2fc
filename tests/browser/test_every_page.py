"""Every address that shows a page, seen by who may see it, in light and in dark: axe finds nothing.

The addresses are those of tests/web/doors.py: a new page is looked at by itself.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final, Literal

import pytest
import time_machine
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests import factories
from tests.browser.windows import carry, found_by_axe, keep, opened, too_wide
from tests.web.doors import APPROVER, COORDINATOR, DOORS, NOBODY, OWNER, Door, Theirs
from tests.web.town import Town

pytestmark = pytest.mark.usefixtures("committed")
LOOKS: Final[tuple[tuple[Literal["light", "dark"], int, str], ...]] = (
    ("light", 1280, "nl"),
    ("dark", 390, "fr"),
)
SEEN_BY = (NOBODY, OWNER, APPROVER, COORDINATOR)


@pytest.fixture
def town(committed: None) -> Iterator[Town]:
    del committed
    with time_machine.travel(factories.NOW):
        yield Town()


def pages_of(role: str) -> list[str]:
    """Names of the addresses that somebody in this role is the first in SEEN_BY to see."""
    names = []
    for name, door in DOORS.items():
        if isinstance(door, Theirs):
            seen = role in {NOBODY, OWNER} and door.expected(role, "GET") == {200}
        else:
            first = next((one for one in SEEN_BY if one in door.get), None)
            seen = role == first and (not isinstance(door, Door) or door.got == 200)
        names += [name] if seen else []
    return names


def is_a_page(page: Page, address: str) -> bool:
    """Whether a browser shows this; what is taken along as a file has no look."""
    answer = page.request.get(address, max_redirects=0)
    return answer.status == HTTPStatus.OK and "text/html" in answer.headers["content-type"]


def looked_at(page: Page, town: Town, name: str, role: str) -> list[str]:
    """What is wrong with one page in each look."""
    wrong = []
    for scheme, width, language in LOOKS:
        with translation.override(language):
            address = town.address(name, town.ours)
        if not is_a_page(page, address):
            return []
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        keep(page, name.replace(":", "-"), role, language, width, scheme)
        bad = found_by_axe(page) + too_wide(page)
        wrong += [f"{language} {name} {width} {scheme}: {one}" for one in bad]
    return wrong


@pytest.mark.parametrize("role", SEEN_BY)
def test_axe_finds_nothing_on_any_page(
    browser: Browser, live_server: LiveServer, town: Town, role: str
) -> None:
    wrong: list[str] = []
    with opened(browser, live_server.url) as page:
        carry(page, live_server.url, town.browsers[role])
        for name in pages_of(role):
            wrong += looked_at(page, town, name, role)
    assert not wrong, "\n".join(wrong)


def drawn(page: Page, html: str) -> list[str]:
    """What is wrong with a page that only a mistake of ours, or a mailbox, would show."""
    page.goto("/healthz")  # its styles lie beside it
    page.set_content(html)
    page.wait_for_load_state("networkidle")
    return found_by_axe(page) + too_wide(page)


MISTAKES: Final = ("/fr/nulle/part/du/tout/", "/nl/member/ours/date/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_mistakes_and_in_a_letter(
    browser: Browser, live_server: LiveServer, town: Town, scheme: Literal["light", "dark"]
) -> None:
    wrong: list[str] = []
    with opened(browser, live_server.url, width=390, color_scheme=scheme) as page:
        carry(page, live_server.url, town.browsers[OWNER])
        for path in MISTAKES:
            answer = page.goto(path)
            assert answer
            assert answer.status in {404, 405}
            wrong += found_by_axe(page) + too_wide(page)
        for name in ("400", "403", "403_csrf", "429", "500"):
            wrong += drawn(page, render_to_string(f"{name}.html"))
        wrong += drawn(page, town.ours.letter.html)
    assert not wrong, "\n".join(wrong)
