"""Windows on the pages: of which width, in which light, with or without scripts, whose."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page

PATIENCE: Final = 20_000
"""Milliseconds until a page has to answer; a busy machine is slow, and not wrong."""
WIDE: Final = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const over = (one) => one.getBoundingClientRect().right > innerWidth;
  return [...document.querySelectorAll("*")].filter(over).map((one) => one.outerHTML.slice(0, 160));
}"""
RULES: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@contextmanager
def opened(
    browser: Browser, base: str, *, width: int = 1280, scripts: bool = True, **options: Any
) -> Iterator[Page]:
    """A fresh window on one server, with nothing in it that another walk left."""
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        **options,
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield context.new_page()
    finally:
        context.close()


def carry(page: Page, base: str, client: Client) -> None:
    """Give the window what this person's browser holds: their session."""
    page.context.add_cookies(
        [{"name": one.key, "value": one.value, "url": base} for one in client.cookies.values()]
    )


def found_by_axe(page: Page) -> list[str]:
    """What breaks WCAG 2.2 AA here, in one line each."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def too_wide(page: Page) -> list[str]:
    """What runs over the window's edge, the outermost first."""
    wide: list[str] = page.evaluate(WIDE)
    return wide[:5]


def keep(page: Page, *names: object) -> None:
    """SHOTS=folder keeps a picture of what was looked at."""
    folder = os.environ.get("SHOTS")
    if folder:
        name = "_".join(str(name).strip("/").replace("/", "-") or "root" for name in names)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
