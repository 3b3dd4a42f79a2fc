"""Lists and starter packs: records of one account, read and written at its own host alone."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Literal, Self

import aiohttp

from coalition.networks import addresses
from coalition.networks.addresses import PublicResolver
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.session import open_session
from coalition.networks.network import Keep, Secret, Session
from coalition.networks.outcome import Postponed, Refused
from coalition.networks.wire import Call, Limits, Reply, call, open_pool, wait_asked

LIST: Final = "app.bsky.graph.list"
ITEM: Final = "app.bsky.graph.listitem"
PACK: Final = "app.bsky.graph.starterpack"
FOLLOWING: Final = "app.bsky.graph.defs#curatelist"
OF_A_PACK: Final = "app.bsky.graph.defs#referencelist"

MOST_IN_A_PACK: Final = 150
MOST_WRITES: Final = 200
"""In one call, which is done whole or not at all."""
LEFT_FOR_POSTS: Final = 1000
"""Of what the host lets the account write in an hour: its announcement must never wait for us."""

_ALPHABET: Final = "234567abcdefghijklmnopqrstuvwxyz"
_LONG_AGO: Final = 1_136_073_600_000_000 << 10  # 2006, in a TID's microseconds
_KEY_BITS: Final = 59  # reaches eighteen years further: never into the future
_LIST_NAME_BYTES: Final = 64
_PACK_NAME: Final = 50
_DESCRIPTION: Final = 300
_PAGES: Final = 500
_SOON: Final = 60.0
_FINE: Final = 200
_TOO_MANY: Final = 429

type Value = dict[str, Any]


class NotNowError(Exception):
    """The host did not take it: again after `seconds`, or only once a person has looked."""

    def __init__(self, detail: str, *, seconds: float = _SOON, person: bool = False) -> None:
        super().__init__(detail)
        self.seconds = seconds
        self.person = person


@dataclass(frozen=True, slots=True)
class Write:
    """One record to be made, changed, or (without a value) taken away."""

    collection: str
    key: str
    value: Mapping[str, Any] | None = None
    stands: bool = False

    def as_json(self) -> Value:
        """How applyWrites wants it."""
        verb = "delete" if self.value is None else "update" if self.stands else "create"
        found: Value = {
            "$type": f"com.atproto.repo.applyWrites#{verb}",
            "collection": self.collection,
            "rkey": self.key,
        }
        return found if self.value is None else {**found, "value": dict(self.value)}


class Shelf:
    """The lists of one account, signed in: `async with Shelf(…) as shelf`."""

    def __init__(
        self, hosts: Hosts, did: str, secret: Secret, keep: Keep, limits: Limits | None = None
    ) -> None:
        self._hosts, self._did, self._secret, self._keep = hosts, did, secret, keep
        self._limits = limits or Limits(connections=4)

    async def __aenter__(self) -> Self:
        self._pool: aiohttp.ClientSession = open_pool(
            self._limits, resolver=PublicResolver(self._hosts.private)
        )
        try:
            self._session = await self._sign_in()
        except BaseException:
            await self._pool.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._pool.close()

    async def _sign_in(self) -> Session:
        if not (self._secret.get("host") and self._secret.get("password")):
            raise NotNowError("no app password is kept for this account", person=True)
        try:
            addresses.check(str(self._secret["host"]), self._hosts.private)
        except addresses.ForbiddenAddressError as error:
            raise NotNowError(str(error), person=True) from error
        opened = await open_session(self._pool, self._did, self._secret, self._keep)
        match opened:
            case Session():
                return opened
            case Postponed(seconds, detail):
                raise NotNowError(detail, seconds=seconds)
            case Refused(_reason, detail):
                raise NotNowError(detail, person=True)

    async def records(self, collection: str) -> dict[str, Value]:
        """Every record of a collection by its key."""
        found: dict[str, Value] = {}
        query = {"repo": self._did, "collection": collection, "limit": "100"}
        for _ in range(_PAGES):
            url = f"{self._session.host}/xrpc/com.atproto.repo.listRecords"
            answer = (await self._call("GET", url, params=query)).json()
            page = answer.get("records")
            if not isinstance(page, list):
                raise NotNowError("a page that holds no records")
            found |= {str(one["uri"]).rsplit("/", 1)[-1]: one["value"] for one in page}
            if not page or not answer.get("cursor"):
                return found
            query["cursor"] = str(answer["cursor"])
        raise NotNowError("more pages than there can be", seconds=3600)

    async def write(self, writes: Sequence[Write]) -> None:
        """All of it, in calls that are each done whole or not at all; some room always stays."""
        for start in range(0, len(writes), MOST_WRITES):
            batch = writes[start : start + MOST_WRITES]
            body = {"repo": self._did, "validate": True, "writes": [one.as_json() for one in batch]}
            url = f"{self._session.host}/xrpc/com.atproto.repo.applyWrites"
            reply = await self._call("POST", url, body=json.dumps(body).encode())
            room = reply.headers.get("RateLimit-Remaining", "")
            more = start + MOST_WRITES < len(writes)
            if more and room.isdigit() and int(room) < LEFT_FOR_POSTS:
                raise NotNowError(
                    "the rest waits: room is left for posts", seconds=wait_asked(reply)
                )

    async def _call(
        self,
        method: Literal["GET", "POST"],
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """Once. Whatever is lost here ends the turn: the next one reads again what stands."""
        headers = {**self._session.headers, "Content-Type": "application/json"}
        if body is None:
            headers = dict(self._session.headers)
        return _good(await call(self._pool, method, url, headers=headers, params=params, body=body))


def _good(answer: Call) -> Reply:
    """A 200, and nothing else."""
    if not isinstance(answer, Reply):
        raise NotNowError(answer.detail)
    if answer.status == _FINE:
        return answer
    told = answer.json()
    detail = f"{answer.status} {told.get('error', '')}: {told.get('message', '')}"[:300]
    if answer.status == _TOO_MANY:
        raise NotNowError(detail, seconds=wait_asked(answer))
    again = not answer.blames_us or told.get("error") in {"ExpiredToken", "InvalidSwap"}
    raise NotNowError(detail, person=not again)


def record_key(*parts: str) -> str:
    """The same key for the same parts: what is made again lands on what stands there already.

    It is a TID, as these collections ask, from a time long past.
    """
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    number = _LONG_AGO + (int.from_bytes(digest[:8]) >> (64 - _KEY_BITS))
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def uri(did: str, collection: str, key: str) -> str:
    """The at:// address of a record."""
    return f"at://{did}/{collection}/{key}"


def list_url(did: str, key: str) -> str:
    """A list as people see it."""
    return f"https://bsky.app/profile/{did}/lists/{key}"


def pack_url(did: str, key: str) -> str:
    """A starter pack as people see it."""
    return f"https://bsky.app/starter-pack/{did}/{key}"


def list_words(name: str, description: str) -> Value:
    """What a list says, cut to what fits."""
    cut = name
    while len(cut.encode()) > _LIST_NAME_BYTES:
        cut = cut[:-1]
        while len(f"{cut.rstrip()}…".encode()) > _LIST_NAME_BYTES:
            cut = cut[:-1]
        cut = f"{cut.rstrip()}…"
    return {"name": cut, "description": description[:_DESCRIPTION]}


def pack_words(name: str, description: str, number: int) -> Value:
    """What a starter pack says; from the second on it has its number."""
    tail = f" ({number})" if number > 1 else ""
    room = _PACK_NAME - len(tail)
    cut = name if len(name) <= room else f"{name[: room - 1].rstrip()}…"
    return {"name": cut + tail, "description": description[:_DESCRIPTION]}
