"""Signing in with an app password, and knowing a password that we must not hold."""

import base64
import binascii
import json
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import aiohttp

from coalition.networks.bluesky.status import NOT_ACTIVE, not_active
from coalition.networks.network import Keep, Secret, Session
from coalition.networks.outcome import Postponed, Reason, Refused
from coalition.networks.wire import NeverLeft, PerhapsLeft, Reply, call, wait_asked

_FRESH_SECONDS = (
    20 * 60
)  # access tokens live two hours; what is left must reach past T and its window
_SOON = 5.0


class SignInRefusal(StrEnum):
    """The `detail` of a refused sign-in."""

    WRONG_PASSWORD = "wrong password"  # noqa: S105 - a name, not a password
    MAIN_PASSWORD = "main password"  # noqa: S105 - it opens everything: we never hold it
    PRIVILEGED_PASSWORD = "privileged app password"  # noqa: S105 - it reads private messages
    OTHER_ACCOUNT = "other account"
    NOT_ACTIVE = NOT_ACTIVE
    NO_SUCH_ACCOUNT = "no such account"


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair as createSession and refreshSession hand it out."""

    access: str
    refresh: str


async def open_session(
    pool: aiohttp.ClientSession, did: str, secret: Secret, keep: Keep
) -> Session | Refused | Postponed:
    """Sign in as `did` at `secret["host"]`; a kept session serves while it is fresh."""
    host = str(secret["host"])
    kept = str(secret.get("access_jwt", ""))
    if (
        kept
        and _judge(kept, did) is None
        and _is_fresh(kept)
        and await _still_opens(pool, host, kept)
    ):
        return _session(did, host, kept)
    tokens: Tokens | Refused | Postponed | None = None
    if refresh := str(secret.get("refresh_jwt", "")):
        tokens = await _refresh(pool, host, did, refresh)
    if tokens is None:
        tokens = await sign_in(pool, host, did, str(secret["password"]))
    if not isinstance(tokens, Tokens):
        return tokens
    await keep({**secret, "access_jwt": tokens.access, "refresh_jwt": tokens.refresh})
    return _session(did, host, tokens.access)


async def sign_in(
    pool: aiohttp.ClientSession, host: str, did: str, password: str
) -> Tokens | Refused | Postponed:
    """A new session from the password, always by DID: a handle may have moved to somebody else."""
    body = json.dumps({"identifier": did, "password": password}).encode()
    reply = await _post(pool, host, "createSession", {"Content-Type": "application/json"}, body)
    if isinstance(reply, Postponed):
        return reply
    return _tokens(reply, did)


def _tokens(reply: Reply, did: str) -> Tokens | Refused | Postponed:
    answer = reply.json()
    error = str(answer.get("error", ""))
    match reply.status, error:
        case 200, _:
            return _opened(answer, did)
        case _ if refused := not_active(answer):
            return refused
        case _, "AuthFactorTokenRequired":  # only main passwords are asked for a second factor
            return Refused(Reason.RECONNECT, SignInRefusal.MAIN_PASSWORD)
        case 401, _:
            return Refused(Reason.RECONNECT, SignInRefusal.WRONG_PASSWORD)
        case 400, _:
            return Refused(Reason.RECONNECT, error)
        case _:
            return Postponed(_SOON, f"signing in: {reply.status} {error}")


def _opened(answer: dict[str, Any], did: str) -> Tokens | Refused:
    if refused := not_active(answer):
        return refused
    if answer.get("did") != did:
        return Refused(Reason.WRONG_ACCOUNT, SignInRefusal.OTHER_ACCOUNT)
    tokens = Tokens(str(answer.get("accessJwt", "")), str(answer.get("refreshJwt", "")))
    return _judge(tokens.access, did) or tokens


async def _refresh(
    pool: aiohttp.ClientSession, host: str, did: str, refresh: str
) -> Tokens | Postponed | None:
    """A new pair from the kept one; None when only the password helps."""
    reply = await _post(pool, host, "refreshSession", {"Authorization": f"Bearer {refresh}"})
    if isinstance(reply, Postponed):
        return reply
    tokens = _tokens(reply, did)
    return None if isinstance(tokens, Refused) else tokens


async def end(pool: aiohttp.ClientSession, secret: Secret) -> bool:
    """End the session that a password opened; whether it is gone. There may never have been one."""
    refresh, host = str(secret.get("refresh_jwt") or ""), str(secret.get("host") or "")
    if not refresh or not host:
        return True
    url = f"{host}/xrpc/com.atproto.server.deleteSession"
    answer = await call(pool, "POST", url, headers={"Authorization": f"Bearer {refresh}"})
    return isinstance(answer, Reply) and answer.status in {200, 400, 401}


async def _still_opens(pool: aiohttp.ClientSession, host: str, access: str) -> bool:
    """One cheap call: it finds a revoked session before T, and leaves a warm connection."""
    url = f"{host}/xrpc/com.atproto.server.getSession"
    match await call(pool, "GET", url, headers={"Authorization": f"Bearer {access}"}):
        case Reply(200) as reply:
            return reply.json().get("active") is not False
        case _:
            return False


async def _post(
    pool: aiohttp.ClientSession,
    host: str,
    method: Literal["createSession", "refreshSession"],
    headers: dict[str, str],
    body: bytes | None = None,
) -> Reply | Postponed:
    match await call(
        pool, "POST", f"{host}/xrpc/com.atproto.server.{method}", headers=headers, body=body
    ):
        case Reply(429) as reply:
            return Postponed(wait_asked(reply), "rate limit on signing in")
        case Reply() as reply:
            return reply
        case NeverLeft(detail) | PerhapsLeft(detail):
            return Postponed(
                _SOON, detail
            )  # a sign-in may be repeated: nothing becomes public by it


def _judge(access: str, did: str) -> Refused | None:
    claims = _claims(access)
    match claims.get("scope"):
        case "com.atproto.appPass":
            pass
        case "com.atproto.appPassPrivileged":
            return Refused(Reason.RECONNECT, SignInRefusal.PRIVILEGED_PASSWORD)
        case "com.atproto.access":
            return Refused(Reason.RECONNECT, SignInRefusal.MAIN_PASSWORD)
        case other:
            return Refused(Reason.RECONNECT, f"a session with the scope {other}")
    if claims.get("sub") != did:
        return Refused(Reason.WRONG_ACCOUNT, SignInRefusal.OTHER_ACCOUNT)
    return None


def _is_fresh(access: str) -> bool:
    ends = _claims(access).get("exp")
    return isinstance(ends, int) and ends - time.time() > _FRESH_SECONDS


def _claims(token: str) -> dict[str, Any]:
    """What a token says of itself; the host that gave it is the one that checks its signature."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}


def _session(did: str, host: str, access: str) -> Session:
    return Session(did, host, {"Authorization": f"Bearer {access}"})
