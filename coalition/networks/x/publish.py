"""Posting once, and what each answer means. X has no idempotency key: unclear is Unknown."""

import json

import aiohttp

from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Outcome, Postponed, Published, Reason, Refused, Unknown
from coalition.networks.wire import NeverLeft, PerhapsLeft, Reply, call, wait_asked
from coalition.networks.x.identity import is_post_id, post_time, post_url
from coalition.networks.x.problem import XProblem, problem

DUPLICATE = "duplicate"
TURNED_AWAY = "401: the access token was turned away"
_SOON = 1.0


async def publish(pool: aiohttp.ClientSession, draft: Draft, session: Session) -> Outcome:
    """One request on a connection of its own."""
    said: dict[str, object] = {"text": draft.text}
    if session.media:
        said["media"] = {"media_ids": list(session.media)}
    answer = await call(
        pool,
        "POST",
        f"{session.host}/2/tweets",
        headers={**session.headers, "Content-Type": "application/json"},
        body=json.dumps(said, ensure_ascii=False).encode(),
    )
    match answer:
        case Reply():
            return classify(answer, draft)
        case NeverLeft(detail):
            return Postponed(_SOON, detail)
        case PerhapsLeft(detail):
            return Unknown(detail)


def classify(reply: Reply, draft: Draft) -> Outcome:
    """What an answer to a post means."""
    said = problem(reply)
    match reply.status:
        case 200 | 201:
            return _published(reply, draft)
        case 400 | 422:
            return Refused(Reason.PICTURE if said.of_media else Reason.TEXT, str(said))
        case 401:
            return Postponed(0, TURNED_AWAY)  # nothing was posted; the next sign-in refreshes
        case 402 | 429 if said.of_the_app:
            return Refused(Reason.APP, str(said))
        case 403:
            return _forbidden(said)
        case 429:
            return Postponed(wait_asked(reply), str(said), limited=True)
        case _:
            return Unknown(str(said))


def _published(reply: Reply, draft: Draft) -> Published | Unknown:
    data = reply.json().get("data")
    post_id = data.get("id") if isinstance(data, dict) else None
    if not is_post_id(post_id):
        return Unknown(f"{reply.status} without a readable id")
    return Published(post_id, post_url(draft.handle, post_id), post_time(post_id))


def _forbidden(said: XProblem) -> Refused | Unknown:
    if said.duplicate:
        return Unknown(DUPLICATE)
    if said.of_the_app:
        return Refused(Reason.APP, str(said))
    return Refused(Reason.SUSPENDED if said.suspended else Reason.OTHER, str(said))
