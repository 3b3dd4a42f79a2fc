"""The claim: of all who want a post one gets it, and only while it is due."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest

from coalition.campaigns.actions import stop
from coalition.publishing.claim import LEASE, Claimed, claim
from coalition.publishing.models import Attempt, Post
from coalition.publishing.states import State
from tests import environment, factories
from tests.database import at_once
from tests.factories import T

pytestmark = pytest.mark.usefixtures("committed")


def test_a_claim_takes_what_is_due_with_a_lease_a_fence_and_an_open_attempt() -> None:
    pledge = factories.pledge(factories.going())
    posts = [factories.direct(pledge) for _ in range(2)]
    waits = factories.direct(pledge, offset_seconds=60)
    ids = [post.pk for post in (*posts, waits)]
    taken = claim(pledge.campaign_id, ids, worker="one", now=T)
    assert taken == [Claimed(post.pk, 1, post.approval_sha256) for post in posts]
    assert [(post.state, post.fence, post.lease_until) for post in Post.objects.order_by("pk")] == [
        (State.SENDING, 1, T + LEASE)
    ] * 2 + [(State.APPROVED, 0, None)]
    assert list(Attempt.objects.values_list("post", "fence", "worker", "began_at", "ended_at")) == [
        (post.pk, 1, "one", T, None) for post in posts
    ]


def test_what_is_claimed_is_not_claimed_again_also_after_its_lease() -> None:
    post = factories.direct(factories.pledge(factories.going()))
    assert len(claim(post.campaign_id, [post.pk], worker="one", now=T)) == 1
    for later in (timedelta(0), LEASE, 2 * LEASE):
        assert claim(post.campaign_id, [post.pk], worker="two", now=T + later) == []


def test_a_claim_reads_everything_again() -> None:
    post = factories.direct(factories.pledge(factories.going()))
    stop(post.campaign, actor=factories.person(), now=T)
    assert claim(post.campaign_id, [post.pk], worker="one", now=T) == []
    assert not Attempt.objects.exists()


def test_of_eight_workers_one_gets_each_of_two_hundred_posts() -> None:
    pledge = factories.pledge(factories.going())
    ids = [factories.direct(pledge).pk for _ in range(200)]
    won: list[tuple[str, Claimed]] = []
    start = threading.Barrier(8)

    def work(name: str, order: list[int]) -> None:
        start.wait()
        for at in range(0, len(order), 20):
            part = order[at : at + 20]
            won.extend((name, one) for one in claim(pledge.campaign_id, part, worker=name, now=T))
            time.sleep(0.02)  # SQLite's lock is not fair: without a pause one worker has it all

    turns = [ids[at:] + ids[:at] for at in range(0, 200, 25)]  # overlapping, each begun elsewhere
    at_once(*(lambda n=n, turn=turn: work(f"worker {n}", turn) for n, turn in enumerate(turns)))

    assert Counter(one.post for _name, one in won) == Counter(ids)
    assert {(a.post_id, a.fence, a.worker) for a in Attempt.objects.all()} == {
        (one.post, 1, name) for name, one in won
    }
    assert environment.on_sqlite() or len({name for name, _one in won}) > 1
