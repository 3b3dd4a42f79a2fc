"""Bringing pictures to X before T: one upload each, then its words. X gives them ids for a day."""

import base64
import json
from typing import Any, Final

import aiohttp

from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Postponed, Reason, Refused
from coalition.networks.pictures import Fetch, Picture, fetched
from coalition.networks.wire import NeverLeft, PerhapsLeft, Reply, call, wait_asked
from coalition.networks.x.problem import problem

MOST_PICTURES: Final = 1
_SOON: Final = 5.0
_REFUSED: Final = {400, 403, 413, 415, 422}


async def bring(
    pool: aiohttp.ClientSession, draft: Draft, session: Session, fetch: Fetch
) -> tuple[str, ...] | Refused | Postponed:
    """The ids that a post of this account may carry."""
    ids = []
    for picture in draft.pictures:
        content = await fetched(picture, fetch)
        if isinstance(content, Refused):
            return content
        found = await _upload(pool, session, content)
        if not isinstance(found, str):
            return found
        if failed := await _describe(pool, session, found, picture):
            return failed
        ids.append(found)
    return tuple(ids)


async def _upload(
    pool: aiohttp.ClientSession, session: Session, content: bytes
) -> str | Refused | Postponed:
    body = {"media": base64.b64encode(content).decode(), "media_category": "tweet_image"}
    said = await _call(pool, session, "upload", body)
    if not isinstance(said, dict):
        return said
    data = said.get("data")
    found = data.get("id") if isinstance(data, dict) else None
    if not isinstance(found, str) or not found.isdecimal():
        return Postponed(_SOON, "bringing the picture: an answer without an id")
    return found


async def _describe(
    pool: aiohttp.ClientSession, session: Session, media: str, picture: Picture
) -> Refused | Postponed | None:
    """The words must be there before the post: they can't be given to it later."""
    body = {"id": media, "metadata": {"alt_text": {"text": picture.alt}}}
    said = await _call(pool, session, "metadata", body)
    return None if isinstance(said, dict) else said


async def _call(
    pool: aiohttp.ClientSession, session: Session, what: str, body: dict[str, Any]
) -> dict[str, Any] | Refused | Postponed:
    url = f"{session.host}/2/media/{what}"
    headers = {**session.headers, "Content-Type": "application/json"}
    match await call(pool, "POST", url, headers=headers, body=json.dumps(body).encode()):
        case Reply(200 | 201) as reply:
            return reply.json()
        case Reply(429) as reply if not problem(reply).of_the_app:
            return Postponed(wait_asked(reply), "rate limit on bringing the picture", limited=True)
        case Reply(status) as reply:
            said = problem(reply)
            detail = f"bringing the picture: {said}"
            if said.of_the_app:
                return Refused(Reason.APP, detail)
            if said.suspended:
                return Refused(Reason.SUSPENDED, detail)
            if status in _REFUSED:
                return Refused(Reason.PICTURE, detail)
            return Postponed(_SOON, detail)
        case NeverLeft(detail) | PerhapsLeft(detail):
            return Postponed(_SOON, f"bringing the picture: {detail}")
