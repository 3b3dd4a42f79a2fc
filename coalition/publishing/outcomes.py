"""Recording what the networks answered. An id is evidence and wins whenever it arrives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from django.db import transaction

from coalition.journal.actions import Act, note
from coalition.members.models import Account
from coalition.members.states import Trouble
from coalition.networks.outcome import Outcome, Postponed, Published, Reason, Refused, Unknown
from coalition.publishing.models import Attempt, Post
from coalition.publishing.moves import may, move
from coalition.publishing.states import Move, State

TROUBLES = {Reason.RECONNECT: Trouble.RECONNECT, Reason.SUSPENDED: Trouble.SUSPENDED}


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one claim."""

    post: int
    fence: int
    outcome: Outcome
    at: datetime


@transaction.atomic(durable=True)
def record(answers: Sequence[Answered]) -> None:
    """Write down a group of answers in one transaction: nothing in here can fail for one post alone."""
    posts = {
        post.pk: post
        for post in Post.objects.select_for_update(of=("self",))
        .filter(pk__in=[answer.post for answer in answers])
        .select_related("account")
        .order_by("pk")
    }
    acts = []
    for answer in answers:
        post = posts[answer.post]
        _close(answer)
        if _record_one(post, answer):
            acts.append(
                Act(
                    str(type(answer.outcome).__name__).lower(),
                    campaign=post.campaign_id,
                    organisation=post.account.organisation_id,
                    facts={"post": post.pk, "kind": post.kind, "attempt": answer.fence},
                )
            )
    if acts:
        note(*acts, now=answers[-1].at)


def _close(answer: Answered) -> None:
    detail = "" if isinstance(answer.outcome, Published) else answer.outcome.detail
    Attempt.objects.filter(post_id=answer.post, fence=answer.fence, ended_at__isnull=True).update(
        ended_at=answer.at, outcome=type(answer.outcome).__name__.lower(), detail=detail[:300]
    )


def _record_one(post: Post, answer: Answered) -> bool:
    rows = Post.objects.filter(pk=post.pk)
    match answer.outcome:
        case Published():
            return bool(
                move(rows, _arrow_to_published(post), **published(answer.outcome, answer.at))
            )
        case Refused(reason, detail):
            trouble = TROUBLES.get(reason)
            if trouble:
                Account.objects.filter(pk=post.account_id).update(trouble=trouble)
            return bool(
                move(
                    rows.filter(fence=answer.fence),
                    Move.REFUSE,
                    reason=reason,
                    detail=detail[:300],
                    lease_until=None,
                )
            )
        case Postponed(seconds, detail):
            return bool(
                move(
                    rows.filter(fence=answer.fence),
                    Move.POSTPONE,
                    not_before=answer.at + timedelta(seconds=seconds),
                    detail=detail[:300],
                    lease_until=None,
                    armed_until=None,
                )
            )
        case Unknown(detail):
            return bool(
                move(
                    rows.filter(fence=answer.fence),
                    Move.LOSE_SIGHT,
                    detail=detail[:300],
                    lease_until=None,
                    armed_until=None,
                )
            )
        case _:
            assert_never(answer.outcome)


def published(outcome: Published, at: datetime) -> dict[str, Any]:
    """The columns that a published post gains."""
    return {
        "network_post_id": outcome.id,
        "url": outcome.url,
        "published_at": outcome.at or at,
        "lease_until": None,
        "needs_person": False,
        "reason": "",
        "detail": "",
    }


def _arrow_to_published(post: Post) -> Move:
    """A late answer finds the post parked elsewhere: it is out all the same."""
    for arrow in (Move.PUBLISH, Move.FOUND, Move.PROVE):
        if may(State(post.state), arrow):
            return arrow
    return Move.PUBLISH  # already settled: the move changes nothing
