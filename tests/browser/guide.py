"""docs/first-exit.md beside the screen: its bold words must be there, its pictures are taken."""

import os
import re
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Locator, Page

DOCS: Final = Path(__file__).parents[2] / "docs"
LARGEST: Final = 120_000


class Guide:
    """The document, chapter by chapter, and what the screen has said in the present one."""

    def __init__(self) -> None:
        text = (DOCS / "first-exit.md").read_text("utf-8")
        parts = re.split(r"^## \d+\. (.+)$", text, flags=re.MULTILINE)[1:]
        self.chapters = dict(zip(parts[::2], parts[1::2], strict=True))
        self.pictures = set(re.findall(r"\]\(img/(first-exit-[\w-]+\.png)\)", text))
        self.taken: set[str] = set()
        self.seen = ""

    def look(self, page: Page) -> None:
        """Remember all that this screen says."""
        page.wait_for_load_state()
        self.seen += page.get_by_role("document").inner_text() + "\n"
        self.seen += "\n".join(page.locator("main, nav").all_text_contents()) + "\n"

    def ends(self, chapter: str) -> list[str]:
        """What the chapter names in bold and no screen of it said."""
        words, seen = re.findall(r"\*\*(.+?)\*\*", self.chapters.pop(chapter)), flat(self.seen)
        self.seen = ""
        return [f"{chapter}: {word}" for word in words if flat(word) not in seen]

    def picture(self, page: Page, name: str) -> None:
        """Take it (PICTURES=1), small; in any case it must lie beside the document."""
        self.look(page)
        file = f"first-exit-{name}.png"
        self.taken.add(file)
        if os.environ.get("PICTURES"):
            path = DOCS / "img" / file
            page.screenshot(path=path, animations="disabled")
            with Image.open(path) as shot:
                shot.convert("P", palette=Image.Palette.ADAPTIVE, colors=48).save(
                    path, optimize=True
                )


def flat(text: str) -> str:
    """One space between words."""
    return " ".join(text.split())


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """The button or the link of that name."""
    named(page, name).click()
    page.wait_for_load_state()


def named(page: Page, name: str | re.Pattern[str]) -> Locator:
    """What a screen reader would call so, and somebody could press."""
    exact = isinstance(name, str)
    button = page.get_by_role("button", name=name, exact=exact)
    return button.or_(page.get_by_role("link", name=name, exact=exact)).first
