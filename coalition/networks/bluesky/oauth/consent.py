"""The way to a person's own server and back: asking, and what the answer must be to be believed."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from coalition.networks.addresses import PublicResolver
from coalition.networks.bluesky import resolve
from coalition.networks.bluesky.connect import Connected
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.identity import tidy
from coalition.networks.bluesky.oauth import tokens
from coalition.networks.bluesky.oauth.client import BROAD, NARROW, PINNING, Client, key_from
from coalition.networks.bluesky.oauth.form import Line
from coalition.networks.bluesky.oauth.proof import Proofs
from coalition.networks.bluesky.oauth.server import Server, discover
from coalition.networks.bluesky.session import SignInRefusal
from coalition.networks.outcome import Postponed, Reason, Refused
from coalition.networks.wire import Limits, NeverLeft, PerhapsLeft, Reply, open_pool, wait_asked

_PATIENCE = Limits(connect=5, answer=10, connections=4)
_SOON = 5.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Where to send the person, and what the answer is compared with; nothing here is secret."""

    address: str
    details: dict[str, str]


def new_keys(seed: bytes) -> tuple[str, EllipticCurvePrivateKey]:
    """The PKCE verifier and the DPoP key that a seed stands for: neither is kept anywhere."""
    return _b64(hmac.digest(seed, b"verifier", hashlib.sha256)), key_from(seed, "dpop")


async def ask(
    handle_or_did: str,
    *,
    state: str,
    seed: bytes,
    client: Client,
    hosts: Hosts,
    pinning: bool = False,
) -> Asked | Refused | Postponed:
    """Find the account's own server and tell it who will come, and for what."""
    async with open_pool(_PATIENCE, resolver=PublicResolver(hosts.private)) as pool:
        try:
            name = tidy(handle_or_did)
            did = (
                name if name.startswith("did:") else await resolve.resolve_handle(pool, hosts, name)
            )
            found = await resolve.resolve(pool, hosts, did)
            server = await discover(pool, hosts, found.host)
        except resolve.UnresolvedError as unresolved:
            return _unresolved(unresolved)
        line = Line(pool, client, Proofs(new_keys(seed)[1]))
        form = _request(client, state, seed, hint=found.did)
        pushed = await _push(line, server, {**form, "scope": PINNING if pinning else NARROW})
        if isinstance(pushed, Refused) and pushed.detail == "invalid_scope" and server.knows_broad:
            pushed = await _push(line, server, {**form, "scope": BROAD})
    if not isinstance(pushed, str):
        return pushed
    address = f"{server.authorize}?{urlencode({'client_id': client.id, 'request_uri': pushed})}"
    details = {
        "did": found.did,
        "handle": found.handle,
        "host": found.host,
        "issuer": server.issuer,
        "token_endpoint": server.token,
        "revocation_endpoint": server.revoke,
        "client_key": client.newest,
    }
    return Asked(address, details)


async def answer(
    asked: Mapping[str, str], *, code: str, issuer: str, seed: bytes, client: Client, hosts: Hosts
) -> Connected | Refused | Postponed:
    """Believe an answer only from the server that was asked, and only for this account."""
    if issuer != asked["issuer"]:
        return Refused(Reason.OTHER, f"answered by {issuer}, not by {asked['issuer']}")
    verifier, key = new_keys(seed)
    kept = {name: asked[name] for name in _KEPT}
    kept["dpop_key"] = f"{key.private_numbers().private_value:x}"
    async with open_pool(_PATIENCE, resolver=PublicResolver(hosts.private)) as pool:
        granted = await tokens.exchange(Line(pool, client, Proofs(key)), kept, code, verifier)
        if not isinstance(granted, tokens.Granted):
            return granted
        secret = tokens.as_secret(granted, kept)
        if granted.did != asked["did"]:
            await tokens.revoke(pool, client, secret)
            return Refused(Reason.WRONG_ACCOUNT, await _name_of(pool, hosts, granted.did))
        try:  # ten minutes may have passed: is this server still the account's own?
            found = await resolve.resolve(pool, hosts, granted.did)
            server = await discover(pool, hosts, found.host)
        except resolve.UnresolvedError as unresolved:
            await tokens.revoke(pool, client, secret)
            return _unresolved(unresolved)
        if server.issuer != issuer or found.host != asked["host"]:
            await tokens.revoke(pool, client, secret)
            return Refused(Reason.OTHER, f"{found.did} is not at {issuer} any more")
    return Connected(found.did, found.handle, found.host, secret)


_KEPT: Final = ("host", "issuer", "token_endpoint", "revocation_endpoint", "client_key")


def _request(client: Client, state: str, seed: bytes, *, hint: str) -> dict[str, str]:
    verifier = new_keys(seed)[0]
    return {
        "response_type": "code",
        "redirect_uri": client.callback,
        "code_challenge": _b64(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
        "state": state,
        "login_hint": hint,
    }


async def _push(line: Line, server: Server, form: Mapping[str, str]) -> str | Refused | Postponed:
    asked = {"issuer": server.issuer, "client_key": line.client.newest}
    match await line.post(server.par, form, asked):
        case Reply(200 | 201) as reply if isinstance(reply.json().get("request_uri"), str):
            return str(reply.json()["request_uri"])
        case Reply(429) as reply:
            return Postponed(wait_asked(reply), "rate limit on asking")
        case Reply() as reply if reply.blames_us:
            return Refused(Reason.APP, str(reply.json().get("error", reply.status)))
        case Reply(status):
            return Postponed(_SOON, f"asking: {status}")
        case NeverLeft(detail) | PerhapsLeft(detail):
            return Postponed(_SOON, detail)


async def _name_of(pool: aiohttp.ClientSession, hosts: Hosts, did: str) -> str:
    """How a person knows that account; its identifier when nothing better can be found."""
    try:
        handle = (await resolve.resolve(pool, hosts, did)).handle
    except resolve.UnresolvedError:
        return did
    return did if handle == resolve.UNKNOWN_HANDLE else handle


def _unresolved(unresolved: resolve.UnresolvedError) -> Refused | Postponed:
    if unresolved.again:
        return Postponed(_SOON, str(unresolved))
    return Refused(Reason.OTHER, SignInRefusal.NO_SUCH_ACCOUNT)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
