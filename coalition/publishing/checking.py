"""Checking before the day that the hour would go well. It reads, signs in, and changes nothing."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from coalition.campaigns.models import Campaign
from coalition.mail.actions import write_letter
from coalition.members.models import Credential, Organisation, Representative, User
from coalition.members.queries import coordinators
from coalition.members.states import NetworkChoices, Route
from coalition.networks.network import NetworkName, Session
from coalition.networks.outcome import Postponed, Reason, Refused, Unknown
from coalition.networks.seen import Seen
from coalition.networks.x.length import cost
from coalition.publishing.arming import Armed, Database, Hands, load, sign_in
from coalition.publishing.checked import (
    Checkup,
    Colour,
    Finding,
    What,
)
from coalition.publishing.clock import database_now
from coalition.publishing.compose import text_problems
from coalition.publishing.models import Post
from coalition.publishing.occasions import LAST_ASKED
from coalition.publishing.outcomes import plain
from coalition.publishing.states import State

LEASE: Final = timedelta(minutes=15)
A_SECOND: Final = 3
"""So many accounts a second: 3,000 requests in five minutes is all that a Bluesky host takes."""
OFF: Final = timedelta(seconds=5)
FAR_OFF: Final = timedelta(seconds=60)
GOOD_FOR: Final = timedelta(days=180)
"""A refresh token of X lives so long from its last use."""

type Turned = Session | Refused | Postponed | Unknown


@dataclass(frozen=True, slots=True)
class Asked:
    """What one account's network said."""

    item: Armed
    answer: Turned
    seen: Seen
    off: timedelta | None = None
    """How far their clock is from ours."""


def check(pk: int, hands: Hands, *, budget: str = "") -> bool:
    """Do one round; False when another worker has it or had it."""
    now = database_now()
    until = now + LEASE
    idle = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    mine = Checkup.objects.filter(pk=pk, ended_at__isnull=True)
    alone = not Checkup.objects.filter(ended_at=None, lease_until__gt=now).exclude(pk=pk).exists()
    if not alone or not mine.filter(idle).update(lease_until=until):
        return False
    checkup = Checkup.objects.select_related("campaign").get(pk=pk)
    posts = _posts(checkup.campaign)
    asked = _ask(checkup.campaign, posts, hands)
    found = [*_of_rows(checkup.campaign, posts), *_of_accounts(checkup.campaign, asked)]
    found += [*_of_all(posts, asked, budget, database_now())]
    return _keep(checkup, until, found, len(asked))


def _posts(campaign: Campaign) -> list[Post]:
    rows = Post.objects.filter(campaign=campaign, pledge__holds_since__isnull=False)
    return list(
        rows.exclude(state__in=(State.CANCELLED, State.PUBLISHED)).select_related(
            "campaign", "pledge", "account__organisation"
        )
    )


def _ask(campaign: Campaign, posts: Sequence[Post], hands: Hands) -> list[Asked]:
    """Sign every connected account in once, as the release will."""
    one_each = {
        post.account_id: post.pk
        for post in posts
        if post.route == Route.DIRECT and post.account.connected_at
    }
    armed = [item for item in load(list(one_each.values())) if item.network in hands.networks]
    return asyncio.run(_ask_all(campaign, armed, hands)) if armed else []


async def _ask_all(campaign: Campaign, armed: Sequence[Armed], hands: Hands) -> list[Asked]:
    database = Database()
    try:
        names = {item.network for item in armed}
        parts = [
            _ask_network(campaign, name, [i for i in armed if i.network == name], hands, database)
            for name in names
        ]
        return [one for part in await asyncio.gather(*parts) for one in part]
    finally:
        database.close()


async def _ask_network(
    campaign: Campaign, name: NetworkName, armed: Sequence[Armed], hands: Hands, database: Database
) -> list[Asked]:
    """A few a second, one after the other; once a host asks to wait, nobody else is asked there."""
    found: list[Asked] = []
    full: set[str] = set()
    async with hands.networks[name]() as network:
        for item in armed:
            host = item.account.host or name
            left = campaign.exit_at - database_clock() if campaign.exit_at else LEASE
            if host in full or left < LAST_ASKED:
                found.append(Asked(item, Postponed(0, "not asked this time"), Seen()))
                continue
            answer = await sign_in(item, network, hands, database)
            seen = Seen()
            if isinstance(answer, Session):
                seen = await network.look_at(item.draft, answer)
            elif isinstance(answer, Postponed) and "rate limit" in answer.detail:
                full.add(host)
            off = abs(seen.at - datetime.now(UTC)) if seen.at else None
            found.append(Asked(item, answer, seen, off))
            await asyncio.sleep(1 / A_SECOND)
    return found


def database_clock() -> datetime:
    """This machine's own clock: inside the loop nothing asks the database."""
    return datetime.now(UTC)


def _of_rows(campaign: Campaign, posts: Sequence[Post]) -> Iterator[Finding]:
    """What the rows alone tell: approvals, texts, people."""
    people = set(
        Representative.objects.filter(removed_at=None).values_list("organisation_id", flat=True)
    )
    sealed = dict(Credential.objects.values_list("account_id", "sealed_at"))
    for post in posts:
        organisation = post.account.organisation
        standing = post.state == State.APPROVED and post.stands_for(campaign)
        yield _finding(post, What.APPROVAL, good=standing)
        if post.text:
            yield _finding(post, What.TEXT, good=not text_problems(post))
        if post.route == Route.BY_HAND:
            served = organisation.pk in people and organisation.contact_phone
            yield _finding(post, What.BY_HAND, good=bool(served))
        elif post.account.connected_at is None:
            yield _finding(post, What.SIGN_IN, good=False)
        elif post.network == NetworkChoices.X and post.account_id in sealed and campaign.exit_at:
            ends = sealed[post.account_id] + GOOD_FOR
            yield _finding(post, What.SECRET, good=ends > campaign.exit_at + timedelta(days=1))


