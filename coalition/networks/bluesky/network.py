"""Bluesky as a Network."""

from datetime import datetime
from types import TracebackType
from typing import Self

import aiohttp

from coalition.networks import addresses
from coalition.networks.addresses import PublicResolver
from coalition.networks.bluesky import (
    blobs,
    lexicon,
    profile,
    publish,
    read_back,
    resolve,
    session,
    status,
)
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.oauth import tokens
from coalition.networks.bluesky.oauth.client import Client
from coalition.networks.bluesky.oauth.session import Safe, open_granted
from coalition.networks.network import (
    Alone,
    Draft,
    Keep,
    NetworkName,
    Secret,
    Session,
    Whereabouts,
    nobody_else,
)
from coalition.networks.outcome import (
    Outcome,
    Pinned,
    Postponed,
    Reason,
    Refused,
    Sighting,
    Unknown,
)
from coalition.networks.pictures import Fetch
from coalition.networks.seen import Seen, date_of
from coalition.networks.wire import Limits, Reply, call, open_pool

_SOON = 5.0
_TO_BE_EXPLAINED = {Reason.RECONNECT, Reason.SUSPENDED, Reason.DEACTIVATED}


class Bluesky:
    """Accounts on any host of the network, reached over one bounded pool."""

    def __init__(
        self,
        hosts: Hosts | None = None,
        limits: Limits | None = None,
        client: Client | None = None,
    ) -> None:
        """`client` is our app, for accounts that were connected by OAuth."""
        self._hosts = hosts or Hosts()
        self._client = client
        self._limits = limits or Limits()
        self._open_pool: aiohttp.ClientSession | None = None

    @property
    def name(self) -> NetworkName:
        """Bluesky."""
        return NetworkName.BLUESKY

    async def __aenter__(self) -> Self:
        self._open_pool = open_pool(self._limits, resolver=PublicResolver(self._hosts.private))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._pool.close()

    async def prepare(
        self, draft: Draft, secret: Secret, keep: Keep, alone: Alone = nobody_else
    ) -> Session | Refused | Postponed | Unknown:
        """Sign in to the pinned account; leaves a warm connection to its host."""
        if host := str(secret.get("host", "")):  # one that we found ourselves is checked there
            try:
                addresses.check(host, self._hosts.private)
            except addresses.ForbiddenAddressError as error:
                return Refused(Reason.RECONNECT, str(error))  # and asked for no explanation either
        opened = await self._sign_in(draft, secret, keep, alone)
        if isinstance(opened, Refused) and opened.reason in _TO_BE_EXPLAINED:
            return await self._explained(opened, draft.account_id, host)
        return opened

    async def _sign_in(
        self, draft: Draft, secret: Secret, keep: Keep, alone: Alone
    ) -> Session | Refused | Postponed | Unknown:
        if draft.record and (wrong := lexicon.complaint(draft.record)):
            return Refused(Reason.TEXT, wrong)
        if not secret.get("host"):
            try:
                found = await resolve.resolve(self._pool, self._hosts, draft.account_id)
            except resolve.UnresolvedError as unresolved:
                if unresolved.again:
                    return Postponed(_SOON, str(unresolved))
                return Refused(Reason.RECONNECT, str(unresolved))
            secret = {**secret, "host": found.host}
        if secret.get("kind") == tokens.KIND:
            if self._client is None:
                return Refused(Reason.RECONNECT, "no key of ours to renew this sign-in with")
            safe = Safe(keep, alone)
            return await open_granted(self._pool, self._client, draft, secret, safe)
        return await session.open_session(self._pool, draft.account_id, secret, keep)

    async def _explained(self, refused: Refused, did: str, host: str) -> Refused:
        """Why: a server that takes an account down ends its sessions, and says it elsewhere."""
        found = await self.whereabouts(did)
        if found and host and found.host != host:
            return Refused(Reason.MOVED, f"moved from {host} to {found.host}")
        return await status.of_repository(self._pool, host, did) or refused

    async def bring(
        self, draft: Draft, session: Session, fetch: Fetch
    ) -> Session | Refused | Postponed | Unknown:
        """Upload its blobs; the record names them already."""
        return await blobs.bring(self._pool, draft, session, fetch)

    async def publish(self, draft: Draft, session: Session) -> Outcome:
        """One call, no retry."""
        if session.account_id != draft.account_id:
            return Refused(Reason.WRONG_ACCOUNT, session.account_id)
        return await publish.publish(self._pool, draft, session)

    async def look_at(self, draft: Draft, session: Session) -> Seen:
        """By its identifier: the handle that its document names, if that points back."""
        url = f"{session.host}/xrpc/com.atproto.server.describeServer"
        answer = await call(self._pool, "GET", url)
        at = date_of(answer) if isinstance(answer, Reply) else None
        try:
            found = await resolve.resolve(self._pool, self._hosts, draft.account_id)
        except resolve.UnresolvedError:
            return Seen(at=at)
        return Seen(found.handle, at)

    async def read_back(self, draft: Draft, session: Session, since: datetime) -> Sighting:
        """By the record's own key, so that `since` adds nothing."""
        del since
        return await read_back.read_back(self._pool, draft, session)

    async def pin(self, session: Session, post_id: str, line: str) -> Pinned | Refused | Postponed:
        """Into the account's own profile record."""
        return await profile.pin(self._pool, session, post_id, line)

    async def whereabouts(self, account_id: str) -> Whereabouts | None:
        """From its identity document; a handle that does not point back is none."""
        try:
            found = await resolve.resolve(self._pool, self._hosts, account_id)
        except resolve.UnresolvedError:
            return None
        known = found.handle != resolve.UNKNOWN_HANDLE
        return Whereabouts(found.handle if known else "", found.host)

    async def give_back(self, secret: Secret) -> bool:
        """End the session at its server; an app password itself, only its people take away."""
        if secret.get("kind") != tokens.KIND:
            return await session.end(self._pool, secret)
        return self._client is None or await tokens.revoke(self._pool, self._client, secret)

    @property
    def _pool(self) -> aiohttp.ClientSession:
        if self._open_pool is None:
            raise RuntimeError("use it as `async with`")
        return self._open_pool
