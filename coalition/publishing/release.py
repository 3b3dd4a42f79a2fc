"""The release: arm a batch shortly before its hour, send at the hour, record what is answered.

Claims and records run on one thread each beside the event loop; no transaction is open in a call.
A slice is claimed while the one before it is being sent, so that the network never waits for us.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import islice
from typing import Final, assert_never

from django.db import DatabaseError, connections

from coalition.networks.network import Network, NetworkName, Session
from coalition.networks.outcome import Outcome, Postponed, Published, Reason, Refused, Unknown
from coalition.publishing.arming import (
    SIGN_INS_AT_ONCE,
    Armed,
    Database,
    Hands,
    load,
    sign_in,
    sign_ins,
)
from coalition.publishing.breaker import open_breaker
from coalition.publishing.claim import Claimed, claim
from coalition.publishing.clock import Clock, database_now
from coalition.publishing.crash import point
from coalition.publishing.epoch import is_older, keep
from coalition.publishing.outcomes import Answered
from coalition.publishing.pauses import Pauses

log = logging.getLogger(__name__)

type Won = tuple[Armed, Claimed, float]
"""A post, our claim on it, and when on our own clock the claim began."""

SAFE: Final = 1 / 3
"""A call must begin within this part of its lease: the rest outlives the call's own time-out."""
WARM: Final = timedelta(seconds=8)
"""The first to leave sign in this long before their hour: idle connections close after 15 s."""
STEADY: Final = timedelta(seconds=1)
"""From this long before the hour nothing is prepared any more."""
TOO_EARLY: Final = timedelta(days=365)
"""A claim at this long before the hour wins nothing, however T has been moved meanwhile."""
FIRST_SLICE: Final = 25
"""The first claim is a small one: it is quick, and the network is busy from then on."""
GROUP_SECONDS: Final = 0.05
"""How long an answer waits for others, to be recorded with them."""


def release_batch(ids: Sequence[int], hands: Hands) -> None:
    """Arm these posts, wait for their hour, and send those whose claim we win."""
    armed = load(ids)
    if armed:
        asyncio.run(_release(armed, hands, Clock.of_database()))


async def _release(armed: list[Armed], hands: Hands, clock: Clock) -> None:
    async with AsyncExitStack() as stack:
        database = Database()
        stack.callback(database.close)

        async def on(name: NetworkName) -> None:
            network = await stack.enter_async_context(hands.networks[name]())
            here = [one for one in armed if one.network == name]
            await Sending(network, hands, clock, database).all(here)

        names = {one.network for one in armed} & hands.networks.keys()
        ends = await asyncio.gather(*map(on, names), return_exceptions=True)  # neither waits
        for error in filter(None, ends):
            log.error("a network's part of the release broke off", exc_info=error)


