"""Recording what the networks answered. An id is evidence and wins whenever it arrives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from coalition.journal.actions import Act, note
from coalition.members.models import Account
from coalition.members.states import Trouble
from coalition.networks.outcome import Outcome, Postponed, Published, Reason, Refused, Unknown
from coalition.publishing.crash import point
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
        post = posts.get(answer.post)
        if post is None:  # erased meanwhile, and with it whatever there was to say
            continue
        _close(answer)
        if _record_one(post, answer):
            acts.append(_act(str(type(answer.outcome).__name__).lower(), post, answer))
        elif isinstance(answer.outcome, Published) and post.state in {State.DRAFT, State.CANCELLED}:
            acts.append(_act("out all the same", post, answer, url=answer.outcome.url))
    if acts:
        note(*acts, now=answers[-1].at)
    point("inside record")


def _act(verb: str, post: Post, answer: Answered, **more: str) -> Act:
    facts = {"post": post.pk, "kind": post.kind, "attempt": answer.fence, **more}
    return Act(
        verb, campaign=post.campaign_id, organisation=post.account.organisation_id, facts=facts
    )


def plain(detail: str) -> str:
    """What a network said, as any database takes it: no NUL, no half character, not too long."""
    return detail.encode("utf-8", "replace").decode().replace("\0", "�")[:300]


def _close(answer: Answered) -> None:
    detail = "" if isinstance(answer.outcome, Published) else plain(answer.outcome.detail)
    Attempt.objects.filter(post_id=answer.post, fence=answer.fence, ended_at__isnull=True).update(
        ended_at=answer.at, outcome=type(answer.outcome).__name__.lower(), detail=detail
    )


def _record_one(post: Post, answer: Answered) -> bool:
    rows = Post.objects.filter(pk=post.pk)
    match answer.outcome:
        case Published():
            return out(rows, _arrow_to_published(post), answer.outcome, answer.at)
        case Refused(reason, detail):
            moved = move(
                rows.filter(fence=answer.fence),
                Move.REFUSE,
                reason=reason,
                detail=plain(detail),
                lease_until=None,
            )
            if moved and reason in TROUBLES:
                Account.objects.filter(pk=post.account_id).update(trouble=TROUBLES[reason])
            return bool(moved)
        case Postponed(seconds, detail):
            return bool(
                move(
                    rows.filter(fence=answer.fence),
                    Move.POSTPONE,
                    not_before=answer.at + timedelta(seconds=seconds),
                    detail=plain(detail),
                    lease_until=None,
                    armed_until=None,
                )
            )
        case Unknown(detail):
            return bool(
                move(
                    rows.filter(fence=answer.fence),
                    Move.LOSE_SIGHT,
                    detail=plain(detail),
                    lease_until=None,
                    armed_until=None,
                )
            )
        case _:
            assert_never(answer.outcome)


def out(rows: QuerySet[Post], arrow: Move, seen: Published, at: datetime) -> bool:
    """Publish under the network's id. Where another post has that id by hand, a person decides."""
    try:
        with transaction.atomic():
            moved = move(
                rows,
                arrow,
                network_post_id=seen.id,
                url=seen.url,
                published_at=seen.at or at,
                lease_until=None,
                needs_person=False,
                reason="",
                detail="",
            )
    except IntegrityError:
        detail = plain(f"another post was given this link already: {seen.url}")
        move(rows, Move.LOSE_SIGHT, lease_until=None)
        rows.filter(state=State.UNCERTAIN).update(needs_person=True, detail=detail)
        return False
    return bool(moved)


def _arrow_to_published(post: Post) -> Move:
    """A late answer finds the post parked elsewhere: it is out all the same."""
    for arrow in (Move.PUBLISH, Move.FOUND, Move.PROVE):
        if may(State(post.state), arrow):
            return arrow
    return Move.PUBLISH  # already settled: the move changes nothing
