"""Looking whether a doubtful post is out: the account's own record decides, else a person."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from django.db import transaction
from django.db.models import Min

from coalition.journal.actions import Act, note
from coalition.members.states import NetworkChoices, Route
from coalition.networks.network import Network, NetworkName, Session
from coalition.networks.outcome import Absent, Published, Refused, Sighting, Unseen
from coalition.publishing.arming import Armed, Database, Hands, load, sign_ins
from coalition.publishing.clock import Clock
from coalition.publishing.models import Attempt, Post
from coalition.publishing.moves import move
from coalition.publishing.outcomes import out, plain
from coalition.publishing.queries import NETWORKS_LONGEST, may_come_true
from coalition.publishing.states import Move, State

log = logging.getLogger(__name__)

LOOKS_ON_X: Final = 3
BEFORE_A_PERSON: Final = 10
"""Failed looks (network down, sign-in gone) after which a person is asked to look."""
SLACK: Final = timedelta(seconds=60)
"""Clocks differ: a post may carry a time a little before our attempt's."""
FRESH: Final = {
    "armed_until": None,
    "not_before": None,
    "looks": 0,
    "told_at": None,
    "detail": "",
}


def look_batch(ids: Sequence[int], hands: Hands) -> None:
    """Look at these uncertain posts once each, and write down what was seen."""
    armed = load(ids)
    for one in armed:  # looking takes no picture
        one.draft = replace(one.draft, pictures=())
    if armed:
        asyncio.run(_look(armed, hands, Clock.of_database()))


async def _look(armed: list[Armed], hands: Hands, clock: Clock) -> None:
    async with AsyncExitStack() as stack:
        database = Database()
        stack.callback(database.close)

        async def on(name: NetworkName) -> None:
            here = [one for one in armed if one.network == name]
            if name in hands.networks:
                network = await stack.enter_async_context(hands.networks[name]())
                await asyncio.gather(*sign_ins(here, network, hands, database))
                since = await database.do(_first_attempts, [one.post for one in here])
                looks = [_see(one, network, since.get(one.post, one.hour)) for one in here]
            else:
                looks = [_unreached(one) for one in here]
            for one, sighting in zip(here, await asyncio.gather(*looks), strict=True):
                await database.do(
                    record_sighting,
                    one.post,
                    sighting,
                    now=clock.now(),
                    look_again=hands.look_again,
                )

        names = {one.network for one in armed}
        for error in filter(None, await asyncio.gather(*map(on, names), return_exceptions=True)):
            log.error("a network's part of the look broke off", exc_info=error)


async def _unreached(item: Armed) -> Sighting:
    return Unseen(f"this deployment does not reach {item.network}")


def _first_attempts(ids: Sequence[int]) -> dict[int, datetime]:
    rows = Attempt.objects.filter(post_id__in=ids).values("post_id").annotate(first=Min("began_at"))
    return {row["post_id"]: row["first"] for row in rows}


async def _see(item: Armed, network: Network, since: datetime) -> Sighting:
    if isinstance(item.ready, Refused):  # we can't look, and waiting changes nothing
        return item.ready
    if not isinstance(item.ready, Session):
        return Unseen(item.ready.detail)
    try:
        return await network.read_back(item.draft, item.ready, since - SLACK)
    except Exception as error:  # noqa: BLE001 — a look that failed is no sighting
        return Unseen(f"unclassified: {type(error).__name__}")


@transaction.atomic(durable=True)
def record_sighting(pk: int, sighting: Sighting, *, now: datetime, look_again: timedelta) -> None:
    """There: published. Not there: Bluesky goes again under the same key; on X a person decides.

    Refused: something else stands under our key, or we may not look: a person does.
    """
    post = Post.objects.select_for_update().get(pk=pk)
    rows = Post.objects.filter(pk=pk)
    again = rows.filter(state=State.UNCERTAIN)
    match sighting:
        case Published():
            if out(rows, Move.FOUND, sighting, now):
                note(
                    Act("read back: it is out", campaign=post.campaign_id, facts={"post": pk}),
                    now=now,
                )
        case Absent() if post.route == Route.BY_HAND and may_come_true(post, now):
            again.update(not_before=now + NETWORKS_LONGEST, armed_until=None)
        case Absent() if post.network == NetworkChoices.BLUESKY:
            settled = {} if may_come_true(post, now) else {"settled_fence": post.fence}
            if move(rows.filter(needs_person=False), Move.NOT_THERE, **FRESH, **settled):
                note(
                    Act("read back: not there", campaign=post.campaign_id, facts={"post": pk}),
                    now=now,
                )
        case Absent():
            looks = post.looks + 1
            again.update(
                looks=looks,
                needs_person=post.needs_person or looks >= LOOKS_ON_X,
                not_before=now + look_again,
                armed_until=None,
            )
        case Refused(_reason, detail):
            again.update(needs_person=True, detail=plain(detail), armed_until=None)
        case Unseen(detail, seconds):
            looks = post.looks + 1
            again.update(
                looks=looks,
                needs_person=post.needs_person or looks >= BEFORE_A_PERSON,
                detail=plain(detail),
                not_before=now + timedelta(seconds=seconds),
                armed_until=None,
            )
        case _:
            assert_never(sighting)
