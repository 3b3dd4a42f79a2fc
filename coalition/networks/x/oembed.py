"""Whose a post is: X takes any name in a post's address, and tells the true one here."""

import re
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from coalition.networks.wire import Limits, Reply, call, open_pool
from coalition.networks.x.identity import post_url
from coalition.networks.x.sight import NotShown, Shown, Sight, Silent

HOSTS: Final = ("https://publish.x.com", "https://publish.twitter.com")
_PATIENCE = Limits(connect=2, answer=3, connections=1)
_MOST = 1 << 16
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.GONE})


async def look_at(handle: str, post_id: str, *, host: str = HOSTS[0]) -> Sight:
    """Ask whose it is. No key, no account; only X's own hosts are asked, one step on at most."""
    async with open_pool(_PATIENCE) as pool:
        url, params = f"{host}/oembed", {"url": post_url(handle, post_id), "omit_script": "1"}
        answer = await call(pool, "GET", url, params=params, most=_MOST)
        onward = answer.headers.get("Location", "") if isinstance(answer, Reply) else ""
        if onward and onward.startswith(tuple(f"{one}/oembed" for one in (host, *HOSTS))):
            answer = await call(pool, "GET", onward, most=_MOST)
    match answer:
        case Reply(HTTPStatus.OK) as reply:
            return _author(reply)
        case Reply(status) if status in _GONE:
            return NotShown()
        case Reply(status):
            return Silent(f"HTTP {status}")
        case _:
            return Silent(answer.detail)


def _author(reply: Reply) -> Sight:
    address = reply.json().get("author_url")
    try:
        path = urlsplit(address if isinstance(address, str) else "").path
    except ValueError:
        path = ""
    name = path.strip("/")
    return Shown(name) if _HANDLE.fullmatch(name) else Silent("an answer without an author")
