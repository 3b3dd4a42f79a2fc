"""The hour in a representative's calendar: its own minute, and moved when T moves."""

from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.publishing.models import Post
from coalition.publishing.states import State
from coalition.publishing.waves import delay_of
from tests import factories


@pytest.fixture
def post(exit_: Campaign, ours: Organisation) -> Post:
    return factories.post(factories.pledge(exit_, ours), factories.account(ours, handle="waterput"))


def by_hand(inside: Client, post: Post) -> dict[str, object]:
    where = f"/en/member/waterput/posts/{post.pk}/by-hand/calendar.ics"
    [event] = Calendar.from_ical(inside.get(where).content).walk("VEVENT")
    keys = ("UID", "SEQUENCE", "DTSTART", "STATUS", "SUMMARY", "URL")
    bells = [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")]
    return {"bells": bells, **{key: event.decoded(key, event.get(key)) for key in keys}}


def test_a_post_by_hand_has_its_own_minute_its_page_and_three_bells(
    inside: Client, post: Post
) -> None:
    Campaign.objects.update(members_after_minutes=7)
    event = by_hand(inside, post)
    assert event["DTSTART"] == factories.T + timedelta(minutes=7)
    assert event["bells"] == [timedelta(hours=-1), timedelta(minutes=-5), timedelta(0)]
    assert str(event["URL"]).endswith(f"/en/member/waterput/posts/{post.pk}/by-hand/")


def test_a_post_by_hand_moves_with_the_hour_and_keeps_its_name(
    inside: Client, post: Post, exit_: Campaign
) -> None:
    before = by_hand(inside, post)
    exit_.refresh_from_db()
    moved = factories.T + timedelta(days=2)
    Campaign.objects.update(exit_at=moved, date_sequence=exit_.date_sequence + 1)
    after = by_hand(inside, post)
    assert (after["UID"], after["DTSTART"]) == (before["UID"], moved)
    assert int(str(after["SEQUENCE"])) == int(str(before["SEQUENCE"])) + 1


def test_what_is_over_is_struck_from_the_calendar(inside: Client, post: Post) -> None:
    assert by_hand(inside, post)["STATUS"] == "CONFIRMED"
    Post.objects.update(state=State.CANCELLED)
    assert by_hand(inside, post)["STATUS"] == "CANCELLED"
    Post.objects.update(state=State.APPROVED)
    before = by_hand(inside, post)
    Campaign.objects.update(called_off_at=factories.NOW)
    after = by_hand(inside, post)
    assert after["STATUS"] == "CANCELLED"
    assert int(str(after["SEQUENCE"])) == int(str(before["SEQUENCE"])) + 1


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
