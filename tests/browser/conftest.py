"""A real browser on the real pages, served on this machine only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

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
