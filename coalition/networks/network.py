"""The one shape every network has: prepare before T, publish at T, read back when in doubt."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Any, Literal, Protocol, Self

import aiohttp

from coalition.networks.outcome import (
    Outcome,
    Pinned,
    Postponed,
    Refused,
    Sighting,
    Unknown,
)
from coalition.networks.pictures import Fetch, Picture
from coalition.networks.seen import Seen
from coalition.networks.wire import Call


class NetworkName(StrEnum):
    """The networks an organisation can have an account on."""

    X = "x"
    BLUESKY = "bluesky"


type Secret = Mapping[str, Any]
"""An opened credential, JSON-able.

Bluesky: {"kind": "app password", "password", "host", once open "access_jwt", "refresh_jwt"},
or {"kind": "oauth", "host", "issuer", "access_token", "refresh_token", "expires_at", …}.
X: {"access_token", "refresh_token", "expires_at" in ISO 8601}.
"""

type Keep = Callable[[Secret], Awaitable[None]]
"""Stores a rotated secret durably; awaited before the new secret is used for anything.

Raises SupersededError where another secret has taken the place of the one that was rotated.
"""


class SupersededError(Exception):
    """The account was connected anew, or its secret erased, while we renewed the old one."""


type Alone = Callable[[], AbstractAsyncContextManager[Secret | None]]
"""Held while a single-use token is used up, by one process at a time. Gives the newest secret;
None: nobody else can have renewed it."""


@asynccontextmanager
async def nobody_else() -> AsyncIterator[None]:
    """For who knows that no other process holds this account's secret."""
    yield None


@dataclass(frozen=True, slots=True)
class Draft:
    """One approved post, whole and frozen, ready to leave."""

    post: str  # our id for it, for logs and scripts
    account_id: str  # the pinned account: DID, or X user id
    handle: str
    text: str
    languages: tuple[str, ...] = ()
    record_key: str = ""  # Bluesky: the TID chosen at approval
    record: str = ""  # Bluesky: the whole record as JSON, frozen at approval
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in account: all that one publishing call needs. Never logged, never stored."""

    account_id: str
    host: str  # base address that publishing talks to, e.g. https://pds.example
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    proofs: "Proving | None" = field(default=None, repr=False)  # where each call needs its own
    media: tuple[str, ...] = ()  # X: the pictures that were brought, by the ids it gave them


class Proving(Protocol):
    """Makes a call with a fresh proof that its token is ours."""

    async def call(
        self,
        pool: aiohttp.ClientSession,
        method: Literal["GET", "POST"],
        url: str,
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
        body: Callable[[], bytes] | None = None,
    ) -> Call:
        """Once; again only where it is answered that all it lacked was another proof."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What the network's directory says of an account now."""

    handle: str  # empty: none that points back
    host: str


class Network(Protocol):
    """An outside network. Used as an async context manager; it holds the connections."""

    @property
    def name(self) -> NetworkName:
        """Which network this is."""

    async def __aenter__(self) -> Self:
        """Open the connection pool."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""

    async def prepare(
        self, draft: Draft, secret: Secret, keep: Keep, alone: Alone = nobody_else
    ) -> Session | Refused | Postponed | Unknown:
        """All that can be done before T: sign in, check the pinned account, warm the connection.

        A refresh token that is good once is used up only inside `renewing`.
        """

    async def bring(
        self, draft: Draft, session: Session, fetch: Fetch
    ) -> Session | Refused | Postponed | Unknown:
        """Bring the draft's pictures there, before T: the session that comes back knows them.

        Nobody sees them before the post. Doing it again does no harm.
        """

    async def publish(self, draft: Draft, session: Session) -> Outcome:
        """One call, no retry. Never raises for anything a network can do."""

    async def look_at(self, draft: Draft, session: Session) -> Seen:
        """How the account is called today, and what time it is there. Never raises."""

    async def read_back(self, draft: Draft, session: Session, since: datetime) -> Sighting:
        """Look in the account's own records for this draft, published at or after `since`."""

    async def pin(self, session: Session, post_id: str, line: str) -> Pinned | Refused | Postponed:
        """Put a post on top of its account's profile, and a line into what that says."""

    async def whereabouts(self, account_id: str) -> Whereabouts | None:
        """The account's name and host as they are now; None where that can't be found out."""

    async def give_back(self, secret: Secret) -> bool:
        """Tell the network that this secret is used no more; False: it may be told again."""
