"""One HTTP call, told truthfully: an answer came, nothing left, or something may have left."""

import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Literal

import aiohttp
from aiohttp.abc import AbstractResolver

_MOST_BYTES = 1 << 20
_NEVER_LEFT = (
    aiohttp.ClientConnectorError,  # DNS, refused, TLS
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
_SHORTEST_WAIT = 1.0
_LONGEST_WAIT = 3600.0
_MOST_JITTER = 2.0


@dataclass(frozen=True, slots=True)
class Reply:
    """The other side's whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def blames_us(self) -> bool:
        """A 4xx: the other side understood enough to say no."""
        return HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    def json(self) -> dict[str, Any]:
        """The body's object; empty when the body is something else."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class NeverLeft:
    """No byte of the request went out."""

    detail: str


@dataclass(frozen=True, slots=True)
class PerhapsLeft:
    """The request went out, wholly or in part, and no whole answer came back."""

    detail: str


type Call = Reply | NeverLeft | PerhapsLeft


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for what, in seconds, and how many connections to hold."""

    connect: float = 5.0
    answer: float = 20.0
    connections: int = 200


def open_pool(
    limits: Limits, *, resolver: AbstractResolver | None = None, fresh: bool = False
) -> aiohttp.ClientSession:
    """One bounded pool. `fresh` opens a connection for each call: none can turn out closed."""
    # `connect` counts the wait for a free place too; a shorter `total` would hide where it ended
    timeout = aiohttp.ClientTimeout(
        total=2 * (limits.connect + limits.answer),
        connect=limits.connect + limits.answer,
        sock_connect=limits.connect,
        sock_read=limits.answer,
    )
    connector = aiohttp.TCPConnector(
        limit=limits.connections,
        force_close=fresh,
        resolver=resolver,
        ttl_dns_cache=300,
        happy_eyeballs_delay=None,
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"Accept-Encoding": "identity", "User-Agent": "leave-together"},
    )


async def call(
    pool: aiohttp.ClientSession,
    method: Literal["GET", "POST"],
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    body: bytes | None = None,
    most: int = _MOST_BYTES,
) -> Call:
    """Make the call once: no retry, no redirect, nothing raised for what the other side does.

    An answer of more than `most` bytes is cut off, and no answer.
    """
    try:
        async with pool.request(
            method, url, headers=headers, params=params, data=body, allow_redirects=False
        ) as response:
            content = await _read(response, most)
            return Reply(response.status, response.headers, content)
    except _NEVER_LEFT as error:
        return NeverLeft(_describe(error))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return PerhapsLeft(_describe(error))


def wait_asked(reply: Reply, default: float = 60.0) -> float:
    """How long the other side asks us to wait, by its own clock, and a little more."""
    asked = _retry_after(reply) or _until_reset(reply) or default
    return min(max(asked, _SHORTEST_WAIT), _LONGEST_WAIT) + random.uniform(0, _MOST_JITTER)  # noqa: S311 - no secret


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    content = b""
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > most:
            raise aiohttp.ClientPayloadError("an endless answer")
    return content


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _retry_after(reply: Reply) -> float | None:
    value = reply.headers.get("Retry-After", "")
    if value.isascii() and value.isdigit():
        return int(value)
    try:
        return parsedate_to_datetime(value).timestamp() - their_now(reply)
    except ValueError:
        return None


def _until_reset(reply: Reply) -> float | None:
    value = reply.headers.get("RateLimit-Reset") or reply.headers.get("x-rate-limit-reset") or ""
    return int(value) - their_now(reply) if value.isascii() and value.isdigit() else None


def their_now(reply: Reply) -> float:
    """What time the other side says it is, to the second."""
    try:  # our own clock may be hours off; both numbers then come from theirs
        return parsedate_to_datetime(reply.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()
