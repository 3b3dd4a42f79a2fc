"""The day: locked before the minute, open at it, proved by a link."""

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.members.states import NetworkChoices, Route
from coalition.networks.x.identity import first_id_at
from coalition.pledges.models import Pledge
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories

TEXT = "Goodbye & see you there."
A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def post(exit_: Campaign, ours: Organisation) -> Post:
    Campaign.objects.filter(pk=exit_.pk).update(go_at=factories.NOW)
    account = factories.account(ours, handle="waterput")
    return factories.post(factories.pledge(exit_, ours), account, text=TEXT)


def page(inside: Client, post: Post) -> str:
    where = f"/en/member/waterput/posts/{post.pk}/by-hand/"
    return str(inside.get(where).content.decode())


def test_before_the_minute_there_is_no_button(
    inside: Client, post: Post, clock: time_machine.Traveller
) -> None:
    clock.move_to(factories.T - A_MOMENT)
    locked = page(inside, post)
    assert "Not yet" in locked
    assert "x.com/intent" not in locked


def test_at_the_minute_the_button_carries_the_whole_text(
    inside: Client, post: Post, clock: time_machine.Traveller
) -> None:
    clock.move_to(factories.T)
    assert "https://x.com/intent/tweet?text=Goodbye%20%26%20see%20you%20there." in page(
        inside, post
    )


def test_while_it_is_stopped_nobody_is_told_to_schedule_it(
    inside: Client, post: Post, clock: time_machine.Traveller
) -> None:
    clock.move_to(factories.T - A_MOMENT)
    assert "Schedule it" in page(inside, post)
    Campaign.objects.update(stopped_at=factories.NOW)
    held = page(inside, post)
    assert "Schedule it" not in held
    assert "Is it scheduled on X already?" in held


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"stopped_at": factories.NOW}, "have stopped"),
        ({"go_at": None}, "have not said go"),
        ({"no_go_at": factories.NOW, "go_at": None}, "have not said go"),
        ({"called_off_at": factories.NOW}, "The joint exit is called off"),
        ({"exit_at": factories.T + timedelta(days=1)}, "approved for another hour"),
    ],
)
def test_without_go_it_stays_shut(
    inside: Client,
    post: Post,
    clock: time_machine.Traveller,
    change: dict[str, object],
    sentence: str,
) -> None:
    clock.move_to(factories.T + A_MOMENT)
    Campaign.objects.update(**change)
    shut = page(inside, post)
    assert sentence in shut
    assert "x.com/intent" not in shut


def test_a_withdrawn_promise_keeps_it_shut(
    inside: Client, post: Post, clock: time_machine.Traveller
) -> None:
    clock.move_to(factories.T)
    Pledge.objects.update(withdrawn_at=factories.NOW, holds_since=None)
    shut = page(inside, post)
    assert "You took your word back" in shut
    assert "x.com/intent" not in shut


def test_a_promise_that_waits_for_others_keeps_it_shut(
    inside: Client, post: Post, clock: time_machine.Traveller
) -> None:
    clock.move_to(factories.T)
    Pledge.objects.update(holds_since=None)
    assert "isn&#x27;t there yet" in page(inside, post) or "isn't there yet" in page(inside, post)


def test_its_link_proves_it_to_the_hundredth(
    inside: Client, post: Post, clock: time_machine.Traveller
) -> None:
    out_at = factories.T + timedelta(seconds=3, milliseconds=70)
    clock.move_to(factories.T + timedelta(minutes=1))
    link = f"https://x.com/Waterput/status/{first_id_at(out_at)}"
    proved = inside.post(
        f"/en/member/waterput/posts/{post.pk}/by-hand/", {"link": link}, follow=True
    ).content.decode()
    post.refresh_from_db()
    assert post.state == State.PUBLISHED
    assert "12:00:03.07" in proved


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("https://x.com/stranger/status/1876543210987654321", "by @stranger, not by @waterput"),
        ("https://example.org/post", "not the link of a post on X"),
    ],
)
def test_a_wrong_link_is_refused_beside_the_field_and_kept(
    inside: Client, post: Post, clock: time_machine.Traveller, link: str, sentence: str
) -> None:
    clock.move_to(factories.T)
    where = f"/en/member/waterput/posts/{post.pk}/by-hand/"
    answer = inside.post(where, {"link": link}).content.decode()
    post.refresh_from_db()
    assert sentence in answer
    assert link in answer
    assert post.state == State.APPROVED


