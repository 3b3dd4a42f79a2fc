"""The release: arm a batch shortly before its hour, send at the hour, record what is answered.

Armed means: loaded, unsealed, signed in, connections warm, so that one request a post is left.
Claims and records run on one thread each beside the event loop; no transaction is open in a call.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, assert_never

from django.db import DatabaseError, connection

from coalition.members.models import Account
from coalition.networks.network import Draft, Network, NetworkName, Secret, Session
from coalition.networks.outcome import Outcome, Postponed, Published, Reason, Refused, Unknown
from coalition.publishing.breaker import open_breaker
from coalition.publishing.claim import LEASE, Claimed, claim
from coalition.publishing.clock import Clock
from coalition.publishing.compose import approval_sha256, draft_of
from coalition.publishing.models import Post
from coalition.publishing.outcomes import Answered, record

log = logging.getLogger(__name__)

type Networks = Mapping[NetworkName, Callable[[], Network]]
type OpenSecret = Callable[[Account], Secret]
type KeepSecret = Callable[[Account, Secret], None]

SIGN_INS_AT_ONCE: Final = 20
SAFE: Final = 0.5
"""A call must begin within this part of its lease: what is left outlives the call's own time-out."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a worker works with; settings become these in `wiring`."""

    networks: Networks
    open_secret: OpenSecret
    keep_secret: KeepSecret
    at_once: int = 100
    lease: timedelta = LEASE
    worker: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")


@dataclass(slots=True)
class Armed:
    """One post, ready: all but the call itself is done."""

    post: int
    campaign: int
    hour: datetime
    network: NetworkName
    draft: Draft
    account: Account
    approved: bool  # whether the words are still, byte for byte, the ones approved
    ready: Session | Refused | Postponed | Unknown = field(
        default_factory=lambda: Unknown("not signed in")
    )


def release_batch(ids: Sequence[int], hands: Hands) -> None:
    """Arm these posts, wait for their hour, and send those whose claim we win."""
    armed = load(ids)
    if armed:
        asyncio.run(_release(armed, hands, Clock.of_database()))


def load(ids: Sequence[int]) -> list[Armed]:
    """Read the posts of a batch once, with all that their calls need."""
    posts = Post.objects.filter(pk__in=ids).select_related(
        "campaign", "account__organisation", "account__credential"
    )
    return [
        Armed(
            post=post.pk,
            campaign=post.campaign_id,
            hour=post.campaign.exit_at + timedelta(seconds=post.offset_seconds),
            network=NetworkName(post.network),
            draft=draft_of(post, post.account),
            account=post.account,
            approved=approval_sha256(post, post.account, post.campaign.exit_at)
            == post.approval_sha256,
        )
        for post in posts.order_by("offset_seconds", "pk")
        if post.campaign.exit_at is not None
    ]


async def _release(armed: list[Armed], hands: Hands, clock: Clock) -> None:
    async with AsyncExitStack() as stack:
        names = {one.network for one in armed}
        networks = {
            name: await stack.enter_async_context(hands.networks[name]())
            for name in names
            if name in hands.networks
        }
        database = Database()
        stack.callback(database.close)
        await asyncio.gather(
            *sign_ins([one for one in armed if one.network in networks], networks, hands, database)
        )
        await Sending(networks, hands, clock, database).all(
            [a for a in armed if a.network in networks]
        )


def sign_ins(
    armed: Sequence[Armed],
    networks: Mapping[NetworkName, Network],
    hands: Hands,
    database: "Database",
) -> list[Awaitable[None]]:
    """Sign every account in, a few at a time; what fails is kept as the post's answer."""
    slots = asyncio.Semaphore(SIGN_INS_AT_ONCE)

    async def one(item: Armed) -> None:
        async with slots:
            item.ready = await _prepare(item, networks[item.network], hands, database)

    return [one(item) for item in armed]


async def _prepare(
    item: Armed, network: Network, hands: Hands, database: "Database"
) -> Session | Refused | Postponed | Unknown:
    async def keep(secret: Secret) -> None:
        await database.do(hands.keep_secret, item.account, secret)

    try:
        secret = hands.open_secret(item.account)
        return await network.prepare(item.draft, secret, keep)
    except Exception as error:  # one account's trouble must not stop the others
        log.exception("sign-in of account %s failed", item.account.pk)
        return Refused(Reason.RECONNECT, f"sign-in failed: {type(error).__name__}")


