"""Whether anybody can read a post: asked of its account's own host, without a sign-in."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import aiohttp

from coalition.networks.addresses import PublicResolver
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.identity import is_did
from coalition.networks.bluesky.record import COLLECTION
from coalition.networks.bluesky.resolve import UnresolvedError, resolve
from coalition.networks.wire import Limits, Reply, call, open_pool


async def which_are_there(uris: Sequence[str], hosts: Hosts) -> Mapping[str, bool]:
    """Of each that could be asked about, whether it is there; nobody's silence says anything."""
    resolver = PublicResolver(hosts.private, server=hosts.dns)
    async with open_pool(Limits(connections=10), resolver=resolver) as pool:
        answers = await asyncio.gather(*(_ask(pool, hosts, uri) for uri in uris))
    return {uri: there for uri, there in zip(uris, answers, strict=True) if there is not None}


async def _ask(pool: aiohttp.ClientSession, hosts: Hosts, uri: str) -> bool | None:
    did, _, key = uri.removeprefix("at://").partition(f"/{COLLECTION}/")
    if not is_did(did) or not key:
        return None
    try:
        host = (await resolve(pool, hosts, did)).host
    except UnresolvedError:
        return None
    where = {"repo": did, "collection": COLLECTION, "rkey": key}
    answer = await call(pool, "GET", f"{host}/xrpc/com.atproto.repo.getRecord", params=where)
    if not isinstance(answer, Reply):
        return None
    match answer.status, answer.json():
        case HTTPStatus.OK, {"uri": str(found)} if found == uri:
            return True
        case HTTPStatus.BAD_REQUEST, {"error": "RecordNotFound"}:
            return False
        case _:
            return None
