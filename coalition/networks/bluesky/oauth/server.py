"""From an account's host to the server that may sign its person in, every step checked."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from coalition.networks import addresses
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.resolve import UnresolvedError, fetch


@dataclass(frozen=True, slots=True)
class Server:
    """An authorization server: who it is, and where it takes what."""

    issuer: str
    par: str
    authorize: str
    token: str
    revoke: str
    knows_broad: bool  # it advertises the scope of before there were narrow ones


async def discover(pool: aiohttp.ClientSession, hosts: Hosts, host: str) -> Server:
    """The one server that the account's host names, which must name itself the same."""
    resource = await fetch(pool, f"{host}/.well-known/oauth-protected-resource")
    named = resource.get("authorization_servers")
    if resource.get("resource") != host or not isinstance(named, list) or len(named) != 1:
        raise UnresolvedError(f"{host} names no authorization server", again=False)
    issuer = str(named[0])
    _check(issuer, hosts)
    said = await fetch(pool, f"{issuer}/.well-known/oauth-authorization-server")
    if said.get("issuer") != issuer:
        raise UnresolvedError(f"{issuer} calls itself {said.get('issuer')}", again=False)
    if not _suits(said):
        raise UnresolvedError(f"{issuer} can't do what we need", again=False)
    par, authorize, token, revoke = (
        str(said.get(f"{name}_endpoint") or "")
        for name in ("pushed_authorization_request", "authorization", "token", "revocation")
    )
    for address in filter(None, (par, authorize, token, revoke)):
        _check(address, hosts)
    broad = "transition:generic" in _words(said, "scopes_supported")
    return Server(issuer, par, authorize, token, revoke, broad)


def _suits(said: dict[str, Any]) -> bool:
    """What the network's own rules ask of a server; we rely on each of these."""
    return (
        all(
            said.get(f"{name}_endpoint")
            for name in ("pushed_authorization_request", "authorization", "token")
        )
        and said.get("client_id_metadata_document_supported") is True
        and said.get("authorization_response_iss_parameter_supported") is True
        and "atproto" in _words(said, "scopes_supported")
        and "S256" in _words(said, "code_challenge_methods_supported")
        and "ES256" in _words(said, "dpop_signing_alg_values_supported")
        and "private_key_jwt" in _words(said, "token_endpoint_auth_methods_supported")
    )


def _check(address: str, hosts: Hosts) -> None:
    try:
        addresses.check(address, hosts.private)
    except addresses.ForbiddenAddressError as error:
        raise UnresolvedError(str(error), again=False) from error


def _words(said: dict[str, Any], name: str) -> list[Any]:
    value = said.get(name)
    return value if isinstance(value, list) else []
