"""Keeping sign-ins alive before the hour, following names, and telling people who must come back.

A sign-in that rests for months runs out, and one that was taken away is found out too late if the
first to try is the post. So each is opened once a week, and in the days and the hour before T.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from django.db import IntegrityError, transaction
from django.db.models import Min

from coalition.campaigns.lock import hold
from coalition.campaigns.models import Campaign
from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.keeping import AGAIN, checked, set_trouble, to_check
from coalition.members.models import Account, Representative
from coalition.members.states import NetworkChoices, Trouble
from coalition.networks.network import Draft, Network, NetworkName, Session, Whereabouts
from coalition.networks.outcome import Postponed, Refused, Unknown
from coalition.publishing.actions import UNAPPROVED
from coalition.publishing.arming import Database, Hands, open_account
from coalition.publishing.models import Post
from coalition.publishing.moves import move_one
from coalition.publishing.outcomes import TROUBLES
from coalition.publishing.states import Move, State

log = logging.getLogger(__name__)

REST: Final = timedelta(days=7)
MOMENTS: Final = (
    timedelta(days=14),
    timedelta(days=3),
    timedelta(days=1),
    timedelta(minutes=35),  # a token of an hour that is made now reaches past T and its window
)
QUIET: Final = timedelta(minutes=3)
"""So long before T nothing is checked any more: arming is next."""
HANDS_FULL: Final = timedelta(minutes=15)
"""So long after T workers belong to the release."""
AT_ONCE: Final = 5
MENDED_BY_OPENING: Final = frozenset(TROUBLES.values())


def is_check_due(last: datetime | None, exit_at: datetime | None, now: datetime) -> bool:
    """Whether it has rested long enough, or one of the moments before T has come since."""
    if last is None or now - last >= REST:
        return True
    if exit_at is None or not now < exit_at - QUIET:
        return False
    return any(last < exit_at - before <= now for before in MOMENTS)


def check_accounts(hands: Hands, *, now: datetime) -> int:
    """Open every account whose turn it is; how many there were. Around an hour T: none."""
    if Campaign.objects.filter(exit_at__gt=now - HANDS_FULL, exit_at__lt=now + QUIET).exists():
        return 0
    waiting = [one for one in to_check(now) if NetworkName(one.network) in hands.networks]
    hours = _hours({one.organisation_id for one in waiting}, now)
    due = [
        one
        for one in waiting
        if is_check_due(one.credential.checked_at, hours.get(one.organisation_id), now)
    ]
    if due:
        asyncio.run(_check(due, hands, now))
    return len(due)


def _hours(organisations: set[int], now: datetime) -> dict[int, datetime]:
    """Each organisation's next T."""
    rows = (
        Campaign.objects.filter(
            pledges__organisation__in=organisations,
            pledges__withdrawn_at__isnull=True,
            exit_at__gt=now,
        )
        .values("pledges__organisation")
        .annotate(first=Min("exit_at"))
    )
    return {row["pledges__organisation"]: row["first"] for row in rows}


async def _check(due: Sequence[Account], hands: Hands, now: datetime) -> None:
    database, slots = Database(), asyncio.Semaphore(AT_ONCE)

    async def one(account: Account, network: Network) -> None:
        async with slots:
            draft = Draft("", account.network_id, account.handle, "")
            answer = await open_account(account, draft, network, hands, database)
            found = await network.whereabouts(account.network_id)
            await database.do(record_check, account, answer, found, now=now)

    try:
        for name in {NetworkName(one.network) for one in due}:
            async with hands.networks[name]() as network:
                here = [one for one in due if one.network == name]
                ends = await asyncio.gather(
                    *(one(account, network) for account in here), return_exceptions=True
                )
            for error in filter(None, ends):
                log.error("a sign-in could not be checked", exc_info=error)
    finally:
        database.close()


def record_check(
    account: Account,
    answer: Session | Refused | Postponed | Unknown,
    found: Whereabouts | None,
    *,
    now: datetime,
) -> None:
    """What came of it. That a network is away says nothing about the account."""
    if found and found.handle and found.handle != account.handle:
        follow_handle(account, found.handle, now=now)
    match answer:
        case Session():
            checked(account, now=now)
            if account.trouble in MENDED_BY_OPENING:
                set_trouble(account, Trouble.NONE, now=now)
        case Refused(reason) if reason in TROUBLES:
            checked(account, now=now)
            if set_trouble(account, TROUBLES[reason], now=now):
                tell(account, now=now)
        case Refused():
            checked(account, now=now)
        case Postponed() | Unknown():
            checked(account, now=now, again=now + AGAIN)
        case _:
            assert_never(answer)


@transaction.atomic
def tell(account: Account, *, now: datetime) -> None:
    """Its people learn what is the matter, once for each time it happens."""
    account = Account.objects.select_related("organisation", "credential").get(pk=account.pk)
    standing = f"{account.pk}:{account.credential.generation}:{account.trouble}:{now:%Y%m%d}"
    for one in Representative.objects.select_related("user").filter(
        organisation=account.organisation, removed_at__isnull=True, user__is_active=True
    ):
        write_letter(
            "sign-in-lost",
            key=f"sign-in-lost:{standing}:{one.user_id}",
            to=one.user.email,
            language=one.user.language,
            context={"account": account, "organisation": account.organisation},
            organisation=account.organisation_id,
            now=now,
        )


@transaction.atomic
def follow_handle(account: Account, handle: str, *, now: datetime) -> None:
    """The same account under another name. Texts that name the old one are approved anew."""
    old = account.handle
    try:
        with transaction.atomic():
            Account.objects.filter(pk=account.pk).update(handle=handle)
    except IntegrityError:
        log.warning("the new name of account %s is on another row's list", account.pk)
        return
    account.handle = handle
    facts = {"from": old, "to": handle}
    note(Act("handle changed", organisation=account.organisation_id, facts=facts), now=now)
    named = re.compile(rf"@{re.escape(old)}(?![\w.-]*\w)", re.IGNORECASE)
    for post in Post.objects.filter(
        network=NetworkChoices.BLUESKY, state=State.APPROVED, text__icontains=f"@{old}"
    ):
        if named.search(post.text):
            hold(post.campaign_id)
            move_one(post, Move.TAKE_BACK, **UNAPPROVED)
