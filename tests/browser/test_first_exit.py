"""The walk of docs/first-exit.md, done for real: an empty coalition, its embedded run, no mail.

PICTURES=1 takes the document's pictures anew.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.guide import DOCS, LARGEST, Guide, press
from tests.browser.windows import opened
from tests.faults.alone import Embedded

ROOT = DOCS.parent
WATERPUT = "De Denkbeeldige Waterput"
WORDS = "After eleven years we close this door, and take the conversation elsewhere."


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Embedded]:
    """`python3 run.py` on a machine that has nothing of it yet."""
    nothing = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "VAULT_PRIVATE_KEYS"), "")
    start = Embedded({})
    own = {
        "DEPLOYMENT": "embedded",
        "DATA_DIR": str(tmp_path / "data"),
        "DEBUG": "",
        "NETWORKS": "",
    }
    start.settings = {**nothing, **own, "PUBLIC_URL": f"http://localhost:{start.port}"}
    with start:
        yield start


def printed_link(run: Embedded) -> str:
    """What the terminal says to open."""
    found = re.search(r"http\S+/member/enter/\S+", run.log.read_text("utf-8"))
    assert found
    return found[0]


def begin(page: Page, guide: Guide, run: Embedded) -> None:
    page.goto(printed_link(run))
    guide.look(page)
    press(page, "Sign in")
    guide.picture(page, "empty")
    press(page, "New campaign")
    page.get_by_label("Name of the coalition").fill("Coalition Example")
    page.get_by_label("Address", exact=True).fill("together")
    page.get_by_role("textbox", name="Name (not required)").first.fill("Leaving X together")
    page.get_by_role("textbox", name="Call").first.fill("On one day, at one hour, we leave X.")
    guide.look(page)
    press(page, "Create the draft")
    guide.picture(page, "steps")


def members(page: Page, guide: Guide, folder: Path) -> None:
    press(page, "Import a list")
    guide.look(page)
    with page.expect_download() as example:
        page.get_by_role("link", name="An example to fill in").click()
    saved = folder / "members-example.csv"
    example.value.save_as(saved)
    page.get_by_label("Member list").set_input_files(saved)
    press(page, "Look what would happen")
    guide.picture(page, "import")
    press(page, "Apply 4 rows")
    guide.look(page)
    press(page, "Go on with “Leaving X together”")


def invite(page: Page, guide: Guide) -> None:
    press(page, "Open the campaign")
    guide.look(page)
    press(page, "Open it")
    guide.look(page)
    press(page, "Invite organisations")
    guide.picture(page, "invitations")
    press(page, "Invite")
    press(page, "Letters")
    guide.look(page)
    letter = page.get_by_role("row").filter(has_text="an@waterput.example")
    letter.get_by_role("link").click()
    guide.look(page)


def answer(page: Page, guide: Guide, link: str) -> None:
    page.goto(link)
    press(page, "English")
    guide.picture(page, "invitation")
    page.get_by_label("Your name").fill("An Voorbeeld")
    page.get_by_label("Your e-mail address").fill("an@waterput.example")
    press(page, "Accept the invitation")
    guide.look(page)
    page.get_by_role("radio", name=re.compile("^We leave O")).check()
    page.get_by_label("Who signs").fill("An Voorbeeld")
    press(page, "Give this answer")
    guide.picture(page, "member")


def by_phone(page: Page, guide: Guide) -> None:
    press(page, "Campaigns")
    press(page, "Leaving X together")
    press(page, "Pledges")
    guide.look(page)
    press(page, "Solidarité Imaginaire")
    guide.look(page)
    press(page, "Record an answer by phone")
    page.get_by_role("radio", name="we leave", exact=True).check()
    page.get_by_label("Who said so").fill("Luc Exemple")
    guide.look(page)
    press(page, "Record the answer")


def date(page: Page, guide: Guide) -> None:
    press(page, "Campaigns")
    press(page, "Leaving X together")
    press(page, "Set the date")
    page.get_by_label("Day").fill("2029-01-20")
    page.get_by_label("Hour").fill("12:00")
    guide.look(page)
    press(page, "Look at it first")
    guide.picture(page, "hour")
    press(page, "Set it and tell everybody")


def text(page: Page, guide: Guide) -> None:
    press(page, "Overview")
    guide.look(page)
    press(page, "We agree to this date")
    press(page, re.compile("^Farewell"))
    page.get_by_label("Your text").fill(WORDS)
    guide.look(page)
    press(page, "Save")
    guide.look(page)
    page.get_by_label("I work alone").check()
    guide.picture(page, "text")
    press(page, "Approve this text")
    guide.look(page)


def rehearse(page: Page, guide: Guide) -> None:
    press(page, "Readiness")
    guide.picture(page, "readiness")
    press(page, "Rehearsals")
    guide.look(page)
    press(page, "Rehearse now")
    expect(page.get_by_role("heading", name="Second by second")).to_be_visible(timeout=90_000)
    line = page.get_by_role("row").filter(has_text=WATERPUT)
    expect(line.filter(has_text="by hand").first).to_be_visible()
    guide.picture(page, "rehearsal")


def test_a_newcomer_gets_from_nothing_to_a_rehearsal_by_the_guide_and_the_screen(
    browser: Browser, fresh: Embedded, tmp_path: Path
) -> None:
    guide, missing = Guide(), []
    base = f"http://localhost:{fresh.port}"
    with (
        opened(browser, base, locale="en-GB") as page,
        opened(browser, base, width=390, locale="en-GB") as theirs,
    ):
        begin(page, guide, fresh)
        missing += guide.ends("Begin")
        members(page, guide, tmp_path)
        missing += guide.ends("Import the members")
        invite(page, guide)
        missing += guide.ends("Open, and invite")
        link = page.get_by_role("link", name=re.compile("member.invitation"))
        answer(theirs, guide, str(link.get_attribute("href")))
        missing += guide.ends("Be an organisation for a moment")
        by_phone(page, guide)
        missing += guide.ends("Write down an answer given by phone")
        date(page, guide)
        missing += guide.ends("Set the hour")
        text(theirs, guide)
        missing += guide.ends("Write a farewell, and approve it")
        rehearse(page, guide)
        missing += guide.ends("Rehearse")
    assert not missing, missing
    assert not guide.chapters, "the walk skips these"
    assert guide.taken == guide.pictures
    sizes = {name: (DOCS / "img" / name).stat().st_size for name in guide.pictures}
    assert [name for name, size in sizes.items() if size > LARGEST] == []
