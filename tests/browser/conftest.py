"""A real browser on the real pages, served on this machine only; and the people who walk there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Browser, sync_playwright

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation, User
from tests import factories
from tests.browser.walking import clock, walks

__all__ = ["clock", "walks"]


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """One browser a file; each test opens its own window.

    Playwright's loop runs in the tests' own thread: left open, no other test there could run one.
    """
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # its loop runs in the tests' own thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()
    patch.undo()


@pytest.fixture
def boss(committed: None, clock: time_machine.Traveller) -> User:
    """The coordinator."""
    del committed, clock
    return factories.coordinator("coordinator@koepelvoorbeeld.example")


@pytest.fixture
def exit_(committed: None, clock: time_machine.Traveller) -> Campaign:
    """A campaign that gathers, with its hour."""
    del committed, clock
    return factories.campaign(slug="exit")


@pytest.fixture
def ours(exit_: Campaign) -> Organisation:
    """One organisation of it."""
    del exit_
    return factories.organisation("Waterput", slug="waterput", domain="waterput.example")


@pytest.fixture
def owner(ours: Organisation) -> User:
    """Who speaks for it."""
    return factories.representative(ours)
