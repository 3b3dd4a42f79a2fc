"""Looking for our record under its key."""

import json

import aiohttp

from coalition.networks.bluesky.record import COLLECTION, post_url, record_uri
from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Absent, Published, Reason, Refused, Sighting, Unseen
from coalition.networks.wire import NeverLeft, PerhapsLeft, Reply, call, wait_asked


async def read_back(pool: aiohttp.ClientSession, draft: Draft, session: Session) -> Sighting:
    """Whether the account's own host holds exactly our record; needs no sign-in."""
    where = {"repo": draft.account_id, "collection": COLLECTION, "rkey": draft.record_key}
    answer = await call(
        pool, "GET", f"{session.host}/xrpc/com.atproto.repo.getRecord", params=where
    )
    match answer:
        case Reply():
            return classify(answer, draft)
        case NeverLeft(detail) | PerhapsLeft(detail):
            return Unseen(detail)


def classify(reply: Reply, draft: Draft) -> Sighting:
    """What an answer to getRecord means."""
    answer = reply.json()
    uri = record_uri(draft.account_id, draft.record_key)
    match reply.status, answer:
        case 200, {"uri": str(found), "value": value} if found == uri:
            if value == json.loads(draft.record):
                return Published(uri, post_url(uri, draft.handle))
            return Refused(Reason.CONFLICT, "another record stands under our key")
        case 400, {"error": "RecordNotFound"}:
            return Absent()
        case 429, _:
            return Unseen("rate limit", wait_asked(reply))
        case _:
            return Unseen(f"{reply.status} {answer.get('error', '')}")
