"""X as a Network."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import aiohttp

from coalition.networks.network import (
    Alone,
    Draft,
    Keep,
    NetworkName,
    Secret,
    Session,
    SupersededError,
    Whereabouts,
    nobody_else,
)
from coalition.networks.outcome import (
    Outcome,
    Pinned,
    Postponed,
    Published,
    Reason,
    Refused,
    Sighting,
    Unknown,
)
from coalition.networks.pictures import Fetch
from coalition.networks.seen import Seen, date_of
from coalition.networks.wire import (
    Limits,
    NeverLeft,
    PerhapsLeft,
    Reply,
    call,
    open_pool,
    wait_asked,
)
from coalition.networks.x import media, publish, read_back
from coalition.networks.x.problem import XProblem, problem
from coalition.networks.x.refresh import Client, refresh, revoke

HOST = "https://api.x.com"
_FRESH = timedelta(minutes=25)  # a token must outlive T and its window
_SOON = 5.0


def _now() -> datetime:
    return datetime.now(UTC)


class X:
    """Accounts that post through our app, each call on a connection of its own."""

    def __init__(
        self,
        client: Client,
        *,
        host: str = HOST,
        limits: Limits | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._client = client
        self._host = host.rstrip("/")
        self._limits = limits or Limits()
        self._clock = clock
        self._open_pool: aiohttp.ClientSession | None = None
        self._turned_away: dict[str, str] = {}  # account → the token that a 401 answered

    @property
    def name(self) -> NetworkName:
        """X."""
        return NetworkName.X

    async def __aenter__(self) -> Self:
        self._open_pool = open_pool(self._limits, fresh=True)
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
        """Refresh where the token is old or was turned away, by the sole right to do so."""
        turned_away = self._turned_away.get(draft.account_id) == secret.get("access_token")
        if self._is_fresh(secret) and not turned_away:
            checked = await self._checked(draft, secret)
            if checked is not None:
                return checked
        async with alone() as newest:
            if newest is None or newest.get("access_token") == secret.get("access_token"):
                renewed = await self._renew(secret, keep)
            else:  # another process was first
                renewed = newest
        if isinstance(renewed, Refused | Postponed):
            return renewed
        checked = await self._checked(draft, renewed)
        return checked or Refused(Reason.RECONNECT, publish.TURNED_AWAY)

    async def _renew(self, secret: Secret, keep: Keep) -> Secret | Refused | Postponed:
        try:
            return await refresh(
                self._pool, self._host, self._client, secret, keep, now=self._clock()
            )
        except SupersededError:
            return Postponed(0, "connected anew while we renewed it")

    async def bring(
        self, draft: Draft, session: Session, fetch: Fetch
    ) -> Session | Refused | Postponed | Unknown:
        """Upload and describe them; the session holds the ids that X gave them."""
        brought = await media.bring(self._pool, draft, session, fetch)
        return replace(session, media=brought) if isinstance(brought, tuple) else brought

    async def publish(self, draft: Draft, session: Session) -> Outcome:
        """One call. A first 401 asks for another `prepare`, which refreshes; a second gives up."""
        if session.account_id != draft.account_id:
            return Refused(Reason.WRONG_ACCOUNT, session.account_id)
        if len(session.media) != len(draft.pictures):
            return Refused(Reason.PICTURE, "its picture was not brought to X")
        outcome = await publish.publish(self._pool, draft, session)
        if isinstance(outcome, Postponed) and outcome.detail == publish.TURNED_AWAY:
            token = session.headers["Authorization"].removeprefix("Bearer ")
            if self._turned_away.setdefault(draft.account_id, token) != token:
                return Refused(Reason.RECONNECT, publish.TURNED_AWAY)
        if isinstance(outcome, Published):
            self._turned_away.pop(draft.account_id, None)
        return outcome

    async def look_at(self, draft: Draft, session: Session) -> Seen:
        """As X calls it today."""
        del draft
        answer = await call(self._pool, "GET", f"{self._host}/2/users/me", headers=session.headers)
        if not isinstance(answer, Reply):
            return Seen()
        data = answer.json().get("data")
        name = str(data.get("username", "")) if isinstance(data, dict) else ""
        return Seen(name, date_of(answer))

    async def read_back(self, draft: Draft, session: Session, since: datetime) -> Sighting:
        """Look in the account's own timeline."""
        return await read_back.read_back(self._pool, draft, session, since)

    async def pin(self, session: Session, post_id: str, line: str) -> Pinned | Refused | Postponed:
        """X lets no program do that."""
        del session, post_id, line
        return Refused(Reason.OTHER, "X lets no program pin a post")

    async def whereabouts(self, account_id: str) -> Whereabouts | None:
        """X tells nobody but the account itself."""
        del account_id
        return None

    async def give_back(self, secret: Secret) -> bool:
        """Revoke both tokens; a rehearsal's secret has none."""
        return await revoke(self._pool, self._host, self._client, secret)

    async def _checked(self, draft: Draft, secret: Secret) -> Session | Refused | Postponed | None:
        """A session whose token really is the pinned account's; None when X turns it away."""
        headers = {"Authorization": f"Bearer {secret['access_token']}"}
        answer = await call(self._pool, "GET", f"{self._host}/2/users/me", headers=headers)
        match answer:
            case Reply(200):
                data = answer.json().get("data")
                account_id = str(data.get("id")) if isinstance(data, dict) else "nobody"
                if account_id != draft.account_id:
                    return Refused(Reason.WRONG_ACCOUNT, account_id)
                return Session(account_id, self._host, headers)
            case Reply(401):
                return None
            case Reply(402 | 403):
                return self._barred(problem(answer))
            case Reply(429):
                return Postponed(wait_asked(answer), "rate limit")
            case Reply(status):
                return Postponed(_SOON, f"asking whose token it is: {status}")
            case NeverLeft(detail) | PerhapsLeft(detail):
                return Postponed(_SOON, detail)

    @staticmethod
    def _barred(said: XProblem) -> Refused:
        if said.suspended:
            return Refused(Reason.SUSPENDED, str(said))
        return Refused(Reason.APP if said.of_the_app else Reason.OTHER, str(said))

    def _is_fresh(self, secret: Secret) -> bool:
        ends = secret.get("expires_at")
        return isinstance(ends, str) and datetime.fromisoformat(ends) - self._clock() > _FRESH

    @property
    def _pool(self) -> aiohttp.ClientSession:
        if self._open_pool is None:
            raise RuntimeError("use it as `async with`")
        return self._open_pool
