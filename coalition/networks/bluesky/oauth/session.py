"""A session from sealed tokens: kept while fresh, renewed under a sole right when not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import aiohttp

from coalition.networks.bluesky.oauth import tokens
from coalition.networks.bluesky.oauth.client import Client
from coalition.networks.bluesky.oauth.proof import Proofs
from coalition.networks.bluesky.status import not_active
from coalition.networks.network import (
    Alone,
    Draft,
    Keep,
    Secret,
    Session,
    SupersededError,
)
from coalition.networks.outcome import Postponed, Reason, Refused
from coalition.networks.wire import NeverLeft, PerhapsLeft, Reply, wait_asked

FRESH: Final = timedelta(minutes=20)  # what is left of a token must reach past T and its window
_SOON: Final = 5.0


@dataclass(frozen=True, slots=True)
class Safe:
    """Where the account's secret is kept, and how one renews it alone."""

    keep: Keep
    alone: Alone


async def open_granted(
    pool: aiohttp.ClientSession, client: Client, draft: Draft, secret: Secret, safe: Safe
) -> Session | Refused | Postponed:
    """One call says whether the kept token still opens; only a no, or its age, renews it."""
    did = draft.account_id
    if datetime.fromisoformat(str(secret["expires_at"])) - datetime.now(UTC) > FRESH:
        opened = await _open(pool, did, secret)
        if opened is not None:
            return opened
    async with safe.alone() as found:
        newest = found or secret
        if newest.get("kind") != tokens.KIND:
            return Postponed(0, "connected anew, in another way")
        renewed: Secret | Refused | Postponed = newest
        if newest["refresh_token"] == secret["refresh_token"]:
            renewed = await _renew(pool, client, did, newest, safe.keep)
    if isinstance(renewed, Refused | Postponed):
        return renewed
    opened = await _open(pool, did, renewed)
    return opened or Refused(Reason.RECONNECT, "a new token that opens nothing")


async def _renew(
    pool: aiohttp.ClientSession, client: Client, did: str, secret: Secret, keep: Keep
) -> Secret | Refused | Postponed:
    granted = await tokens.renew(pool, client, secret)
    if not isinstance(granted, tokens.Granted):
        return granted
    renewed = tokens.as_secret(granted, secret)
    try:
        await keep(renewed)
    except SupersededError:
        await tokens.revoke(pool, client, renewed)
        return Postponed(0, "connected anew while we renewed it")
    return renewed if granted.did == did else Refused(Reason.WRONG_ACCOUNT, granted.did)


async def _open(
    pool: aiohttp.ClientSession, did: str, secret: Secret
) -> Session | Refused | Postponed | None:
    """None when the token is turned away; it also fetches the host's nonce, and warms the line."""
    proofs, host, token = tokens.proofs_of(secret), str(secret["host"]), str(secret["access_token"])
    url = f"{host}/xrpc/com.atproto.server.getSession"
    match await proofs.call(pool, "GET", url, token=token):
        case Reply(200) as reply:
            return _judge(reply.json(), did) or _session(did, host, token, proofs)
        case Reply(429) as reply:
            return Postponed(wait_asked(reply), "rate limit on asking whose token it is")
        case Reply(400 | 401 | 403) as reply:
            return not_active(reply.json())
        case Reply(status):
            return Postponed(_SOON, f"asking whose token it is: {status}")
        case NeverLeft(detail) | PerhapsLeft(detail):
            return Postponed(_SOON, detail)


def _judge(said: Mapping[str, object], did: str) -> Refused | None:
    if said.get("did") != did:
        return Refused(Reason.WRONG_ACCOUNT, str(said.get("did")))
    return not_active(said)


def _session(did: str, host: str, token: str, proofs: Proofs) -> Session:
    return Session(did, host, {"Authorization": f"DPoP {token}"}, proofs)
