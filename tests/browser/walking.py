"""A walk through the pages: one person, one width, with or without scripts, at one moment."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Final

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Browser, Locator, Page
from pytest_django.live_server_helper import LiveServer

from coalition.members.models import User
from tests.browser.guide import flat, press
from tests.browser.windows import carry, opened, too_wide
from tests.factories import NOW
from tests.web.pledge.people import browser as client_of

LOOKS: Final = {"a desk": (1280, True), "a phone without scripts": (390, False)}

type Walks = Callable[..., AbstractContextManager["Walk"]]


class Walk:
    """Somebody's window; what it shows is asked by role, label and word."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self, path: str) -> "Walk":
        """Go there; nothing may run over the edge."""
        self.page.goto(path)
        assert too_wide(self.page) == []
        return self

    def press(self, name: str | re.Pattern[str]) -> "Walk":
        press(self.page, name)
        return self

    def fill(self, **answers: str) -> "Walk":
        """Fields by their labels, with _ for a space."""
        for label, value in answers.items():
            self.field(label.replace("_", " ")).fill(value)
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

    def row(self, words: str) -> str:
        """What a table's row says."""
        return flat(self.page.get_by_role("row").filter(has_text=words).first.inner_text())

    @property
    def heading(self) -> str:
        return flat(self.page.get_by_role("heading", level=1).inner_text())

    @property
    def says(self) -> str:
        """All that a reader can see."""
        return flat(self.page.get_by_role("main").inner_text())

    def status(self, path: str) -> int:
        """What the server answers there."""
        return self.page.request.get(path).status


@pytest.fixture(params=LOOKS)
def walks(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, committed: None
) -> Walks:
    """`with walks(person) as walk`: their window, in each look."""
    del committed
    width, scripts = LOOKS[request.param]

    @contextmanager
    def walk(who: User | Client | None = None) -> Iterator[Walk]:
        client = who if isinstance(who, Client) else client_of(who)
        with opened(browser, live_server.url, width=width, scripts=scripts) as page:
            carry(page, live_server.url, client)
            yield Walk(page)

    return walk


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is Monday morning, two weeks before."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def moved(clock: time_machine.Traveller, to: datetime) -> None:
    """On with the walk, at a later moment."""
    clock.move_to(to, tick=False)
