"""Recording what the networks answered. An id is evidence and wins whenever it arrives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict, assert_never, cast

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from coalition.journal.actions import Act, note
from coalition.members.models import Account
from coalition.members.states import Trouble
from coalition.networks.outcome import Outcome, Postponed, Published, Reason, Refused, Unknown
from coalition.publishing.crash import point
from coalition.publishing.each import update_each
from coalition.publishing.models import Attempt, Post
from coalition.publishing.moves import may, move, move_each
from coalition.publishing.states import Move, State

TROUBLES: Final = {
    Reason.RECONNECT: Trouble.RECONNECT,
    Reason.SUSPENDED: Trouble.SUSPENDED,
    Reason.DEACTIVATED: Trouble.DEACTIVATED,
    Reason.MOVED: Trouble.MOVED,
}
TO_PUBLISHED: Final = (Move.PUBLISH, Move.FOUND, Move.PROVE)
"""A late answer finds the post parked elsewhere: it is out all the same."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one claim."""

    post: int
    fence: int
    outcome: Outcome
    at: datetime


class Row(TypedDict):
    """What recording must know of a post; it stays true while its lock is held."""

    pk: int
    campaign_id: int
    account_id: int
    account__organisation_id: int
    kind: str
    state: str
    fence: int


@transaction.atomic(durable=True)
def record(answers: Sequence[Answered]) -> None:
    """Write down a group of answers in one transaction, a few statements however many they are."""
    for group in _one_a_post(answers):
        _record(group)
    point("inside record")


def _one_a_post(answers: Sequence[Answered]) -> Iterator[list[Answered]]:
    """Two answers about one post go into two groups: the later must see what the first did."""
    group: dict[int, Answered] = {}
    for answer in answers:
        if answer.post in group:
            yield list(group.values())
            group = {}
        group[answer.post] = answer
    if group:
        yield list(group.values())


def _record(group: Sequence[Answered]) -> None:
    posts = _lock([answer.post for answer in group])
    group = [answer for answer in group if answer.post in posts]  # others were erased meanwhile
    if not group:
        return
    _close(group)
    moved = _move(group, posts)
    _keep_troubles([answer for answer in group if answer.post in moved], posts)
    acts = []
    for answer in group:
        post = posts[answer.post]
        if answer.post in moved:
            acts.append(_act(_name(answer.outcome), post, answer))
        elif isinstance(answer.outcome, Published) and post["state"] in {
            State.DRAFT,
            State.CANCELLED,
        }:
            acts.append(_act("out all the same", post, answer, url=answer.outcome.url))
    if acts:
        note(*acts, now=group[-1].at)


def _lock(ids: Sequence[int]) -> dict[int, Row]:
    """In one order, so that two recorders never wait for each other."""
    rows = (
        Post.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .order_by("pk")
        .values(*Row.__annotations__)
    )
    return {row["pk"]: cast(Row, row) for row in rows}


def _act(verb: str, post: Row, answer: Answered, **more: str) -> Act:
    facts = {"post": post["pk"], "kind": post["kind"], "attempt": answer.fence, **more}
    organisation = post["account__organisation_id"]
    return Act(verb, campaign=post["campaign_id"], organisation=organisation, facts=facts)


def plain(detail: str) -> str:
    """What a network said, as any database takes it: no NUL, no half character, not too long."""
    return detail.encode("utf-8", "replace").decode().replace("\0", "�")[:300]


def _name(outcome: Outcome) -> str:
    return type(outcome).__name__.lower()


def _close(group: Sequence[Answered]) -> None:
    update_each(
        Attempt,
        [
            {
                "post": answer.post,
                "fence": answer.fence,
                "ended_at": answer.at,
                "outcome": _name(answer.outcome),
                "detail": ""
                if isinstance(answer.outcome, Published)
                else plain(answer.outcome.detail),
            }
            for answer in group
        ],
        by=("post", "fence"),
        where="coalition_attempt.ended_at IS NULL",
    )


def _move(group: Sequence[Answered], posts: Mapping[int, Row]) -> set[int]:
    """Move each post as its answer says, in one statement for each arrow; which ones moved."""
    ways: dict[Move, list[Answered]] = {}
    for answer in group:
        arrow = _arrow(posts[answer.post], answer)
        if arrow:
            ways.setdefault(arrow, []).append(answer)
    moved: set[int] = set()
    for arrow, answers in ways.items():
        if arrow in TO_PUBLISHED:
            moved |= _publish(answers, arrow)
        else:
            move_each([_fields(answer) for answer in answers], arrow)
            moved |= {answer.post for answer in answers}
    return moved


def _arrow(post: Row, answer: Answered) -> Move | None:
    """Which way this answer moves the post; an id wins, anything else only for its own claim."""
    match answer.outcome:
        case Published():
            return next((arrow for arrow in TO_PUBLISHED if may(post["state"], arrow)), None)
        case Refused():
            arrow = Move.REFUSE
        case Postponed():
            arrow = Move.POSTPONE
        case Unknown():
            arrow = Move.LOSE_SIGHT
        case _:
            assert_never(answer.outcome)
    return arrow if post["fence"] == answer.fence and may(post["state"], arrow) else None


def _fields(answer: Answered) -> dict[str, Any]:
    """The post's id, and the columns that it gains."""
    match answer.outcome:
        case Published():
            fields = _published(answer.outcome, answer.at)
        case Refused(reason, detail):
            fields = {"reason": reason, "detail": plain(detail)}
        case Postponed(seconds, detail):
            not_before = answer.at + timedelta(seconds=seconds)
            fields = {"not_before": not_before, "detail": plain(detail), "armed_until": None}
        case Unknown(detail):
            fields = {"detail": plain(detail), "armed_until": None}
        case _:
            assert_never(answer.outcome)
    return {"id": answer.post, "lease_until": None, **fields}


def _published(seen: Published, at: datetime) -> dict[str, Any]:
    return {
        "network_post_id": seen.id,
        "url": seen.url,
        "published_at": seen.at or at,
        "lease_until": None,
        "needs_person": False,
        "reason": "",
        "detail": "",
    }


def _publish(answers: Sequence[Answered], arrow: Move) -> set[int]:
    """All at once; where one of their ids is taken, one by one."""
    try:
        with transaction.atomic():
            move_each([_fields(answer) for answer in answers], arrow)
    except IntegrityError:
        return {
            answer.post
            for answer in answers
            if isinstance(answer.outcome, Published)
            and out(Post.objects.filter(pk=answer.post), arrow, answer.outcome, answer.at)
        }
    return {answer.post for answer in answers}


def out(rows: QuerySet[Post], arrow: Move, seen: Published, at: datetime) -> bool:
    """Publish under the network's id. Where another post has that id by hand, a person decides."""
    try:
        with transaction.atomic():
            moved = move(rows, arrow, **_published(seen, at))
    except IntegrityError:
        detail = plain(f"another post was given this link already: {seen.url}")
        move(rows, Move.LOSE_SIGHT, lease_until=None)
        rows.filter(state=State.UNCERTAIN).update(needs_person=True, detail=detail)
        return False
    return bool(moved)


def _keep_troubles(answers: Sequence[Answered], posts: Mapping[int, Row]) -> None:
    troubled: dict[Trouble, list[int]] = {}
    for answer in answers:
        match answer.outcome:
            case Refused(reason) if reason in TROUBLES:
                account = posts[answer.post]["account_id"]
                troubled.setdefault(TROUBLES[reason], []).append(account)
    for trouble, accounts in troubled.items():
        Account.objects.filter(pk__in=accounts).update(trouble=trouble)
