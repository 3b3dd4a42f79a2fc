"""What a representative does with its words, steps 6 and 7 of its way: by role, label and word."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation, User
from coalition.members.states import NetworkChoices, Role, Route
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.browser.walking import Walk, Walks

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/en/member/waterput/"
OTHERS = (
    "Na twaalf jaar sluiten wij deze deur en nemen we elk gesprek mee naar een plek met meer licht."
)


def farewell(exit_: Campaign, ours: Organisation, **fields: object) -> Post:
    on = factories.account(ours, handle="waterput", network_id="7")
    return factories.post(factories.pledge(exit_, ours), on, **fields)


def announcement(exit_: Campaign, ours: Organisation, **fields: object) -> Post:
    home = factories.account(ours, NetworkChoices.BLUESKY, network_id="did:plc:put")
    return factories.post(factories.pledge(exit_, ours), home, **fields)


def typed(walk: Walk, text: str) -> Walk:
    """With scripts the preview follows the typing; without, its reader presses a button."""
    walk.fill(Your_text=text)
    return walk if walk.scripts else walk.press("Preview")


def test_6_sees_while_it_writes_how_long_it_is_what_links_and_what_it_costs(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User, settings: Settings
) -> None:
    settings.NETWORKS = "rehearsal"
    exit_.words.update(prompt="What did you do there, and what will you do now?")
    post = farewell(exit_, ours, state=State.DRAFT, text="", route=Route.DIRECT)
    with walks(owner) as walk:
        walk.at(f"{HERE}posts/{post.pk}/").reads("Your text could say")
        walk.reads("What did you do there, and what will you do now?")
        assert walk.field("Your text").input_value() == "", "a prompt, never a ready sentence"
        typed(walk, "x" * 281).reads("281 of 280", "This is too long. Shorten it.")
        typed(walk, "Dag 👋🏽").reads("6 of 280", "$0.015", "This is not saved yet.")
        typed(walk, "Lees mee op waterput.example.org").reads("$0.20 (with a link")
        expect(walk.page.locator(".network-link")).to_have_text("waterput.example.org")
        typed(walk, "We gaan. Volg @waterput.org").reads("would mention a stranger on X")
        expect(walk.page.locator("mark")).to_have_text("@waterput.org")
        typed(walk, "We gaan #samenweg").reads("X punishes shared hashtags.")
        typed(walk, "Na elf jaar nemen we het gesprek mee.").reads("37 of 280", "@waterput")
        walk.press("Save").reads("Saved. Nothing goes out before somebody approves it.")
        if walk.scripts:
            walk.page.get_by_label("Your text").press("End")
            walk.page.keyboard.type(" Dag!")
            walk.reads("42 of 280")
            assert walk.focused == "id_text", "the preview takes no focus away"


def test_6_is_told_how_like_others_it_is_and_to_rewrite_the_opening(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    for name in ("Brug", "Omroep"):
        other = factories.organisation(name)
        factories.post(factories.pledge(exit_, other), factories.account(other), text=OTHERS)
    post = farewell(exit_, ours, state=State.DRAFT, text="")
    with walks(owner) as walk:
        walk.at(f"{HERE}posts/{post.pk}/")
        typed(walk, OTHERS.replace("Na twaalf jaar", "Na elf jaar"))
        walk.reads("also stands in 2 other texts. X suspends accounts for that: rewrite")
        assert re.search(r"(8|9)\d % of this also stands", walk.says)
        typed(walk, "Ons werk met pompen en putten gaat verder, op bezoek bij wie ons zoekt.")
        walk.reads("little").reads_no("rewrite the opening")


def test_6_adds_a_picture_and_cannot_without_words_for_who_does_not_see_it(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User, tmp_path: Path
) -> None:
    post = announcement(exit_, ours, state=State.DRAFT, text="Tot daar!")
    Image.new("RGB", (64, 48), "teal").save(tmp_path / "door.png")
    with walks(owner) as walk:
        walk.at(f"{HERE}posts/{post.pk}/")
        walk.page.get_by_label("Add a picture").set_input_files(tmp_path / "door.png")
        walk.press("Save").reads("Say in words what the picture shows")
        walk.page.get_by_label("Add a picture").set_input_files(tmp_path / "door.png")
        walk.field("What it shows, in words").fill("An open door.")
        walk.press("Save").reads("Who can't see it hears")
        shown = walk.page.locator(".network-pictures").get_by_role("img")
        assert shown.get_attribute("alt") == "An open door."
        assert walk.status(str(shown.get_attribute("src"))) == 200


def test_7_a_second_person_approves_exactly_that_text_and_any_edit_voids_it(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    post = farewell(exit_, ours, state=State.DRAFT, written_by=owner)
    where = f"{HERE}posts/{post.pk}/"
    with walks(owner) as walk:
        walk.at(HERE).press("Colleagues")
        walk.fill(Name="Bea", E__mail_address="bea@waterput.example").choose("Approve texts")
        walk.press("Add").reads("Bea is added; a letter tells how to sign in.")
        reader = User.objects.get(email="bea@waterput.example")
        walk.at(where).reads("You wrote it, so somebody else approves: Bea")
    with walks(reader) as walk:
        walk.at(where).reads("from this account, on 20 January at 12:00")
        walk.press("Approve this text").reads("Approved, word for word. It waits for the hour.")
        name, file = walk.at(HERE).download("Put it in your calendar")
        assert name.endswith(".ics")
        assert "DTSTART:20270120T110000Z" in file.read_text()
    with walks(owner) as walk:
        walk.at(where).reads("Approved by Bea on 4 January.")
        walk.fill(Your_text="Iets anders, helemaal.").press("Save").reads("written, not approved")
    with walks(factories.coordinator()) as walk:
        assert walk.status(where) == 404, "a coordinator can never approve for a member"


def test_7_who_works_alone_records_that(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    post = farewell(exit_, ours, state=State.DRAFT, written_by=owner)
    with walks(owner) as walk:
        walk.at(f"{HERE}posts/{post.pk}/").press("Approve this text")
        walk.reads("written, not approved")
        walk.choose("I work alone").press("Approve this text").reads("working alone.")
        walk.press("Take the approval back").reads("It is a draft again and will not go out.")
    post.refresh_from_db()
    assert Role(ours.representatives.get().role) is Role.OWNER
    assert post.state == State.DRAFT
