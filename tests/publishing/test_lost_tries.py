"""A lost try on Bluesky may yet come true: people wait for a look that settles it."""

from datetime import timedelta

import pytest

from coalition.members.states import NetworkChoices, Route
from coalition.networks.outcome import Absent, Published
from coalition.publishing.actions import give_up, hand_over, take_back
from coalition.publishing.look import record_sighting
from coalition.publishing.models import Attempt, Post
from coalition.publishing.queries import NETWORKS_LONGEST, by_hand_posts
from coalition.publishing.states import State
from coalition.publishing.sweep import mark_missed
from coalition.refusals import Refusal
from tests import factories
from tests.factories import T

pytestmark = pytest.mark.usefixtures("committed")
LATER = T + timedelta(seconds=10)
SETTLED = T + NETWORKS_LONGEST + timedelta(seconds=1)


@pytest.fixture
def post() -> Post:
    """Its first try was lost, a look found nothing, and it waits for its second."""
    post = factories.direct(
        factories.pledge(factories.going()), NetworkChoices.BLUESKY, state=State.UNCERTAIN, fence=1
    )
    Attempt.objects.create(
        post=post, fence=1, worker="one", began_at=T, ended_at=T, outcome="unknown"
    )
    looked(post, LATER)
    assert post.state == State.APPROVED  # it may go again at once: its key is the same
    return post


def looked(post: Post, now: object, seen: Absent | Published | None = None) -> None:
    record_sighting(
        post.pk,
        seen or Absent(),
        now=now,  # type: ignore[arg-type]
        look_again=timedelta(seconds=60),
    )
    post.refresh_from_db()


def test_what_may_come_true_is_not_given_up_nor_taken_back(post: Post) -> None:
    for leave in (give_up, take_back):
        with pytest.raises(Refusal, match="may still come true"):
            leave(post, actor=factories.person(), now=LATER)


def test_handed_over_it_is_looked_at_until_it_is_settled_and_then_theirs(post: Post) -> None:
    hand_over(post, actor=factories.person(), now=LATER)
    assert (post.state, post.route) == (State.UNCERTAIN, Route.BY_HAND)
    looked(post, LATER)
    assert post.state == State.UNCERTAIN  # too early to tell
    assert not by_hand_posts(post.campaign, LATER).exists()
    looked(post, SETTLED)
    assert post.state == State.APPROVED
    assert list(by_hand_posts(post.campaign, SETTLED)) == [post]
    give_up(post, actor=factories.person(), now=SETTLED)
    assert post.state == State.CANCELLED


def test_handed_over_and_out_all_the_same_it_is_published_and_nobody_posts(post: Post) -> None:
    hand_over(post, actor=factories.person(), now=LATER)
    looked(post, SETTLED, Published("at://1", "https://bsky.app/1", LATER))
    assert post.state == State.PUBLISHED
    assert not by_hand_posts(post.campaign, SETTLED).exists()


def test_past_its_window_it_is_looked_at_before_it_is_missed(post: Post) -> None:
    over = T + timedelta(minutes=16)
    assert mark_missed(post.campaign, over) == 0
    post.refresh_from_db()
    assert (post.state, post.not_before) == (State.UNCERTAIN, over + NETWORKS_LONGEST)
    looked(post, over + NETWORKS_LONGEST)
    assert mark_missed(post.campaign, over + NETWORKS_LONGEST) == 1
