"""Getting tokens, new ones for old, and giving them back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from coalition.networks.bluesky.oauth.client import Client, allows_posting
from coalition.networks.bluesky.oauth.form import Line
from coalition.networks.bluesky.oauth.proof import Proofs
from coalition.networks.network import Secret
from coalition.networks.outcome import Postponed, Reason, Refused
from coalition.networks.wire import Call, NeverLeft, PerhapsLeft, Reply, wait_asked

KIND: Final = "oauth"
_SOON = 5.0
_LIFE_SECONDS = 300  # of a token that does not say how long it lives
NOT_ENOUGH: Final = "not allowed to post"
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Granted:
    """What a token endpoint hands out."""

    did: str
    scope: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends: datetime


def proofs_of(secret: Secret) -> Proofs:
    """By the key that this account's tokens are bound to."""
    return Proofs(derive_private_key(int(str(secret["dpop_key"]), 16), SECP256R1()))


async def exchange(
    line: Line, asked: Mapping[str, Any], code: str, verifier: str
) -> Granted | Refused | Postponed:
    """The first tokens, for the code that the person came back with."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": line.client.callback,
        "code_verifier": verifier,
    }
    return _granted(await line.post(str(asked["token_endpoint"]), form, asked))


async def renew(
    pool: aiohttp.ClientSession, client: Client, secret: Secret
) -> Granted | Refused | Postponed:
    """New tokens. The refresh token is good once: hold the sole right to use it up."""
    if str(secret.get("client_key")) not in client.keys:
        return Refused(Reason.RECONNECT, "made with a key that we have no more")
    form = {"grant_type": "refresh_token", "refresh_token": str(secret["refresh_token"])}
    line = Line(pool, client, proofs_of(secret))
    return _granted(await line.post(str(secret["token_endpoint"]), form, secret))


async def revoke(pool: aiohttp.ClientSession, client: Client, secret: Secret) -> bool:
    """Give the session back; whether its server said that it is gone."""
    address = str(secret.get("revocation_endpoint", ""))
    if not address or str(secret.get("client_key")) not in client.keys:
        return True  # there is nobody to tell
    line = Line(pool, client, proofs_of(secret))
    answer = await line.post(address, {"token": str(secret["refresh_token"])}, secret)
    return isinstance(answer, Reply) and (answer.status == _OK or _error(answer) == "invalid_grant")


def as_secret(granted: Granted, asked: Mapping[str, Any]) -> Secret:
    """What is to be sealed: `asked` holds all that stays the same from one refresh to the next."""
    return {
        **asked,
        "kind": KIND,
        "scope": granted.scope,
        "access_token": granted.access,
        "refresh_token": granted.refresh,
        "expires_at": granted.ends.isoformat(),
    }


def _granted(answer: Call) -> Granted | Refused | Postponed:
    match answer:
        case Reply(200):
            return _read(answer.json())
        case Reply(429):
            return Postponed(wait_asked(answer), "rate limit on tokens")
        case Reply(status):
            why = answer.json().get("error_description", "")
            detail = f"tokens: {status} {_error(answer)} {why}".strip()
            if _error(answer) == "invalid_grant":
                return Refused(Reason.RECONNECT, detail)
            return Postponed(_SOON, detail)  # it may be unable to read our page just now
        case NeverLeft(detail) | PerhapsLeft(detail):
            return Postponed(_SOON, detail)  # if it was used up on the way, the next try says so


def _read(said: Mapping[str, Any]) -> Granted | Refused:
    texts = [said.get(name) for name in ("sub", "scope", "access_token", "refresh_token")]
    if said.get("token_type") != "DPoP" or not all(isinstance(one, str) and one for one in texts):
        return Refused(Reason.OTHER, "an answer without the tokens that we need")
    did, scope, access, refresh = map(str, texts)
    if not allows_posting(scope):
        return Refused(Reason.OTHER, NOT_ENOUGH)
    life = said.get("expires_in")
    ends = datetime.now(UTC) + timedelta(seconds=life if isinstance(life, int) else _LIFE_SECONDS)
    return Granted(did, scope, access, refresh, ends)


def _error(reply: Reply) -> str:
    return str(reply.json().get("error", ""))
