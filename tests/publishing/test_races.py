"""Claims raced with people: what a person's commit does not see being sent is not sent any more."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction

from coalition.campaigns.actions import call_off, set_exit_at, stop
from coalition.campaigns.deciding import decide
from coalition.campaigns.models import Campaign, Decision
from coalition.members.models import Organisation, User
from coalition.pledges.actions import leave_coalition, withdraw
from coalition.pledges.models import Pledge
from coalition.publishing.actions import hand_over, take_back
from coalition.publishing.claim import claim
from coalition.publishing.models import Post
from coalition.publishing.states import State
from coalition.refusals import Refusal
from tests import factories
from tests.database import at_once
from tests.factories import NOW, T

pytestmark = pytest.mark.usefixtures("committed")
ROUNDS = 200
LESS = {"take back": 50, "hand over": 50, "leave the coalition": 50, "no-go": 100}
SEED = 11_11_11

type Act = Callable[[Post, User], None]


def taken_back(post: Post, actor: User) -> None:
    for one in Post.objects.filter(campaign=post.campaign_id):
        with suppress(Refusal):  # it is being sent, and they are told so
            take_back(one, actor=actor, now=NOW)


def handed_over(post: Post, actor: User) -> None:
    for one in Post.objects.filter(campaign=post.campaign_id):
        with suppress(Refusal):
            hand_over(one, actor=actor, now=NOW)


ACTS: dict[str, Act] = {
    "withdraw": lambda post, actor: withdraw(post.pledge, actor=actor, now=NOW),
    "stop": lambda post, actor: stop(post.campaign, actor=actor, now=NOW),
    "call off": lambda post, actor: call_off(post.campaign, actor=actor, now=NOW),
    "no-go": lambda post, actor: decide(post.campaign, go=False, actor=actor, now=NOW),
    "move T": lambda post, actor: set_exit_at(
        post.campaign, T + timedelta(days=1), actor=actor, now=NOW
    ),
    "leave the coalition": lambda post, actor: leave_coalition(
        post.pledge.organisation, actor=actor, now=NOW
    ),
    "take back": taken_back,
    "hand over": handed_over,
}


def as_before() -> None:
    """Everything due again; cheaper than making it anew."""
    Campaign.objects.update(
        exit_at=T,
        date_sequence=0,
        go_at=NOW,
        no_go_at=None,
        stopped_at=None,
        called_off_at=None,
    )
    Decision.objects.all().delete()
    Organisation.objects.update(left_coalition_at=None)
    Pledge.objects.update(withdrawn_at=None, holds_since=NOW)
    Post.objects.update(
        state=State.APPROVED,
        approved_for=T,
        approved_sequence=0,
        approved_at=NOW,
        approval_sha256="0" * 64,
        route="direct",
        lease_until=None,
    )


def waits_of(chance: random.Random) -> tuple[float, float]:
    """How long the person and the worker wait: one clearly first, the other, or a close race."""
    close = (chance.random() * 0.003, chance.random() * 0.003)
    return chance.choice([(0.0, 0.012), (0.012, 0.0), close, close])


@pytest.mark.parametrize("name", ACTS)
def test_after_a_persons_commit_nothing_new_is_claimed(name: str) -> None:
    pledge = factories.pledge(factories.going())
    first = factories.direct(pledge)
    ids = [first.pk, *(factories.direct(pledge).pk for _ in range(2))]
    actor = factories.person()
    chance = random.Random(SEED)
    rounds = LESS.get(name, ROUNDS)
    seen_by_person: set[int] = set()
    claimed: set[int] = set()
    together = threading.Barrier(2)
    plan = [waits_of(chance) for _ in range(rounds)]
    before, after = 0, 0

    def person() -> None:
        for waits, _ in plan:
            together.wait()
            post = Post.objects.get(pk=first.pk)  # as a page would have it
            time.sleep(waits)
            with transaction.atomic():
                ACTS[name](post, actor)
                sending = Post.objects.filter(state=State.SENDING)
                seen_by_person.update(sending.values_list("pk", flat=True))
            together.wait()
            together.wait()

    def worker() -> None:
        nonlocal before, after
        for number, (_, waits) in enumerate(plan):
            as_before()
            seen_by_person.clear()
            claimed.clear()
            together.wait()
            time.sleep(waits)
            for one in ids:
                claimed.update(c.post for c in claim(first.campaign_id, [one], worker="w", now=T))
            together.wait()
            assert claimed == seen_by_person, f"round {number} of seed {SEED}"
            before += bool(claimed)
            after += len(claimed) < len(ids)
            together.wait()

    at_once(person, worker, barrier=together)
    assert before > 2  # both orders were really seen
    assert after > 2