class Sending:
    """A batch on its way to one network: claim a slice, send it, record what comes back."""

    def __init__(self, network: Network, hands: Hands, clock: Clock, database: Database) -> None:
        """Nothing happens until `all`."""
        self._network, self._hands, self._clock, self._database = network, hands, clock, database
        self._pauses = Pauses(servers=network.name == NetworkName.BLUESKY)
        self._waiting: list[Armed] = []
        self._signing: dict[int, asyncio.Task[None]] = {}
        self._ahead: list[asyncio.Task[None]] = []
        self._claimed: asyncio.Queue[Won | None] = asyncio.Queue(FIRST_SLICE)
        self._answers: asyncio.Queue[Answered | None] = asyncio.Queue()

    async def all(self, armed: Sequence[Armed]) -> None:
        """Wait for each hour and send; returns when every answer is recorded."""
        self._waiting = sorted(armed, key=lambda item: (item.hour, item.post))
        await self._arm()
        recorder = asyncio.create_task(self._record_groups())
        at_once = min(self._hands.at_once, len(armed))
        senders = [asyncio.create_task(self._send_claimed()) for _ in range(at_once)]
        await self._claim_all()
        for _ in senders:
            await self._claimed.put(None)
        await asyncio.gather(*senders)
        await self._answers.put(None)
        await recorder

    async def _arm(self) -> None:
        """Sign in; those who leave first last, all at once, so that their connections are warm.

        Their pictures take longer and go ahead; signing in again then waits for them.
        """
        hour, at_once = self._waiting[0].hour, self._hands.at_once
        first = self._waiting[:at_once]
        self._sign_in(self._waiting[at_once:])
        pictured = [one for one in first if one.draft.pictures]
        self._ahead = sign_ins(pictured, self._network, self._hands, self._database)
        await asyncio.sleep(self._clock.until(hour - WARM))
        self._sign_in(first, at_once)
        await asyncio.wait(self._signing.values(), timeout=self._clock.until(hour - STEADY))
        await asyncio.sleep(self._clock.until(hour - STEADY))
        await self._warm()

    async def _warm(self) -> None:
        """Connect, read the clock again, and try a claim that is too early to win anything."""
        try:
            self._clock = await self._database.warm()
            one = self._waiting[0]
            early = one.hour - TOO_EARLY
            await self._database.do(claim, one.campaign, [one.post], worker="", now=early)
        except DatabaseError:  # the first claim will tell, and ask for the time again
            log.exception("the database is away shortly before the hour")

    def _sign_in(self, items: Sequence[Armed], at_once: int = SIGN_INS_AT_ONCE) -> None:
        tasks = sign_ins(items, self._network, self._hands, self._database, at_once)
        self._signing |= {item.post: task for item, task in zip(items, tasks, strict=True)}

    async def _claim_all(self) -> None:
        """Slice after slice: the next one when most of the last is on its way."""
        size = FIRST_SLICE
        while self._waiting:
            await asyncio.sleep(self._clock.until(self._waiting[0].hour))
            due = self._take_due(size)
            if not due:
                await self._somebody_signs_in()
            for won in await self._claim(due):
                await self._claimed.put(won)
            size = self._hands.at_once

    def _take_due(self, most: int) -> list[Armed]:
        """Whose hour has come. Who is still signing in, perhaps for long, holds up nobody else."""
        now = self._clock.now()
        due = (one for one in self._waiting if one.hour <= now and self._signing[one.post].done())
        taken = {one.post: one for one in islice(due, most)}
        self._waiting = [one for one in self._waiting if one.post not in taken]
        return list(taken.values())

    async def _somebody_signs_in(self) -> None:
        pending = [task for one in self._waiting if not (task := self._signing[one.post]).done()]
        if pending:
            await asyncio.wait(pending, timeout=1, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(GROUP_SECONDS)  # and perhaps some more

    async def _claim(self, due: Sequence[Armed]) -> list[Won]:
        by_post = {item.post: item for item in due}
        won: list[Won] = []
        for campaign in sorted({item.campaign for item in due}):
            began = time.monotonic()
            ids = [item.post for item in due if item.campaign == campaign]
            try:
                claimed = await self._database.do(self._claim_now, campaign, ids)
            except Exception:  # its commit may have gone through: the lease decides, we don't send
                log.exception("a claim of %d posts failed", len(ids))
                await self._database.do(connections.close_all)
                continue
            won.extend((by_post[one.post], one, began) for one in claimed)
        return won

    def _claim_now(self, campaign: int, ids: Sequence[int]) -> list[Claimed]:
        now = database_now()  # ours stood still if this machine was put to sleep
        point("before claim")
        if is_older(self._hands.sent, now=now):
            return []
        claimed = claim(campaign, ids, worker=self._hands.worker, now=now, lease=self._hands.lease)
        if claimed:  # before the first of them leaves
            keep(self._hands.sent, max(one.attempt for one in claimed))
        point("after claim")
        return claimed

    async def _send_claimed(self) -> None:
        while (won := await self._claimed.get()) is not None:
            item, claimed, began = won
            try:
                outcome = await self._call(item, claimed, began)
            except Exception as error:  # unclassified is unknown
                log.exception("post %s: unclassified answer", item.post)
                outcome = Unknown(f"unclassified: {type(error).__name__}")
            answered = Answered(item.post, claimed.fence, outcome, self._clock.now())
            self._answers.put_nowait(answered)

    async def _call(self, item: Armed, claimed: Claimed, began: float) -> Outcome:
        if claimed.approval != item.approval:
            return Postponed(0, "approved anew after it was armed")
        if item.words != item.approval:
            return Refused(Reason.OTHER, "these are not the words that were approved")
        if not isinstance(item.ready, Session | Refused):
            item.ready = await sign_in(item, self._network, self._hands, self._database)
        match item.ready:
            case Session() as session:
                if session.account_id != item.draft.account_id:
                    return Refused(Reason.WRONG_ACCOUNT, "signed in to another account")
                if time.monotonic() - began > SAFE * self._hands.lease.total_seconds():
                    return Postponed(0, "held too long before the call")
                return await self._publish(item, session)
            case Refused() as refused:
                return refused
            case Postponed() as postponed:
                return postponed
            case Unknown(detail):  # a sign-in that hung: no post can have left
                return Postponed(2, detail)
            case _:
                assert_never(item.ready)

    async def _publish(self, item: Armed, session: Session) -> Outcome:
        account, server = item.account.pk, session.host
        if pause := self._pauses.wait(account, server, self._clock.now()):
            return pause
        point("before call")
        outcome = await self._network.publish(item.draft, session)
        point("after answer")
        if isinstance(outcome, Postponed) and outcome.limited:
            self._pauses.heard(account, server, outcome, self._clock.now())
        return outcome

    async def _record_groups(self) -> None:
        """What comes back while one group waits, or is being recorded, is the next one."""
        while (first := await self._answers.get()) is not None:
            await asyncio.sleep(GROUP_SECONDS)
            group = [first]
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
                    await self._open_breaker(detail, answer)
                    return  # once for the group
                case Published() | Refused() | Postponed() | Unknown():
                    pass
                case _:
                    assert_never(answer.outcome)

    async def _open_breaker(self, detail: str, answer: Answered) -> None:
        try:
            await self._database.do(open_breaker, self._network.name, detail, now=answer.at)
        except Exception:  # the answers that are still to come must be recorded all the same
            log.exception("the breaker of %s did not open", self._network.name)