def _finding(post: Post, what: What, *, good: bool) -> Finding:
    return Finding(
        organisation=post.account.organisation,
        account=post.account,
        what=what,
        colour=Colour.READY if good else Colour.FAILS,
    )


def _of_accounts(campaign: Campaign, asked: Sequence[Asked]) -> Iterator[Finding]:
    """What the networks said. A finding is all that comes of it: nobody is disconnected here."""
    del campaign
    for one in asked:
        what, colour, detail = _judged(one.answer)
        yield Finding(
            organisation=one.item.account.organisation,
            account=one.item.account,
            what=what,
            colour=colour,
            detail=plain(detail),
        )
        if one.seen.handle and one.seen.handle.lower() != one.item.account.handle.lower():
            yield Finding(
                organisation=one.item.account.organisation,
                account=one.item.account,
                what=What.HANDLE,
                colour=Colour.SHAKY,
                detail=plain(f"@{one.item.account.handle} → @{one.seen.handle}"),
            )


def _judged(answer: Turned) -> tuple[What, Colour, str]:
    """Refused is red; what could only not be found out is amber: no fault of theirs."""
    match answer:
        case Session():
            return What.SIGN_IN, Colour.READY, ""
        case Refused(Reason.WRONG_ACCOUNT, detail):
            return What.ACCOUNT, Colour.FAILS, detail
        case Refused(Reason.TEXT, detail):
            return What.TEXT, Colour.FAILS, detail
        case Refused(Reason.APP, detail):
            return What.APP, Colour.SHAKY, detail
        case Refused(_, detail):
            return What.SIGN_IN, Colour.FAILS, detail
        case Postponed(_, detail) | Unknown(detail):
            return What.REACH, Colour.SHAKY, detail
        case _:
            assert_never(answer)


def _of_all(
    posts: Sequence[Post], asked: Sequence[Asked], budget: str, now: datetime
) -> Iterator[Finding]:
    """What is nobody's alone: clocks, the app, the credit."""
    worst = max([abs(datetime.now(UTC) - now), *(one.off for one in asked if one.off)])
    colour = Colour.READY if worst < OFF else Colour.FAILS if worst > FAR_OFF else Colour.SHAKY
    yield Finding(what=What.CLOCK, colour=colour, detail=f"{worst.total_seconds():.0f} s")
    barred = [one for one in asked if _judged(one.answer)[0] is What.APP]
    if barred:
        yield Finding(what=What.APP, colour=Colour.FAILS, detail=plain(str(barred[0].answer)))
    direct = [p for p in posts if p.network == NetworkChoices.X and p.route == Route.DIRECT]
    if direct:
        yield _credits(sum((cost(post.text) for post in direct), Decimal(0)), budget)


def _credits(needed: Decimal, budget: str) -> Finding:
    """X tells nobody what is left: the cost is held against what the deployment says it bought."""
    try:
        stated = Decimal(budget)
    except InvalidOperation:
        detail = f"${needed}, X_BUDGET ?"
        return Finding(what=What.CREDITS, colour=Colour.SHAKY, detail=detail)
    colour = Colour.READY if stated >= needed else Colour.FAILS
    return Finding(what=What.CREDITS, colour=colour, detail=f"${needed} / ${stated}")


@transaction.atomic(durable=True)
def _keep(checkup: Checkup, until: datetime, found: Sequence[Finding], accounts: int) -> bool:
    """Findings and letters at once, and only by who still has the round."""
    now = database_now()
    mine = Checkup.objects.filter(pk=checkup.pk, lease_until=until, ended_at__isnull=True)
    if not mine.update(ended_at=now, accounts=accounts):
        return False
    for one in found:
        one.checkup = checkup
    Finding.objects.bulk_create(found)
    red: dict[Organisation | None, dict[str, Finding]] = defaultdict(dict)
    for one in found:
        if one.colour == Colour.FAILS:
            red[one.organisation].setdefault(f"{one.what}:{one.account_id}", one)
    for organisation, theirs in red.items():
        _tell(checkup, organisation, list(theirs.values()), now)
    return True


def _tell(
    checkup: Checkup, organisation: Organisation | None, red: Sequence[Finding], now: datetime
) -> None:
    """One letter a person and round: all that is red for them, and what to do."""
    campaign = checkup.campaign
    people = _people(organisation) if organisation else []
    for user in people or [one.user for one in coordinators()]:
        write_letter(
            "check",
            key=f"check:{checkup.pk}:{organisation.pk if organisation else 0}:{user.pk}",
            to=user.email,
            language=user.language,
            context={
                "campaign": campaign,
                "organisation": organisation,
                "theirs": bool(people),
                "red": red,
                "zone": ZoneInfo(campaign.time_zone),
            },
            organisation=organisation.pk if organisation else None,
            campaign=campaign.pk,
            now=now,
        )


def _people(organisation: Organisation) -> list[User]:
    rows = Representative.objects.filter(organisation=organisation, removed_at__isnull=True)
    return [one.user for one in rows.select_related("user")]
