"""The profile of an account: its pin and its words, changed beside everything else that it says.

Read, change two fields, and write only if nobody else wrote meanwhile: doing it again is harmless.
"""

import json
from typing import Any, Final

import aiohttp

from coalition.networks.bluesky.status import not_active
from coalition.networks.network import Session
from coalition.networks.outcome import Pinned, Postponed, Reason, Refused
from coalition.networks.text import graphemes
from coalition.networks.wire import Call, NeverLeft, PerhapsLeft, Reply, call, wait_asked

PROFILE: Final = "app.bsky.actor.profile"
KEY: Final = "self"
_LONGEST: Final = 256
_MOST_BYTES: Final = 2560
_SOON: Final = 5.0
_AGAIN: Final = {"InvalidSwap", "ExpiredToken", "invalid_token", "use_dpop_nonce"}

type Value = dict[str, Any]


async def pin(
    pool: aiohttp.ClientSession, session: Session, uri: str, line: str
) -> Pinned | Refused | Postponed:
    """Pin the post at `uri`, and add `line` to the description where there is room for it."""
    post = await _get(pool, session, *uri.removeprefix("at://").split("/")[1:])
    if not isinstance(post, dict):
        return post or Refused(Reason.OTHER, "the post is not there any more")
    found = await _get(pool, session, PROFILE, KEY)
    if isinstance(found, Refused | Postponed):
        return found
    before: Value = found["value"] if found else {"$type": PROFILE}
    after = {**before, "pinnedPost": {"uri": uri, "cid": post["cid"]}}
    words = with_line(str(before.get("description") or ""), line)
    if words is not None:
        after["description"] = words
    if after == before:
        return Pinned(worded=not line or words is not None)
    body = {
        "repo": session.account_id,
        "collection": PROFILE,
        "rkey": KEY,
        "record": after,
        "swapRecord": found["cid"] if found else None,
    }
    failed = _judge(await _put(pool, session, json.dumps(body).encode()))
    return failed or Pinned(worded=not line or words is not None)


def with_line(description: str, line: str) -> str | None:
    """The description with this line at its end; None where nothing is to change, or no room is."""
    if not line:
        return None
    if line in description.splitlines():
        return description
    whole = f"{description.rstrip()}\n\n{line}".strip()
    fits = graphemes(whole) <= _LONGEST and len(whole.encode()) <= _MOST_BYTES
    return whole if fits else None


async def _get(
    pool: aiohttp.ClientSession, session: Session, collection: str, key: str
) -> Value | Refused | Postponed | None:
    """A record with its name; None where none stands."""
    where = {"repo": session.account_id, "collection": collection, "rkey": key}
    url = f"{session.host}/xrpc/com.atproto.repo.getRecord"
    match await call(pool, "GET", url, params=where):
        case Reply(200) as reply if {"value", "cid"} <= reply.json().keys():
            return reply.json()
        case Reply(400) as reply if reply.json().get("error") == "RecordNotFound":
            return None
        case answer:
            return _judge(answer) or Postponed(_SOON, "a record that can't be read")


async def _put(pool: aiohttp.ClientSession, session: Session, body: bytes) -> Call:
    url = f"{session.host}/xrpc/com.atproto.repo.putRecord"
    headers = {"Content-Type": "application/json"}
    if session.proofs is None:
        return await call(pool, "POST", url, headers={**session.headers, **headers}, body=body)
    token = session.headers["Authorization"].removeprefix("DPoP ")
    return await session.proofs.call(
        pool, "POST", url, token=token, headers=headers, body=lambda: body
    )


def _judge(answer: Call) -> Refused | Postponed | None:
    match answer:
        case Reply(200):
            return None
        case Reply(429) as reply:
            return Postponed(wait_asked(reply), "rate limit")
        case Reply(status) as reply:
            said = reply.json()
            detail = f"{status} {said.get('error', '')}: {said.get('message', '')}"
            if refused := not_active(said):
                return refused
            if reply.blames_us and said.get("error") not in _AGAIN:
                return Refused(Reason.OTHER, detail)
            return Postponed(_SOON, detail)
        case NeverLeft(detail) | PerhapsLeft(detail):
            return Postponed(_SOON, detail)
