"""The freeze: a text stays as it is, unless a coordinator opens this one; late joiners write."""

from datetime import timedelta

import pytest

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.members.models import User
from coalition.pledges.models import Pledge
from coalition.publishing.actions import approve, take_back, write_post
from coalition.publishing.freeze import freeze_again, freeze_of, thaw
from coalition.publishing.models import Post
from coalition.publishing.states import State
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
FREEZE = T - timedelta(hours=24)
SECOND = timedelta(seconds=1)


@pytest.fixture
def post() -> Post:
    return factories.post(factories.pledge(factories.campaign()))


@pytest.fixture
def boss() -> User:
    return factories.coordinator()


def test_a_text_changes_until_the_freeze_and_not_after(post: Post) -> None:
    write_post(post, "A last word.", actor=factories.person(), now=FREEZE - SECOND)
    for now in (FREEZE, T - SECOND):
        with pytest.raises(Refusal, match="frozen"):
            write_post(post, "Too late.", actor=factories.person(), now=now)
    assert Post.objects.get().text == "A last word."


def test_a_frozen_text_can_still_be_approved_and_taken_back(post: Post) -> None:
    take_back(post, actor=factories.person(), now=FREEZE)
    approve(post, actor=factories.person(), now=FREEZE)
    assert Post.objects.get().state == State.APPROVED


def test_a_coordinator_opens_one_text_and_its_people_hear_of_it(post: Post, boss: User) -> None:
    reader = factories.representative(post.account.organisation)
    other = factories.post(factories.pledge(post.campaign))
    thaw(post, actor=boss, now=FREEZE)
    write_post(post, "Better words.", actor=factories.person(), now=T - SECOND)
    with pytest.raises(Refusal, match="frozen"):
        write_post(other, "Mine too.", actor=factories.person(), now=T - SECOND)
    assert Letter.objects.get(kind="text-opened").to == reader.email


def test_what_was_opened_goes_as_it_was_approved_until_a_word_changes(
    post: Post, boss: User
) -> None:
    thaw(post, actor=boss, now=FREEZE)
    assert Post.objects.get().state == State.APPROVED
    write_post(post, "Better words.", actor=factories.person(), now=FREEZE)
    assert Post.objects.get().state == State.DRAFT


def test_an_approval_closes_it_again(post: Post, boss: User) -> None:
    thaw(post, actor=boss, now=FREEZE)
    write_post(post, "Better words.", actor=factories.person(), now=FREEZE)
    approve(post, actor=factories.person(), now=FREEZE)
    with pytest.raises(Refusal, match="frozen"):
        write_post(post, "Once more.", actor=factories.person(), now=FREEZE)


def test_a_coordinator_closes_it_again(post: Post, boss: User) -> None:
    thaw(post, actor=boss, now=FREEZE)
    freeze_again(post, actor=boss, now=FREEZE)
    with pytest.raises(Refusal, match="frozen"):
        write_post(post, "Once more.", actor=factories.person(), now=FREEZE)
    with pytest.raises(Refusal, match="isn't open"):
        freeze_again(post, actor=boss, now=FREEZE)


@pytest.mark.parametrize(
    ("now", "state"),
    [(FREEZE - SECOND, "approved"), (T, "approved"), (FREEZE, "published"), (FREEZE, "cancelled")],
)
def test_nothing_is_opened_that_is_not_frozen(
    post: Post, boss: User, now: object, state: str
) -> None:
    Post.objects.update(state=state, network_post_id="1", published_at=T)
    with pytest.raises(Refusal, match="isn't frozen"):
        thaw(post, actor=boss, now=now)  # type: ignore[arg-type]
    assert Letter.objects.count() == 0


def test_who_joined_after_the_freeze_still_writes(post: Post) -> None:
    Pledge.objects.update(answered_at=FREEZE + SECOND)
    write_post(post, "We come too.", actor=factories.person(), now=T - SECOND)
    assert Post.objects.get().text == "We come too."


def test_an_opening_does_not_outlive_a_move_of_the_hour(post: Post, boss: User) -> None:
    thaw(post, actor=boss, now=FREEZE)
    Campaign.objects.update(exit_at=T + timedelta(days=7))
    moved = Post.objects.get()
    freeze = freeze_of(moved, T + timedelta(days=6, seconds=1))
    assert freeze
    assert freeze.holds


def test_without_an_hour_and_from_the_hour_on_there_is_no_freeze(post: Post) -> None:
    assert freeze_of(post, T) is None
    Campaign.objects.update(exit_at=None)
    assert freeze_of(Post.objects.get(), NOW) is None
