"""Bringing pictures to an account's host before T, so that the record alone is left.

Nothing of it is public before the record is there; what is lost may be brought again.
"""

from typing import Final

import aiohttp

from coalition.networks.bluesky.embed import blob
from coalition.networks.bluesky.status import not_active
from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Postponed, Reason, Refused
from coalition.networks.pictures import Fetch, Picture, fetched
from coalition.networks.wire import Call, NeverLeft, PerhapsLeft, Reply, call, wait_asked

_SOON: Final = 5.0
_AGAIN: Final = {"ExpiredToken", "invalid_token", "use_dpop_nonce", "invalid_dpop_proof"}


async def bring(
    pool: aiohttp.ClientSession, draft: Draft, session: Session, fetch: Fetch
) -> Session | Refused | Postponed:
    """One after the other; again they land on themselves."""
    for picture in draft.pictures:
        content = await fetched(picture, fetch)
        if isinstance(content, Refused):
            return content
        failed = _judge(await _upload(pool, session, picture, content), picture)
        if failed:
            return failed
    return session


async def _upload(
    pool: aiohttp.ClientSession, session: Session, picture: Picture, content: bytes
) -> Call:
    url = f"{session.host}/xrpc/com.atproto.repo.uploadBlob"
    headers = {"Content-Type": picture.content_type}
    if session.proofs is None:
        return await call(pool, "POST", url, headers={**session.headers, **headers}, body=content)
    token = session.headers["Authorization"].removeprefix("DPoP ")
    return await session.proofs.call(
        pool, "POST", url, token=token, headers=headers, body=lambda: content
    )


def _judge(answer: Call, picture: Picture) -> Refused | Postponed | None:
    """None when exactly this picture is there."""
    match answer:
        case Reply(200) as reply:
            if reply.json().get("blob") == blob(picture):
                return None
            return Refused(Reason.PICTURE, "the host made something else of the picture")
        case Reply(429) as reply:
            return Postponed(wait_asked(reply), "rate limit on bringing the picture", limited=True)
        case Reply(status) as reply:
            return _refused(reply, str(reply.json().get("error", "")), status)
        case NeverLeft(detail) | PerhapsLeft(detail):
            return Postponed(_SOON, f"bringing the picture: {detail}")


def _refused(reply: Reply, error: str, status: int) -> Refused | Postponed:
    said = f"bringing the picture: {status} {error}: {reply.json().get('message', '')}"
    if error in _AGAIN:
        return Postponed(0, said)
    if refused := not_active(reply.json()):
        return refused
    return Refused(Reason.PICTURE, said) if reply.blames_us else Postponed(_SOON, said)
