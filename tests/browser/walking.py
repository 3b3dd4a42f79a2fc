"""A walk through the pages: one person, one width, with or without scripts, at one moment."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from playwright.sync_api import APIResponse, Browser, Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from coalition.members.models import User
from tests.browser.guide import flat, press
from tests.browser.windows import PATIENCE, carry, opened, too_wide
from tests.factories import NOW
from tests.web.pledge.people import browser as client_of

LOOKS: Final = {
    "a desk": (1280, True),
    "a desk without scripts": (1280, False),
    "a phone": (390, True),
    "a phone without scripts": (390, False),
}

type Walks = Callable[..., AbstractContextManager["Walk"]]


class Walk:
    """Somebody's window; what it shows is asked by role, label and word."""

    def __init__(self, page: Page, *, scripts: bool) -> None:
        self.page, self.scripts = page, scripts

    def at(self, path: str) -> "Walk":
        """Go there; nothing may run over the edge."""
        self.page.goto(path)
        return self._fits()

    def press(self, name: str | re.Pattern[str]) -> "Walk":
        """What it leads to may not run over the edge either."""
        press(self.page, name)
        return self._fits()

    def waits(self, seconds: int, otherwise: str = "") -> "Walk":
        """An open page follows by itself; without scripts its reader presses something."""
        if self.scripts:
            self.page.clock.run_for(seconds * 1000)
        elif otherwise:
            self.press(otherwise)
        else:
            self.page.reload()
        return self

    def fill(self, **answers: str) -> "Walk":
        """Fields by their labels, with _ for a space and __ for a hyphen."""
        for label, value in answers.items():
            self.field(label.replace("__", "-").replace("_", " ")).fill(value)
        return self

    def field(self, label: str) -> Locator:
        """A field by the beginning of its label."""
        labelled = self.page.get_by_label(re.compile(f"^{re.escape(label)}( \\(|$)"))
        return labelled.locator("visible=true").first

    def choose(self, name: str) -> "Walk":
        """A choice by the beginning of its label."""
        start = re.compile(f"^{re.escape(name)}")
        choice = self.page.get_by_role("radio", name=start)
        choice.or_(self.page.get_by_role("checkbox", name=start)).first.check()
        return self

    def reads(self, *words: str) -> "Walk":
        """Each of these stands there, sooner or later."""
        for one in words:
            expect(self.main).to_contain_text(one, use_inner_text=True, timeout=PATIENCE)
        return self

    def reads_no(self, *words: str) -> "Walk":
        """And none of these; ask for what is there before, or the page may still be coming."""
        for one in words:
            expect(self.main).not_to_contain_text(one, use_inner_text=True, timeout=PATIENCE)
        return self

    def headed(self, words: str | re.Pattern[str]) -> "Walk":
        """The page of that heading is there."""
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_have_text(words, use_inner_text=True, timeout=PATIENCE)
        return self

    def row(self, words: str) -> str:
        """What a table's row says."""
        return flat(self.page.get_by_role("row").filter(has_text=words).first.inner_text())

    def link(self, name: str | re.Pattern[str]) -> str:
        """Where a link leads."""
        exact = isinstance(name, str)
        found = self.page.get_by_role("link", name=name, exact=exact).first
        return str(found.get_attribute("href"))

    def download(self, name: str) -> tuple[str, Path]:
        """The file behind a link or a button: what it is called, and where it lies."""
        with self.page.expect_download() as file:
            press(self.page, name)
        return file.value.suggested_filename, Path(file.value.path())

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def heading(self) -> str:
        return flat(self.page.get_by_role("heading", level=1).inner_text())

    @property
    def says(self) -> str:
        """All that a reader can see."""
        return flat(self.main.inner_text())

    @property
    def focused(self) -> str:
        """The id of what has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))

    def ask(self, path: str) -> APIResponse:
        """What the server answers there."""
        return self.page.request.get(path)

    def status(self, path: str) -> int:
        return self.ask(path).status

    def _fits(self) -> "Walk":
        over = too_wide(self.page)
        assert not over, over
        return self


@pytest.fixture(params=LOOKS)
def walks(
    request: pytest.FixtureRequest,
    browser: Browser,
    live_server: LiveServer,
    settings: Settings,
    committed: None,
) -> Walks:
    """`with walks(person) as walk`: their window, in each look."""
    del committed
    width, scripts = LOOKS[request.param]
    settings.PUBLIC_URL = live_server.url

    @contextmanager
    def walk(who: User | Client | None = None) -> Iterator[Walk]:
        client = who if isinstance(who, Client) else client_of(who)
        with opened(browser, live_server.url, width=width, scripts=scripts) as page:
            carry(page, live_server.url, client)
            if scripts:
                page.clock.install(time=timezone.now())  # a countdown counts from the walk's now
            yield Walk(page, scripts=scripts)

    return walk


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is Monday morning, two weeks before."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock
