"""Pinning what is out, where its people asked for that: later, and never at a post's cost.

A pin is a row of its own. Whatever goes wrong here is tried again and touches no post.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from django.db.models import Q

from coalition.campaigns.models import Campaign
from coalition.journal.actions import MACHINE, Act, note
from coalition.members.states import NetworkChoices
from coalition.networks.network import Draft, Network, NetworkName, Session
from coalition.networks.outcome import Pinned, Postponed, Refused, Unknown
from coalition.publishing.arming import Database, Hands, open_account
from coalition.publishing.models import Pin
from coalition.publishing.outcomes import plain
from coalition.publishing.states import State

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
QUIET: Final = timedelta(minutes=10)
"""So long before an hour nothing is pinned, and so long after it: hands and limits are its own."""
AFTER_HOUR: Final = timedelta(minutes=2)
TRIED_FOR: Final = timedelta(days=7)
AFTER_REFUSAL: Final = timedelta(hours=6)
AFTER_TROUBLE: Final = timedelta(minutes=2)
AT_ONCE: Final = 5
MOST: Final = 100
NO_ROOM: Final = "there is no room for the line in the profile"


def pin_what_is_out(hands: Hands, *, now: datetime) -> int:
    """Every pin whose post is out, each by one worker; how many were tried."""
    near = Campaign.objects.filter(exit_at__gt=now - AFTER_HOUR, exit_at__lt=now + QUIET)
    if near.exists() or NetworkName.BLUESKY not in hands.networks:
        return 0
    mine = [one for one in _waiting(now) if _take(one, now)]
    if mine:
        asyncio.run(_pin_all(mine, hands, now))
    return len(mine)


def _waiting(now: datetime) -> list[Pin]:
    rows = Pin.objects.filter(
        post__state=State.PUBLISHED,
        post__network=NetworkChoices.BLUESKY,
        post__published_at__gt=now - TRIED_FOR,
        post__account__connected_at__isnull=False,
        post__account__credential__isnull=False,
        pinned_at__isnull=True,
        again_at__lte=now,
    )
    related = rows.select_related("post__account__organisation", "post__account__credential")
    return list(related.order_by("again_at", "pk")[:MOST])


def _take(one: Pin, now: datetime) -> bool:
    """If this worker dies, another begins again once its lease ran out."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    one.lease_until = now + LEASE
    rows = Pin.objects.filter(free, pk=one.pk, pinned_at__isnull=True)
    return bool(rows.update(lease_until=one.lease_until))


async def _pin_all(mine: Sequence[Pin], hands: Hands, now: datetime) -> None:
    database, slots = Database(), asyncio.Semaphore(AT_ONCE)

    async def one(pin: Pin, network: Network) -> None:
        async with slots:
            answer = await _pin(pin, network, hands, database)
            await database.do(record_pin, pin, answer, now=now)

    try:
        async with hands.networks[NetworkName.BLUESKY]() as network:
            ends = await asyncio.gather(
                *(one(pin, network) for pin in mine), return_exceptions=True
            )
        for error in filter(None, ends):
            log.error("a pin broke off", exc_info=error)
    finally:
        database.close()


async def _pin(
    pin: Pin, network: Network, hands: Hands, database: Database
) -> Pinned | Refused | Postponed | Unknown:
    account = pin.post.account
    draft = Draft("", account.network_id, account.handle, "")
    opened = await open_account(account, draft, network, hands, database)
    if not isinstance(opened, Session):
        return opened
    if opened.account_id != account.network_id:
        return Unknown("signed in to another account")
    return await network.pin(opened, pin.post.network_post_id, pin.line)


def record_pin(pin: Pin, answer: Pinned | Refused | Postponed | Unknown, *, now: datetime) -> None:
    """What came of it, by who still has the lease."""
    mine = Pin.objects.filter(pk=pin.pk, lease_until=pin.lease_until)
    match answer:
        case Pinned(worded):
            if mine.update(lease_until=None, pinned_at=now, trouble="" if worded else NO_ROOM):
                post = pin.post
                organisation = post.account.organisation_id
                facts = {"post": post.pk}
                note(Act("pinned", MACHINE, post.campaign_id, organisation, facts), now=now)
        case Refused(_reason, detail):
            mine.update(lease_until=None, trouble=plain(detail), again_at=now + AFTER_REFUSAL)
        case Postponed(seconds, detail):
            again = now + max(timedelta(seconds=seconds), AFTER_TROUBLE)
            mine.update(lease_until=None, trouble=plain(detail), again_at=again)
        case Unknown(detail):
            mine.update(lease_until=None, trouble=plain(detail), again_at=now + AFTER_TROUBLE)
        case _:
            assert_never(answer)
