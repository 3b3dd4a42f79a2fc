"""“Posting again” is said only after asking, falls back truthfully, and can be taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from coalition.evidence.asking import DAYS, ask, close, reply, show
from coalition.evidence.models import Question
from coalition.evidence.states import Ending, Label, Reply
from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.pledges.states import Visibility
from coalition.progress.events import Happening, corrections
from coalition.progress.queries import public_state
from coalition.publishing.states import State
from coalition.refusals import Refusal
from tests import factories
from tests.evidence.after import NEXT_DAY, Gone, gone

pytestmark = pytest.mark.django_db
AFTER = NEXT_DAY + timedelta(days=DAYS)
INSTANT = timedelta(microseconds=1)


def asked(of: Gone) -> Question:
    return ask(of.campaign, of.account, actor=of.boss, now=NEXT_DAY)


def log(of: Gone) -> list[Happening]:
    state = public_state(of.campaign, language="en", now=AFTER + timedelta(days=9))
    return [event.what for event in corrections(state)]


def test_its_people_are_written_to_once_and_told_until_when() -> None:
    left = gone()
    second = factories.representative(left.pledge.organisation)
    question = asked(left)
    letters = Letter.objects.filter(kind="posting-again")
    assert {letter.to for letter in letters} == {left.owner.email, second.email}
    assert all(f"/posting/{question.pk}/" in letter.text for letter in letters)
    with pytest.raises(Refusal):
        asked(left)
    assert letters.count() == 2


def test_where_nobody_can_answer_nothing_is_asked() -> None:
    left = gone()
    left.owner.representations.update(removed_at=NEXT_DAY)
    with pytest.raises(Refusal):
        asked(left)
    assert not Question.objects.exists()


def test_without_an_answer_it_shows_only_after_the_days_that_the_letter_named() -> None:
    left = gone()
    question = asked(left)
    with pytest.raises(Refusal):
        show(question, actor=left.boss, now=AFTER - INSTANT)
    assert (left.label(), log(left)) == (Label.LEFT, [])
    show(question, actor=left.boss, now=AFTER)
    assert (left.label(), log(left)) == (None, [Happening.POSTS_AGAIN])
    assert Letter.objects.filter(kind="posting-again-shown", to=left.owner.email).count() == 1
    assert Entry.objects.filter(verb="shown as posting again").count() == 1


def test_the_database_itself_refuses_to_show_it_before() -> None:
    question = asked(gone())
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(shown_at=AFTER - INSTANT)


def test_we_are_back_shows_at_once_for_it_is_its_own_word() -> None:
    left = gone()
    reply(asked(left), Reply.BACK, actor=left.owner, now=NEXT_DAY)
    assert (left.label(), log(left)) == (None, [Happening.POSTS_AGAIN])


@pytest.mark.parametrize("said", [Reply.MISTAKE, Reply.NOT_US])
def test_any_other_answer_shows_nothing_by_itself(said: Reply) -> None:
    left = gone()
    question = asked(left)
    reply(question, said, actor=left.owner, now=NEXT_DAY)
    assert (left.label(), log(left)) == (Label.LEFT, [])
    show(question, actor=left.boss, now=NEXT_DAY + timedelta(days=1))  # it does, all the same
    assert left.label() is None


@pytest.mark.parametrize(
    ("ending", "last"),
    [(Ending.SILENT, Happening.SILENT_AGAIN), (Ending.WRONG, Happening.NEVER_AGAIN)],
)
def test_it_can_be_taken_back_and_the_log_says_how(ending: Ending, last: Happening) -> None:
    left = gone()
    question = asked(left)
    show(question, actor=left.boss, now=AFTER)
    close(question, ending, actor=left.boss, now=AFTER + timedelta(days=1))
    assert left.label() is Label.LEFT
    assert log(left) == [last, Happening.POSTS_AGAIN]
    with pytest.raises(Refusal):
        show(question, actor=left.boss, now=AFTER + timedelta(days=2))


def test_of_several_accounts_one_that_is_back_makes_it_partly() -> None:
    left = gone()
    other = factories.account(left.pledge.organisation)
    factories.post(left.pledge, other, state=State.PUBLISHED)
    assert left.label() is Label.LEFT
    reply(asked(left), Reply.BACK, actor=left.owner, now=NEXT_DAY)
    assert left.label() is Label.PARTLY


def test_the_number_on_the_page_follows() -> None:
    left = gone()
    stays = gone(left.campaign)
    before = public_state(left.campaign, language="en", now=AFTER)
    reply(asked(left), Reply.BACK, actor=left.owner, now=NEXT_DAY)
    after = public_state(left.campaign, language="en", now=AFTER)
    assert (before.left, after.left, after.on_the_day) == (2, 1, 1)
    assert [row.slug for row in after.rows] == [stays.pledge.organisation.slug]


def test_who_is_counted_without_a_name_is_not_named_by_the_log() -> None:
    left = gone()
    left.pledge.visibility = Visibility.COUNTED
    left.pledge.save(update_fields=["visibility"])
    reply(asked(left), Reply.BACK, actor=left.owner, now=NEXT_DAY)
    assert log(left) == []
