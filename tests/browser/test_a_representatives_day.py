"""What a representative does on the day and after it, steps 8 and 9: by role, label and word."""

import json
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest
import time_machine
from pytest_django import Settings

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.members.actions import keep_secret
from coalition.members.models import Credential, Organisation, User
from coalition.members.states import NetworkChoices
from coalition.networks.x.identity import first_id_at
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.browser.walking import Walks
from tests.factories import NOW, T

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/en/member/waterput/"
WORDS: Final = "Na twaalf jaar & duizend gesprekken zeggen wij dag. 👋\nTot ginder!"


def farewell(exit_: Campaign, ours: Organisation, **fields: object) -> Post:
    Campaign.objects.filter(pk=exit_.pk).update(go_at=NOW)
    on = factories.account(ours, handle="waterput")
    return factories.post(factories.pledge(exit_, ours), on, text=WORDS, **fields)


def left(exit_: Campaign, ours: Organisation) -> Post:
    return farewell(exit_, ours, state=State.PUBLISHED, url="https://x.com/waterput/status/1")


def test_8_waits_for_the_minute_then_opens_x_and_proves_it_with_the_link(
    walks: Walks,
    clock: time_machine.Traveller,
    exit_: Campaign,
    ours: Organisation,
    owner: User,
    settings: Settings,
) -> None:
    settings.NETWORKS = "rehearsal"  # in which X shows whatever the link says
    post = farewell(exit_, ours)
    clock.move_to(T - timedelta(seconds=40))
    with walks(owner) as walk:
        walk.at(HERE).reads("40 seconds to go" if not walk.scripts else "seconds to go")
        walk.press("Your screen for the hour").headed("Not yet").reads("seconds", "at 12:00")
        assert walk.page.get_by_role("link", name="Open X with this text").count() == 0
        clock.move_to(T + timedelta(seconds=1))
        walk.waits(45, otherwise="Look again").headed("Now: three steps")
        compose = urlsplit(walk.link("Open X with this text"))
        assert compose.netloc + compose.path == "x.com/intent/tweet"
        assert parse_qs(compose.query)["text"] == [WORDS]
        words = walk.page.get_by_label("The text of your post")
        assert (words.input_value(), words.is_editable()) == (WORDS, False)
        copy = walk.page.get_by_role("button", name="Copy the text")
        assert copy.is_visible() == walk.scripts
        if walk.scripts:
            walk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
            copy.click()
            walk.reads("Copied")
            assert walk.page.evaluate("navigator.clipboard.readText()") == WORDS
        out_at = T + timedelta(seconds=41)
        clock.move_to(T + timedelta(minutes=1))
        walk.fill(The_link_of_your_post=f"https://x.com/stranger/status/{first_id_at(out_at)}")
        walk.press("It is posted").reads("is by @stranger, not by @waterput.")
        walk.fill(The_link_of_your_post=f"https://x.com/Waterput/status/{first_id_at(out_at)}?s=46")
        walk.press("It is posted").headed("It is out").reads(
            "12:00:41", "Proved: X itself shows it"
        )
        walk.at(HERE).headed("You have left X")
    post.refresh_from_db()
    assert (post.state, post.published_at) == (State.PUBLISHED, out_at)


def test_8_withdraws_until_the_moment_and_is_told_what_had_left_and_what_not(
    walks: Walks, clock: time_machine.Traveller, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    out = left(exit_, ours)
    home = factories.account(ours, NetworkChoices.BLUESKY, handle="waterput.example")
    waiting = factories.post(out.pledge, home)
    clock.move_to(T - timedelta(seconds=1))
    with walks(owner) as walk:
        walk.at(HERE + "withdraw/").headed("Take your word back?")
        walk.press("Take our word back").headed("Your word is taken back")
        walk.reads("Out already; only you can delete it on the network", "X, @waterput")
        walk.reads("Not sent, and it will not be", "Bluesky, @waterput.example")
        walk.at(f"{HERE}posts/{waiting.pk}/by-hand/").headed("You took your word back")
    waiting.refresh_from_db()
    assert waiting.state == State.APPROVED


def test_9_finds_a_badge_and_a_line_for_its_website(
    walks: Walks, clock: time_machine.Traveller, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    left(exit_, ours)
    clock.move_to(T + timedelta(hours=3))
    with walks(owner) as walk:
        walk.at(HERE).press("See the list").press("Badge and snippet").headed("Take it along")
        walk.page.get_by_label("Your organisation").select_option("Waterput")
        walk.press("Show its badge")
        badge = walk.page.get_by_role("img", name="The badge of Waterput, light").first
        drawn = walk.ask(str(badge.get_attribute("src")))
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert "set-cookie" not in drawn.headers
        snippet = walk.page.locator("#copy-badge").inner_text()
        assert "/badge/waterput.svg" in snippet
        assert "<script" not in snippet


def test_9_leaves_well_with_a_list_that_remembers(
    walks: Walks, clock: time_machine.Traveller, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    left(exit_, ours)
    clock.move_to(T + timedelta(hours=3))
    with walks(owner) as walk:
        walk.at(HERE).reads("0 of 7 things are done.").press("See the list").headed("Leave well")
        for chore in (
            "Your archive is kept",
            "The farewell is pinned",
            "Name, bio and website say where you are",
            "The old icons are off your site and mails",
            "The account is locked",
            "Apps have no access any more",
            "Somebody logs in every month",
        ):
            walk.choose(chore)
        walk.press("Keep")
        walk.at(HERE).reads("7 of 7 things are done.")


def test_9_has_its_token_erased_now_and_keeps_the_certificate(
    walks: Walks, clock: time_machine.Traveller, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    left(exit_, ours)
    home = factories.account(
        ours, NetworkChoices.BLUESKY, handle="waterput.example", network_id="did:plc:put"
    )
    keep_secret(home, {"kind": "app password"}, vault=wiring.vault(), now=NOW)
    clock.move_to(T + timedelta(hours=3))
    with walks(owner) as walk:
        walk.at(HERE + "leaving/").press("Your accounts").press("@waterput.example")
        walk.page.get_by_text("Disconnect, and erase the access now").click()
        walk.press("Erase it now").reads("Erased. We can't post for this account any more")
        walk.press("Certificates of what was erased").headed("What we have erased")
        walk.reads("@waterput.example · Bluesky", "We can't post for this account any more.")
    assert not Credential.objects.exists()


def test_9_takes_its_data_along_and_has_them_erased(
    walks: Walks, clock: time_machine.Traveller, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    left(exit_, ours)
    clock.move_to(T + timedelta(hours=3))
    with walks(owner) as walk:
        walk.at(HERE).press("Export or delete our data")
        name, file = walk.download("Export")
        assert name == "waterput-data.zip"
        with ZipFile(file) as packed:
            assert [post["text"] for post in json.loads(packed.read("post.json"))] == [WORDS]
        walk.press("Delete").headed("Export or delete our data")
        assert Post.objects.get().text == WORDS, "not before somebody is sure"
        walk.choose("I am sure.").press("Delete").reads("The data are erased.")
        assert walk.status(HERE) == 404
    assert Post.objects.get().text == ""
