"""Arming a batch: loaded, unsealed, signed in, so that one request a post is left at its hour."""

import asyncio
import logging
import os
import socket
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, DataError, IntegrityError, connections

from coalition.members.models import Account
from coalition.members.vault import SealedShutError
from coalition.networks.network import (
    Draft,
    Network,
    NetworkName,
    Secret,
    Session,
    SupersededError,
)
from coalition.networks.outcome import Postponed, Reason, Refused, Unknown
from coalition.networks.pictures import Picture
from coalition.publishing.claim import LEASE
from coalition.publishing.clock import Clock, database_now
from coalition.publishing.compose import approval_sha256, draft_of
from coalition.publishing.crash import point
from coalition.publishing.models import Post
from coalition.publishing.outcomes import Answered, record
from coalition.publishing.queries import content_of
from coalition.publishing.renewing import alone
from coalition.publishing.waves import delay_of

log = logging.getLogger(__name__)

type Networks = Mapping[NetworkName, Callable[[], Network]]
type OpenSecret = Callable[[Account], Secret]
type KeepSecret = Callable[[Account, Secret], None]

SIGN_INS_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Hands:
    """What a worker works with; settings become these in `wiring`."""

    networks: Networks
    open_secret: OpenSecret
    keep_secret: KeepSecret
    at_once: int = 100
    lease: timedelta = LEASE
    look_again: timedelta = timedelta(seconds=60)
    sent: Path | None = None  # where what was sent is known outside the database
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
    approval: str  # the hash that people approved, as it stood when this was loaded
    words: str  # the hash of what is armed here; the same, unless somebody tampered
    lock: asyncio.Lock  # its account's: a refresh token is good once
    media: tuple[str, ...] | None = None  # what its pictures are called there, once brought
    ready: Session | Refused | Postponed | Unknown = field(
        default_factory=lambda: Unknown("not signed in")
    )


def load(ids: Sequence[int]) -> list[Armed]:
    """Read the posts of a batch once, with all that their calls need."""
    posts = (
        Post.objects.filter(pk__in=ids)
        .select_related("campaign", "pledge", "card", "pin")
        .select_related("account__organisation", "account__credential")
        .prefetch_related("pictures")
    )
    accounts: dict[int, Account] = {}
    locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
    return [
        Armed(
            post=post.pk,
            campaign=post.campaign_id,
            hour=post.campaign.exit_at + delay_of(post, post.campaign),
            network=NetworkName(post.network),
            draft=draft_of(post, post.account),
            account=accounts.setdefault(post.account_id, post.account),
            approval=post.approval_sha256,
            words=approval_sha256(post, post.account, post.campaign.exit_at),
            lock=locks[post.account_id],
        )
        for post in posts.order_by("offset_seconds", "pk")
        if post.campaign.exit_at is not None
    ]


def sign_ins(
    armed: Sequence[Armed],
    network: Network,
    hands: Hands,
    database: "Database",
    at_once: int = SIGN_INS_AT_ONCE,
) -> list[asyncio.Task[None]]:
    """Sign every account in, a few at a time; what fails is kept as the post's answer."""
    slots = asyncio.Semaphore(at_once)

    async def one(item: Armed) -> None:
        async with slots:
            item.ready = await sign_in(item, network, hands, database)

    return [asyncio.create_task(one(item)) for item in armed]


async def sign_in(
    item: Armed, network: Network, hands: Hands, database: "Database"
) -> Session | Refused | Postponed | Unknown:
    """A session for one post, its pictures brought; its account's posts wait for each other."""
    async with item.lock:
        opened = await open_account(item.account, item.draft, network, hands, database)
        if not isinstance(opened, Session) or not item.draft.pictures:
            return opened
        if item.media is None:
            brought = await _bring(item, opened, network, database)
            if not isinstance(brought, Session):
                return brought
            item.media = brought.media
        return replace(opened, media=item.media)


async def _bring(
    item: Armed, session: Session, network: Network, database: "Database"
) -> Session | Refused | Postponed | Unknown:
    """Once a batch: that they are there outlives a second sign-in."""

    async def fetch(picture: Picture) -> bytes:
        return await database.do(content_of, item.post, picture.sha256)

    try:
        return await network.bring(item.draft, session, fetch)
    except Exception as error:  # unclassified: nothing is public by it
        log.exception("the pictures of post %s were not brought", item.post)
        return Unknown(f"bringing the picture failed: {type(error).__name__}")


async def open_account(
    account: Account, draft: Draft, network: Network, hands: Hands, database: "Database"
) -> Session | Refused | Postponed | Unknown:
    """A session, or why there is none: one account's trouble must not stop the others."""

    async def keep(secret: Secret) -> None:
        point("before keep")
        await database.do(hands.keep_secret, account, secret)
        point("after keep")

    try:
        secret = hands.open_secret(account)
        return await network.prepare(
            draft, secret, keep, lambda: alone(account, hands.open_secret, database)
        )
    except SupersededError:
        return Postponed(0, "connected anew meanwhile")
    except (SealedShutError, ObjectDoesNotExist) as error:
        return Refused(Reason.RECONNECT, f"its secret can't be opened: {error}")
    except Exception as error:  # unclassified: it says nothing about the account
        log.exception("sign-in of account %s failed", account.pk)
        return Unknown(f"sign-in failed: {type(error).__name__}")


class Database:
    """Two threads with a connection each, one claims, one records: the loop never waits for SQL."""

    def __init__(self) -> None:
        """Threads start when first used."""
        self._claims = ThreadPoolExecutor(1, thread_name_prefix="claims")
        self._records = ThreadPoolExecutor(1, thread_name_prefix="records")

    async def do[**P, R](self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run on the claiming thread."""
        return await self._on(self._claims, lambda: work(*args, **kwargs))

    async def warm(self) -> Clock:
        """Connect both, so that the hour finds them open; and read the clock again."""
        await self._on(self._records, database_now)
        return await self.do(Clock.of_database)

    async def record(self, answers: Sequence[Answered]) -> None:
        """Run on the recording thread until it is taken; one bad answer holds up no other."""
        while True:
            try:
                return await self._on(self._records, lambda: record(answers))
            except Exception as error:
                log.exception("%d answers are not recorded yet", len(answers))
                away = isinstance(error, DatabaseError)
                if not away or isinstance(error, IntegrityError | DataError):
                    if len(answers) > 1:
                        for answer in answers:
                            await self.record([answer])
                    return None  # the lease runs out, and somebody looks
                await self._on(self._records, connections.close_all)
                await asyncio.sleep(0.5)

    async def _on[R](self, thread: ThreadPoolExecutor, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(thread, work)

    def close(self) -> None:
        """Give the connections back."""
        for thread in (self._claims, self._records):
            thread.submit(connections.close_all)
            thread.shutdown()
