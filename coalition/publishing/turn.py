"""One turn of the clock: tidy, then hand out what is soon due. All who tick call this."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Final

from django.db.models import Q

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import is_going
from coalition.publishing.breaker import hand_over_behind_breakers
from coalition.publishing.epoch import is_older
from coalition.publishing.models import Post
from coalition.publishing.queries import direct_posts, due_between
from coalition.publishing.states import State
from coalition.publishing.sweep import mark_missed, sweep_leases, tell_people
from coalition.publishing.waves import delay_in

AHEAD: Final = timedelta(seconds=45)
"""How long before its hour a post is handed to a worker, to be armed."""
PATIENCE: Final = timedelta(seconds=10)
"""How long after its hour a handed-out post is left to its worker before another gets it too."""
BATCH: Final = 5000
"""The most posts that one worker is given at once; it holds them all in memory."""

type HandOut = Callable[[Sequence[int]], None]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn did."""

    swept: int = 0
    missed: int = 0
    told: int = 0
    released: int = 0
    looked: int = 0


def turn(
    *,
    release: HandOut,
    look: HandOut,
    shares: int = 1,
    sent: Path | None = None,
    now: datetime,
) -> Turn:
    """Look at the rows now. Doing it twice at once, late or never loses and doubles nothing.

    What is due is shared out evenly: `shares` is how many workers take part.
    `sent`: the file that knows what this machine sent.
    """
    is_older(sent, now=now)  # then it is held from here on
    swept = sweep_leases(now)
    campaigns = list(Campaign.objects.filter(opened_at__isnull=False, exit_at__isnull=False))
    released = looked = missed = told = 0
    for campaign in campaigns:
        for batch in _hand_out(campaign, shares, now):
            release(batch)
            released += len(batch)
    for batch in _doubtful(shares, now):
        look(batch)
        looked += len(batch)
    hand_over_behind_breakers(now=now)
    for campaign in campaigns:  # letters last: what goes wrong with them must hold up no post
        missed += mark_missed(campaign, now)
        told += tell_people(campaign, now)
    return Turn(swept, missed, told, released, looked)


def _hand_out(campaign: Campaign, shares: int, now: datetime) -> Iterator[list[int]]:
    if campaign.exit_at is None or not is_going(campaign):
        return
    window = timedelta(seconds=campaign.window_seconds)
    soon = due_between(campaign, direct_posts(campaign), now - window, now + AHEAD).filter(
        Q(armed_until__isnull=True) | Q(armed_until__lte=now),
        Q(not_before__isnull=True) | Q(not_before__lte=now),
    )
    waiting = list(
        soon.annotate(after=delay_in(campaign))
        .order_by("after", "account_id", "pk")
        .values_list("pk", "after", "account_id")
    )
    for part in _parts(waiting, shares):
        last = campaign.exit_at + timedelta(seconds=part[-1][1])
        yield _reserve([pk for pk, _offset, _account in part], max(now, last) + PATIENCE, now)


def _parts(
    waiting: Sequence[tuple[int, int, int]], shares: int
) -> Iterator[list[tuple[int, int, int]]]:
    """Even shares; an account's posts of one hour stay with one worker, who signs it in once."""
    share = _share(len(waiting), shares)
    part: list[tuple[int, int, int]] = []
    for row in waiting:
        if len(part) >= share and row[2] != part[-1][2]:
            yield part
            part = []
        part.append(row)
    if part:
        yield part


def _doubtful(shares: int, now: datetime) -> Iterator[list[int]]:
    waiting = list(
        Post.objects.filter(
            Q(not_before__isnull=True) | Q(not_before__lte=now),
            Q(armed_until__isnull=True) | Q(armed_until__lte=now),
            state=State.UNCERTAIN,
            needs_person=False,
        ).values_list("pk", flat=True)
    )
    for ids in batched(waiting, _share(len(waiting), shares)):
        yield _reserve(ids, now + timedelta(seconds=60), now)


def _share(posts: int, shares: int) -> int:
    """How many of so many posts one worker gets."""
    return max(1, min(BATCH, -(-posts // shares)))


def _reserve(ids: Sequence[int], until: datetime, now: datetime) -> list[int]:
    """Mark as handed out, so that the next ticks don't; a courtesy: the claim decides."""
    free = Post.objects.filter(pk__in=ids).filter(
        Q(armed_until__isnull=True) | Q(armed_until__lte=now)
    )
    return list(ids) if free.update(armed_until=until) else []