def asks(inside: Client, seen: str) -> Any:  # noqa: ANN401 — the client's own
    """What an open page asks, with what it shows."""
    [address] = re.findall(r'hx-get="([^"]+)"', seen)
    return inside.get(html.unescape(address), headers={"HX-Request": "true"})


def test_an_open_page_asks_for_its_clock_alone_and_keeps_what_is_being_typed(
    inside: Client, post: Post
) -> None:
    part = asks(inside, page(inside, post))
    assert part.content.decode().lstrip().startswith('<div id="clock"')
    assert "<input" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    assert "HX-Refresh" not in part


@pytest.mark.parametrize(
    "change",
    [
        {"stopped_at": factories.NOW},
        {"exit_at": factories.T + timedelta(days=1)},
        {"called_off_at": factories.NOW},
    ],
)
def test_an_open_page_loads_itself_anew_when_more_than_its_clock_changed(
    inside: Client, post: Post, change: dict[str, object]
) -> None:
    seen = page(inside, post)
    Campaign.objects.update(**change)
    assert asks(inside, seen)["HX-Refresh"] == "true"


def test_at_the_minute_an_open_page_loads_itself_anew(
    inside: Client, post: Post, clock: time_machine.Traveller
) -> None:
    clock.move_to(factories.T - A_MOMENT)
    seen = page(inside, post)
    assert "HX-Refresh" not in asks(inside, seen)
    clock.move_to(factories.T)
    assert asks(inside, seen)["HX-Refresh"] == "true"


@pytest.mark.parametrize("minutes", [0, 7])
def test_it_opens_at_the_organisations_own_minute(
    inside: Client, post: Post, clock: time_machine.Traveller, minutes: int
) -> None:
    Campaign.objects.update(members_after_minutes=minutes)
    own = factories.T + timedelta(minutes=minutes)
    clock.move_to(own - A_MOMENT)
    assert "x.com/intent" not in page(inside, post)
    clock.move_to(own)
    assert "x.com/intent" in page(inside, post)


@pytest.mark.parametrize("at", [factories.NOW, factories.T])
def test_its_pictures_can_be_saved_before_the_hour_and_at_it(
    inside: Client, post: Post, clock: time_machine.Traveller, at: datetime
) -> None:
    picture = factories.picture(post)
    clock.move_to(at)
    seen = page(inside, post)
    where = f"/en/member/waterput/posts/{post.pk}/pictures/{picture.place}/?take"
    assert f'href="{where}"' in seen
    assert f"</span> {picture.alt}" in seen
    saved = inside.get(where)
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved.content == bytes(picture.content)


def test_a_late_one_is_told_that_it_still_counts(
    inside: Client, post: Post, clock: time_machine.Traveller
) -> None:
    clock.move_to(factories.T + timedelta(minutes=16))
    late = page(inside, post)
    assert "The hour has passed: post it now" in late
    assert "x.com/intent" in late


def test_a_farewell_that_waits_for_its_announcement_says_so(
    inside: Client, post: Post, ours: Organisation, clock: time_machine.Traveller
) -> None:
    Campaign.objects.update(farewell_after_announcement=True)
    home = factories.account(ours, NetworkChoices.BLUESKY)
    said = factories.post(post.pledge, home)
    clock.move_to(factories.T)
    assert "First your announcement" in page(inside, post)
    Post.objects.filter(pk=said.pk).update(
        state=State.PUBLISHED, network_post_id="at://x", published_at=factories.T
    )
    assert "x.com/intent" in page(inside, post)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"state": State.CANCELLED}, "This post was given up"),
        ({"state": State.DRAFT}, "The text is not ready"),
        ({"state": State.MISSED}, "You can post it yourself now"),
        ({"route": Route.DIRECT}, "We post this one"),
    ],
)
def test_whatever_became_of_it_is_said(
    inside: Client,
    post: Post,
    clock: time_machine.Traveller,
    change: dict[str, object],
    sentence: str,
) -> None:
    clock.move_to(factories.T)
    Post.objects.update(**change)
    assert sentence in html.unescape(page(inside, post))
    assert "x.com/intent" not in page(inside, post)