class Database:
    """Two threads, each with its own connection: one claims, one records. The loop never waits for SQL."""

    def __init__(self) -> None:
        """Threads start when first used."""
        self._claims = ThreadPoolExecutor(1, thread_name_prefix="claims")
        self._records = ThreadPoolExecutor(1, thread_name_prefix="records")

    async def do[**P, R](self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run on the claiming thread."""
        return await self._on(self._claims, lambda: work(*args, **kwargs))

    async def record(self, answers: Sequence[Answered]) -> None:
        """Run on the recording thread, again and again until the database has taken it."""
        while True:
            try:
                await self._on(self._records, lambda: record(answers))
            except DatabaseError:
                log.exception("%d answers wait for the database", len(answers))
                await self._on(self._records, connection.close)
                await asyncio.sleep(0.5)
            else:
                return

    async def _on[R](self, thread: ThreadPoolExecutor, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(thread, work)

    def close(self) -> None:
        """Give the connections back."""
        for thread in (self._claims, self._records):
            thread.submit(connection.close)
            thread.shutdown()


class Sending:
    """One batch on its way: claim a slice, send it, record by groups of whatever has come back."""

    def __init__(
        self,
        networks: Mapping[NetworkName, Network],
        hands: Hands,
        clock: Clock,
        database: Database,
    ) -> None:
        """Nothing happens until `all`."""
        self._networks, self._hands, self._clock, self._database = networks, hands, clock, database
        self._answers: asyncio.Queue[Answered | None] = asyncio.Queue()
        self._slots = asyncio.Semaphore(hands.at_once)

    async def all(self, armed: Sequence[Armed]) -> None:
        """Wait for each hour and send; returns when every answer is recorded."""
        recorder = asyncio.create_task(self._record_groups())
        calls: list[asyncio.Task[None]] = []
        waiting = sorted(armed, key=lambda item: (item.hour, item.post))
        while waiting:
            await asyncio.sleep(self._clock.until(waiting[0].hour))
            now = self._clock.now()
            due = [item for item in waiting if item.hour <= now][: self._hands.at_once]
            waiting = waiting[len(due) :]
            for item, fence, began in await self._claim(due):
                await self._slots.acquire()
                calls.append(asyncio.create_task(self._send(item, fence, began)))
        await asyncio.gather(*calls)
        await self._answers.put(None)
        await recorder

    async def _claim(self, due: Sequence[Armed]) -> list[tuple[Armed, int, float]]:
        by_post = {item.post: item for item in due}
        won: list[tuple[Armed, int, float]] = []
        for campaign in sorted({item.campaign for item in due}):
            began = time.monotonic()
            ids = [item.post for item in due if item.campaign == campaign]
            try:
                claimed: list[Claimed] = await self._database.do(
                    claim,
                    campaign,
                    ids,
                    worker=self._hands.worker,
                    now=self._clock.now(),
                    lease=self._hands.lease,
                )
            except (
                DatabaseError
            ):  # its commit may have gone through: the lease decides, we don't send
                log.exception("a claim of %d posts failed", len(ids))
                await self._database.do(connection.close)
                continue
            won.extend((by_post[one.post], one.fence, began) for one in claimed)
        return won

    async def _send(self, item: Armed, fence: int, began: float) -> None:
        try:
            outcome = await self._call(item, began)
        except Exception as error:  # unclassified is unknown
            log.exception("post %s: unclassified answer", item.post)
            outcome = Unknown(f"unclassified: {type(error).__name__}")
        finally:
            self._slots.release()
        await self._answers.put(Answered(item.post, fence, outcome, self._clock.now()))

    async def _call(self, item: Armed, began: float) -> Outcome:
        network = self._networks[item.network]
        if not item.approved:
            return Refused(Reason.OTHER, "these are not the words that were approved")
        if not isinstance(item.ready, Session | Refused):
            item.ready = await _prepare(item, network, self._hands, self._database)
        match item.ready:
            case Session() as session:
                if session.account_id != item.draft.account_id:
                    return Refused(Reason.WRONG_ACCOUNT, "signed in to another account")
                if time.monotonic() - began > SAFE * self._hands.lease.total_seconds():
                    return Postponed(0, "held too long before the call")
                return await network.publish(item.draft, session)
            case Refused() as refused:
                return refused
            case Postponed() as postponed:
                return postponed
            case Unknown(detail):  # a sign-in that hung: no post can have left
                return Postponed(2, detail)
            case _:
                assert_never(item.ready)

    async def _record_groups(self) -> None:
        while True:
            group: list[Answered] = []
            first = await self._answers.get()
            if first is None:
                return
            group.append(first)
            while not self._answers.empty():
                answer = self._answers.get_nowait()
                if answer is None:
                    await self._record(group)
                    return
                group.append(answer)
            await self._record(group)

    async def _record(self, group: list[Answered]) -> None:
        await self._database.record(group)
        for answer in group:
            match answer.outcome:
                case Refused(Reason.APP, detail):
                    network = await self._database.do(_network_of, answer.post)
                    await self._database.do(open_breaker, network, detail, now=answer.at)
                case Published() | Refused() | Postponed() | Unknown():
                    pass
                case _:
                    assert_never(answer.outcome)


def _network_of(post: int) -> str:
    network: str = Post.objects.values_list("network", flat=True).get(pk=post)
    return network
