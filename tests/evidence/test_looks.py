"""The list of accounts to look at: who is on it, when, and what each press does."""

from datetime import timedelta

import pytest

from coalition.evidence.looks import MISPRESS, answer, take_back
from coalition.evidence.models import Evidence, Look, Question
from coalition.evidence.rounds import LATEST, open_rounds
from coalition.evidence.states import Level, Sight
from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.refusals import Refusal
from tests.evidence.after import DAY, NEXT_DAY, gone
from tests.factories import T

pytestmark = pytest.mark.django_db


def test_a_day_after_each_account_that_left_is_to_be_looked_at_once() -> None:
    left, stayed = gone(), gone(out=False)
    assert open_rounds(T + DAY - timedelta(seconds=1)) == 0
    assert open_rounds(NEXT_DAY) == 1
    assert open_rounds(NEXT_DAY) == 0
    look = Look.objects.get()
    assert (look.account, look.days, look.left_at) == (left.account, 1, T + timedelta(seconds=1))
    assert not Look.objects.filter(account=stayed.account).exists()


@pytest.mark.parametrize("days", [30, 90])
def test_it_is_looked_at_again_later_and_each_coordinator_is_told_once(days: int) -> None:
    left = gone()
    assert open_rounds(T + days * DAY) == 1
    assert open_rounds(T + days * DAY + timedelta(minutes=1)) == 0
    assert Look.objects.get().days == days
    letter = Letter.objects.get(kind="looks", to=left.boss.email)
    assert f"/dashboard/{left.campaign.slug}/after/" in letter.text


def test_after_all_rounds_nobody_is_asked_any_more() -> None:
    gone()
    assert open_rounds(T + LATEST) == 0


def test_who_left_later_comes_into_the_next_round() -> None:
    campaign = gone().campaign
    late = gone(campaign, out=False)
    late.pledge.posts.create(
        campaign=campaign,
        account=late.account,
        network="x",
        kind="farewell",
        language="nl",
        state="published",
        network_post_id="late",
        published_at=T + 12 * DAY,
        created_at=T,
    )
    assert open_rounds(T + 12 * DAY) == 1  # the first one alone: the other left today
    assert open_rounds(T + 13 * DAY) == 1
    assert Look.objects.get(account=late.account).days == 1


@pytest.mark.parametrize(("days", "level"), [(1, Level.SEEN), (30, Level.RECHECKED)])
def test_silent_is_one_more_rung_dated_and_with_who_looked(days: int, level: Level) -> None:
    left = gone()
    at = T + days * DAY + timedelta(hours=1)
    answer(left.look(days=days, at=at), Sight.SILENT, actor=left.boss, now=at)
    found = Evidence.objects.get()
    assert (found.level, found.account, found.recorded_at) == (level, left.account, at)
    assert found.recorded_by == left.boss.number
    assert found.left_at == T + timedelta(seconds=1)
    assert Entry.objects.filter(verb="looked", facts__sight="silent").count() == 1


def test_posting_again_asks_and_shows_nothing() -> None:
    left = gone()
    answer(left.look(), Sight.POSTING, actor=left.boss, now=NEXT_DAY)
    assert Question.objects.get().shown_at is None
    assert not Evidence.objects.exists()


def test_a_second_press_finds_that_somebody_was_first() -> None:
    left = gone()
    look = left.look()
    answer(look, Sight.UNCLEAR, actor=left.boss, now=NEXT_DAY)
    with pytest.raises(Refusal):
        answer(look, Sight.SILENT, actor=left.boss, now=NEXT_DAY)
    assert Look.objects.get().sight == Sight.UNCLEAR


def test_a_wrong_press_is_taken_back_at_once_and_not_later() -> None:
    left = gone()
    look = left.look()
    answer(look, Sight.SILENT, actor=left.boss, now=NEXT_DAY)
    with pytest.raises(Refusal):
        take_back(look, actor=left.boss, now=NEXT_DAY + MISPRESS)
    take_back(look, actor=left.boss, now=NEXT_DAY + timedelta(minutes=1))
    assert not Evidence.objects.exists()
    assert Look.objects.get().looked_at is None


def test_what_was_asked_is_not_taken_back_silently() -> None:
    left = gone()
    look = left.look()
    answer(look, Sight.POSTING, actor=left.boss, now=NEXT_DAY)
    with pytest.raises(Refusal):
        take_back(look, actor=left.boss, now=NEXT_DAY)
