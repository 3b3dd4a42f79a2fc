"""Writing one record under our own key, and what each answer means."""

import json

import aiohttp

from coalition.networks.bluesky.record import COLLECTION, key_time, post_url, record_uri
from coalition.networks.bluesky.status import ERRORS
from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Outcome, Postponed, Published, Reason, Refused, Unknown
from coalition.networks.wire import Call, NeverLeft, PerhapsLeft, Reply, call, wait_asked

_SOON = 1.0
_REASONS = {
    **ERRORS,
    "RepoNotFound": Reason.SUSPENDED,
    "InvalidRequest": Reason.TEXT,
    "InvalidRecord": Reason.TEXT,
    "BlobNotFound": Reason.PICTURE,
    "InvalidMimeType": Reason.PICTURE,
    "InvalidSize": Reason.PICTURE,
    "PayloadTooLarge": Reason.TEXT,
    "InvalidToken": Reason.RECONNECT,
    "AuthMissing": Reason.RECONNECT,
}


async def publish(pool: aiohttp.ClientSession, draft: Draft, session: Session) -> Outcome:
    """One putRecord: again with the same key and value it changes nothing, else it fails."""
    match await _put(pool, session, _body(draft)):
        case Reply() as answer:
            return classify(answer, draft)
        case NeverLeft(detail):
            return Postponed(_SOON, detail)
        case PerhapsLeft(detail):
            return Unknown(detail)


async def _put(pool: aiohttp.ClientSession, session: Session, body: bytes) -> Call:
    url = f"{session.host}/xrpc/com.atproto.repo.putRecord"
    headers = {"Content-Type": "application/json"}
    if session.proofs is None:
        return await call(pool, "POST", url, headers={**session.headers, **headers}, body=body)
    # asked for another nonce, it goes again at once: nothing was written, and the key is the same
    token = session.headers["Authorization"].removeprefix("DPoP ")
    return await session.proofs.call(
        pool, "POST", url, token=token, headers=headers, body=lambda: body
    )


def classify(reply: Reply, draft: Draft) -> Outcome:
    """What an answer to putRecord means."""
    answer = reply.json()
    error = str(answer.get("error", ""))
    detail = f"{reply.status} {error}: {answer.get('message', '')}"
    match reply.status, error:
        case 200, _:
            return _published(answer, draft)
        case 429, _:
            return Postponed(wait_asked(reply), detail, limited=True)
        case _, "ExpiredToken" | "invalid_token" | "use_dpop_nonce" | "invalid_dpop_proof":
            return Postponed(0, detail)  # nothing was written; the next sign-in brings a new one
        case (408 | 409, _) | (_, "InvalidSwap"):
            return Unknown(detail)
        case 401, _:
            return Refused(_REASONS.get(error, Reason.RECONNECT), detail)
        case _ if reply.blames_us:
            return Refused(_REASONS.get(error, Reason.OTHER), detail)
        case _:
            return Unknown(detail)


def _published(answer: dict[str, object], draft: Draft) -> Published | Unknown:
    uri = record_uri(draft.account_id, draft.record_key)
    if answer.get("uri") != uri:
        return Unknown("200 that doesn't name our record")
    commit = answer.get("commit")  # missing when the record stood there already
    revision = commit.get("rev") if isinstance(commit, dict) else None
    return Published(
        uri, post_url(uri, draft.handle), key_time(revision) if isinstance(revision, str) else None
    )


def _body(draft: Draft) -> bytes:
    address = json.dumps(
        {"repo": draft.account_id, "collection": COLLECTION, "rkey": draft.record_key}
    )
    # the frozen record goes in as it is; `swapRecord: null` means: only where nothing stands
    return (
        f'{address[:-1]}, "validate": true, "swapRecord": null, "record": {draft.record}}}'.encode()
    )
