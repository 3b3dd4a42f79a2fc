"""From a handle or DID to the account: fixed hosts first, guarded addresses for the rest."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from coalition.networks import addresses
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.identity import is_did, is_handle
from coalition.networks.wire import Reply, call

UNKNOWN_HANDLE = (
    "handle.invalid"  # what the network itself shows when handle and DID don't name each other
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the DID document says, with a handle that points back."""

    did: str
    handle: str
    host: str


class UnresolvedError(Exception):
    """Could not be found out; `again` when a later try may do better."""

    def __init__(self, detail: str, *, again: bool) -> None:
        super().__init__(detail)
        self.again = again


async def resolve_handle(pool: aiohttp.ClientSession, hosts: Hosts, handle: str) -> str:
    """The DID that a handle points to."""
    if not is_handle(handle):
        raise UnresolvedError(f"not a handle: {handle}", again=False)
    url = f"{hosts.api}/xrpc/com.atproto.identity.resolveHandle"
    found = await fetch(pool, url, {"handle": handle})
    did = str(found.get("did", ""))
    if not is_did(did):
        raise UnresolvedError(f"{handle} points to no account", again=False)
    return did


async def resolve(pool: aiohttp.ClientSession, hosts: Hosts, did: str) -> Identity:
    """The account's own host and handle, from its DID document."""
    document = await _document(pool, hosts, did)
    host = _host(document)
    if document.get("id") != did or not host:
        raise UnresolvedError(f"{did} names no host", again=False)
    try:
        addresses.check(host, hosts.private)
    except addresses.ForbiddenAddressError as error:
        raise UnresolvedError(str(error), again=False) from error
    return Identity(did, await _mutual_handle(pool, hosts, document, did), host)


async def _document(pool: aiohttp.ClientSession, hosts: Hosts, did: str) -> dict[str, Any]:
    if not is_did(did):
        raise UnresolvedError(f"not an identifier: {did}", again=False)
    if did.startswith("did:plc:"):
        return await fetch(pool, f"{hosts.plc}/{did}")
    url = f"https://{did.removeprefix('did:web:').replace('%3A', ':')}/.well-known/did.json"
    try:
        addresses.check(url, hosts.private)
    except addresses.ForbiddenAddressError as error:
        raise UnresolvedError(str(error), again=False) from error
    return await fetch(pool, url)


async def fetch(
    pool: aiohttp.ClientSession, url: str, params: dict[str, str] | None = None
) -> dict[str, Any]:
    """A public document; `UnresolvedError` says whether a later try may do better."""
    match await call(pool, "GET", url, params=params):
        case Reply(200) as reply:
            return reply.json()
        case Reply(429):
            raise UnresolvedError(f"{url}: rate limit", again=True)
        case Reply() as reply if reply.blames_us:
            raise UnresolvedError(f"{url} answers {reply.status}", again=False)
        case other:
            raise UnresolvedError(f"{url}: {other}", again=True)


def _host(document: dict[str, Any]) -> str:
    for service in _listed(document.get("service")):
        if (
            isinstance(service, dict)
            and str(service.get("id", "")).endswith("#atproto_pds")
            and service.get("type") == "AtprotoPersonalDataServer"
        ):
            return str(service.get("serviceEndpoint", "")).rstrip("/")
    return ""


async def names_of(pool: aiohttp.ClientSession, hosts: Hosts, did: str) -> list[str]:
    """The names that an account itself says it has; no other service is asked."""
    document = await _document(pool, hosts, did)
    if document.get("id") != did:
        raise UnresolvedError(f"{did} has no document of its own", again=False)
    return _names(document)


def _names(document: dict[str, Any]) -> list[str]:
    names = _listed(document.get("alsoKnownAs"))
    return [str(name).removeprefix("at://").lower() for name in names]


async def _mutual_handle(
    pool: aiohttp.ClientSession, hosts: Hosts, document: dict[str, Any], did: str
) -> str:
    handle = next(filter(is_handle, _names(document)), "")
    try:
        return (
            handle
            if handle and await resolve_handle(pool, hosts, handle) == did
            else UNKNOWN_HANDLE
        )
    except UnresolvedError as unresolved:
        if unresolved.again:
            raise
        return UNKNOWN_HANDLE


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
