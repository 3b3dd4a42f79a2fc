"""“Did you do it?” is asked once, of who left, and its sum is what coordinators see."""

from datetime import timedelta

import pytest

from coalition.afterwards.actions import answer_survey, ask_surveys, tick
from coalition.afterwards.models import Survey, Tick
from coalition.afterwards.queries import summary, ticked
from coalition.afterwards.states import Chore, Done
from coalition.mail.models import Letter
from coalition.refusals import Refusal
from tests import factories
from tests.evidence.after import Gone, gone
from tests.factories import T

pytestmark = pytest.mark.django_db
WEEKS = T + timedelta(weeks=4, seconds=1)


def says(left: Gone, done: Done, remark: str = "") -> None:
    answer_survey(
        left.campaign,
        left.pledge.organisation,
        dict.fromkeys(Chore, done),
        remark=remark,
        actor=left.owner,
        now=WEEKS,
    )


def test_four_weeks_later_each_person_of_who_left_gets_one_letter() -> None:
    left = gone()
    gone(left.campaign, out=False)
    colleague = factories.representative(left.pledge.organisation)
    assert ask_surveys(WEEKS - timedelta(seconds=2)) == 0
    assert ask_surveys(WEEKS) == 1
    assert ask_surveys(WEEKS + timedelta(days=3)) == 0
    letters = Letter.objects.filter(kind="survey")
    assert sorted(one.to for one in letters) == sorted([left.owner.email, colleague.email])
    assert all("/did-you/" in one.text for one in letters)


def test_who_left_later_is_asked_four_weeks_after_its_own_day() -> None:
    left = gone()
    left.pledge.posts.update(published_at=T + timedelta(days=10))
    assert ask_surveys(WEEKS) == 0
    assert ask_surveys(WEEKS + timedelta(days=10)) == 1


def test_nobody_is_asked_after_twelve_weeks() -> None:
    gone()
    assert ask_surveys(T + timedelta(weeks=12)) == 0


def test_before_it_was_asked_nothing_is_answered() -> None:
    left = gone()
    with pytest.raises(Refusal):
        says(left, Done.YES)
    assert not Survey.objects.exists()


def test_the_last_answer_counts_and_only_remarks_have_a_name() -> None:
    left = gone()
    other = gone(left.campaign)
    ask_surveys(WEEKS)
    says(left, Done.NOT_YET)
    says(left, Done.YES, "It was easy.")
    found = summary(left.campaign)
    assert (found.asked, found.answered) == (2, 1)
    assert found.counts[Chore.PIN] == {Done.YES: 1, Done.NOT_YET: 0, Done.NEVER: 0}
    assert [(one.slug, one.words) for one in found.remarks] == [
        (left.pledge.organisation.slug, "It was easy.")
    ]
    assert ticked(left.campaign, left.pledge.organisation) == set(Chore)
    assert ticked(other.campaign, other.pledge.organisation) == set()


def test_a_tick_keeps_its_moment_and_goes_when_it_is_taken_away() -> None:
    left = gone()
    of = (left.campaign, left.pledge.organisation)
    tick(*of, [Chore.PIN], actor=left.owner, now=T)
    tick(*of, [Chore.PIN, Chore.BIO], actor=left.owner, now=WEEKS)
    assert Tick.objects.get(chore=Chore.PIN).ticked_at == T
    tick(*of, [Chore.BIO], actor=left.owner, now=WEEKS)
    assert ticked(*of) == {Chore.BIO}
