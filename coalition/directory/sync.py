"""Bringing the lists on Bluesky to what the public page says: read, compare, write, record.

Nothing is remembered between two turns that the next one needs: it reads what stands there again.
So a turn may break off anywhere, and two at once write the same keys.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q

from coalition.campaigns.models import Campaign
from coalition.campaigns.queries import words_in
from coalition.directory.models import FollowList
from coalition.directory.plan import Plan, There, Wanted, plan
from coalition.directory.queries import list_members
from coalition.members.models import Account
from coalition.members.vault import SealedShutError
from coalition.networks.bluesky.lists import (
    ITEM,
    LIST,
    PACK,
    NotNowError,
    Shelf,
    list_url,
    pack_url,
)
from coalition.networks.network import Secret, SupersededError

if TYPE_CHECKING:
    from coalition.networks.bluesky.hosts import Hosts

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=10)
PATIENCE: Final = 8 * 60.0
"""Seconds for one turn: it ends before its lease does."""
OFTEN: Final = timedelta(hours=1)
"""How often what stands there is looked at where nothing has changed here."""
AFTER_TROUBLE: Final = timedelta(hours=6)
QUIET: Final = timedelta(minutes=10)
AFTER_HOUR: Final = timedelta(minutes=2)

type OpenSecret = Callable[[Account], Secret]
type KeepSecret = Callable[[Account, Secret], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What one turn came to; `trouble` says why it broke off."""

    plan: Plan | None = None
    trouble: str = ""
    wait: float = 0
    person: bool = False


def keep_lists(
    hosts: "Hosts",
    open_secret: OpenSecret,
    keep_secret: KeepSecret,
    *,
    now: datetime,
    shelf: type[Shelf] = Shelf,
) -> int:
    """Every list whose time has come, each by one worker; the number of those brought in line."""
    done = 0
    for held in FollowList.objects.select_related("campaign", "account").filter(again_at__lte=now):
        wanted = wanted_of(held)
        if is_due(held, wanted, now) and _take(held, now):
            done += _turn(held, wanted, hosts, open_secret, keep_secret, now=now, shelf=shelf)
    return done


def is_due(held: FollowList, wanted: Wanted, now: datetime) -> bool:
    """Something changed here, or it is time to look there; and no hour is near."""
    campaign = held.campaign
    if campaign.opened_at is None or campaign.opened_at > now:
        return False
    hours = Campaign.objects.filter(
        go_at__isnull=False, exit_at__gt=now - AFTER_HOUR, exit_at__lt=now + QUIET
    )
    if hours.exists():
        return False
    looked = held.synced_at is not None and held.synced_at > now - OFTEN
    return not looked or held.fingerprint != fingerprint(wanted)


def wanted_of(held: FollowList) -> Wanted:
    """The words and the people, as they should stand there."""
    campaign = held.campaign
    words = words_in(campaign, held.account.language)
    return Wanted(
        did=held.account.network_id,
        seed=campaign.slug,
        name=words.name if words else campaign.slug,
        description=words.call if words else "",
        members=[member.did for member in list_members(campaign)],
    )


def fingerprint(wanted: Wanted) -> str:
    """Changes when what should be there does."""
    facts = [wanted.did, wanted.name, wanted.description, *sorted(wanted.members)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _take(held: FollowList, now: datetime) -> bool:
    """One worker writes; if it dies, another one begins again once its lease ran out."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    held.lease_until = now + LEASE
    return bool(FollowList.objects.filter(free, pk=held.pk).update(lease_until=held.lease_until))


def _turn(
    held: FollowList,
    wanted: Wanted,
    hosts: "Hosts",
    open_secret: OpenSecret,
    keep_secret: KeepSecret,
    *,
    now: datetime,
    shelf: type[Shelf],
) -> bool:
    kept: list[Secret] = []

    async def keep(secret: Secret) -> None:
        await asyncio.to_thread(kept.append, secret)

    try:
        secret = open_secret(held.account)
    except (SealedShutError, ObjectDoesNotExist):
        return _record(held, wanted, Done(trouble="no access is kept", person=True), now)
    try:
        done = asyncio.run(_at_host(held, wanted, shelf(hosts, wanted.did, secret, keep), now))
    finally:
        with suppress(SupersededError):  # an app password opens again without what is lost here
            for each in kept:
                keep_secret(held.account, each)
    return _record(held, wanted, done, now)


async def _at_host(held: FollowList, wanted: Wanted, shelf: Shelf, now: datetime) -> Done:
    try:
        async with asyncio.timeout(PATIENCE), shelf:
            there = There(
                lists=await shelf.records(LIST),
                items=await shelf.records(ITEM),
                packs=await shelf.records(PACK),
            )
            stamp = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            found = plan(wanted, there, placed=held.placed, worded=held.worded, stamp=stamp)
            await shelf.write(found.writes)
            return Done(found)
    except NotNowError as error:
        return Done(trouble=str(error), wait=error.seconds, person=error.person)
    except TimeoutError:
        return Done(trouble="the host was too slow", wait=60)


def _record(held: FollowList, wanted: Wanted, done: Done, now: datetime) -> bool:
    """What was found, by who still has the lease."""
    mine = FollowList.objects.filter(pk=held.pk, lease_until=held.lease_until)
    if done.plan is None:
        log.warning("the list of %s: %s", held.campaign, done.trouble)
        wait = AFTER_TROUBLE if done.person else timedelta(seconds=done.wait)
        mine.update(
            lease_until=None,
            again_at=now + wait,
            trouble=done.trouble[:300],
            needs_person=done.person,
        )
        return False
    found = done.plan
    by_hand: dict[str, object] = {"by_hand": found.by_hand}
    if found.put_back or found.reworded:
        by_hand |= {"put_back": found.put_back, "changed_by_hand_at": now}
    return bool(
        mine.update(
            lease_until=None,
            again_at=now,
            trouble="",
            needs_person=False,
            list_url=list_url(wanted.did, wanted.list_key),
            pack_urls=[pack_url(wanted.did, wanted.pack_keys(one)[0]) for one in found.packs],
            placed=list(wanted.members),
            worded=wanted.name,
            fingerprint=fingerprint(wanted),
            synced_at=now,
            **by_hand,
        )
    )
