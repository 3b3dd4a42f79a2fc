"""The day: locked before the minute, open at it, proved by a link."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.networks.x.identity import first_id_at
from coalition.pledges.models import Pledge
from coalition.publishing.models import Post
from coalition.publishing.states import State
from coalition.publishing.waves import delay_of
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


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"stopped_at": factories.NOW}, "have stopped"),
        ({"go_at": None}, "have not said go"),
        ({"exit_at": factories.T + timedelta(days=1)}, "The text is not ready"),
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
    assert "x.com/intent" not in page(inside, post)


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


def test_htmx_asks_for_the_part_alone(inside: Client, post: Post) -> None:
    where = f"/en/member/waterput/posts/{post.pk}/by-hand/"
    part = inside.get(where, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="hand"')
    assert "HX-Request" in part["Vary"]


def test_the_calendar_has_the_organisations_own_minute(
    inside: Client, post: Post, exit_: Campaign
) -> None:
    Campaign.objects.update(members_after_minutes=7)
    exit_.refresh_from_db()
    found = Calendar.from_ical(inside.get("/en/member/waterput/calendar.ics").content)
    begins = found.walk("VEVENT")[0].decoded("DTSTART")
    assert begins == factories.T + delay_of(post, exit_) == factories.T + timedelta(minutes=7)


def test_the_calendar_moves_with_the_hour(inside: Client, post: Post, exit_: Campaign) -> None:
    del post

    def event() -> dict[str, object]:
        found = Calendar.from_ical(inside.get("/en/member/waterput/calendar.ics").content)
        only = found.walk("VEVENT")[0]
        keys = ("UID", "SEQUENCE", "DTSTART", "STATUS")
        return {key: only.decoded(key, only.get(key)) for key in keys}

    before = event()
    exit_.refresh_from_db()
    moved = factories.T + timedelta(days=2)
    Campaign.objects.update(exit_at=moved, date_sequence=exit_.date_sequence + 1)
    after = event()
    assert after["UID"] == before["UID"]
    assert (before["DTSTART"], after["DTSTART"]) == (factories.T, moved)
    assert int(str(after["SEQUENCE"])) == int(str(before["SEQUENCE"])) + 1
