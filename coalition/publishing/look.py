"""Looking whether a doubtful post is out: the account's own record decides, else a person."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Final, assert_never

from django.db import transaction
from django.db.models import Min

from coalition.journal.actions import Act, note
from coalition.members.states import NetworkChoices
from coalition.networks.network import Network, Session
from coalition.networks.outcome import Absent, Published, Refused, Sighting, Unseen
from coalition.publishing.clock import Clock
from coalition.publishing.models import Attempt, Post
from coalition.publishing.moves import move
from coalition.publishing.outcomes import published
from coalition.publishing.release import Armed, Database, Hands, load, sign_ins
from coalition.publishing.states import Move, State

LOOKS_ON_X: Final = 3
BETWEEN_LOOKS: Final = timedelta(seconds=60)
BEFORE_A_PERSON: Final = 10
"""Failed looks (network down, sign-in gone) after which a person is asked to look."""
SLACK: Final = timedelta(seconds=60)
"""Clocks differ: a post may carry a time a little before our attempt's."""


def look_batch(ids: Sequence[int], hands: Hands) -> None:
    """Look at these uncertain posts once each, and write down what was seen."""
    armed = load(ids)
    if armed:
        asyncio.run(_look(armed, hands, Clock.of_database()))


async def _look(armed: list[Armed], hands: Hands, clock: Clock) -> None:
    async with AsyncExitStack() as stack:
        networks = {
            name: await stack.enter_async_context(hands.networks[name]())
            for name in {one.network for one in armed}
            if name in hands.networks
        }
        database = Database()
        stack.callback(database.close)
        armed = [one for one in armed if one.network in networks]
        await asyncio.gather(*sign_ins(armed, networks, hands, database))
        since = await database.do(_first_attempts, [one.post for one in armed])
        sightings = await asyncio.gather(
            *(_see(one, networks[one.network], since.get(one.post, one.hour)) for one in armed)
        )
        for one, sighting in zip(armed, sightings, strict=True):
            await database.do(record_sighting, one.post, sighting, now=clock.now())


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
def record_sighting(pk: int, sighting: Sighting, *, now: datetime) -> None:
    """There: published. Not there: Bluesky goes again under the same key; on X a person decides.

    Refused: something else stands under our key, or we may not look: a person does.
    """
    post = Post.objects.select_for_update().get(pk=pk)
    rows = Post.objects.filter(pk=pk)
    again = rows.filter(state=State.UNCERTAIN)
    match sighting:
        case Published():
            if move(rows, Move.FOUND, **published(sighting, now)):
                note(
                    Act("read back: it is out", campaign=post.campaign_id, facts={"post": pk}),
                    now=now,
                )
        case Absent() if post.network == NetworkChoices.BLUESKY:
            if move(rows, Move.NOT_THERE, armed_until=None, not_before=None):
                note(
                    Act("read back: not there", campaign=post.campaign_id, facts={"post": pk}),
                    now=now,
                )
        case Absent():
            looks = post.looks + 1
            again.update(
                looks=looks,
                needs_person=looks >= LOOKS_ON_X,
                not_before=now + BETWEEN_LOOKS,
                armed_until=None,
            )
        case Refused(_reason, detail):
            again.update(needs_person=True, detail=detail[:300], armed_until=None)
        case Unseen(detail, seconds):
            looks = post.looks + 1
            again.update(
                looks=looks,
                needs_person=looks >= BEFORE_A_PERSON,
                detail=detail[:300],
                not_before=now + timedelta(seconds=seconds),
                armed_until=None,
            )
        case _:
            assert_never(sighting)
