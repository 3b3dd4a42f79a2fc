"""Looking for our post in the account's own timeline since the attempt."""

import html
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Absent, Published, Sighting, Unseen
from coalition.networks.text import canonical
from coalition.networks.wire import NeverLeft, PerhapsLeft, Reply, call, wait_asked
from coalition.networks.x.identity import is_post_id, post_time, post_url
from coalition.networks.x.length import links

_SLACK = timedelta(seconds=5)  # between our clock and theirs
_PAGE = 100


async def read_back(
    pool: aiohttp.ClientSession, draft: Draft, session: Session, since: datetime
) -> Sighting:
    """Whether the account's own timeline holds this text, posted at or after `since`."""
    since -= _SLACK
    asked = {
        "max_results": str(_PAGE),
        "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tweet.fields": "author_id,created_at,entities,note_tweet",
    }
    url = f"{session.host}/2/users/{draft.account_id}/tweets"
    answer = await call(pool, "GET", url, headers=session.headers, params=asked)
    match answer:
        case Reply(200):
            return _found(answer, draft, since)
        case Reply(429):
            return Unseen("rate limit", wait_asked(answer))
        case Reply(status):
            return Unseen(f"the timeline answers {status}")
        case NeverLeft(detail) | PerhapsLeft(detail):
            return Unseen(detail)


def _found(answer: Reply, draft: Draft, since: datetime) -> Sighting:
    try:
        return find(answer.json(), draft, since)
    except (AttributeError, TypeError, ValueError) as error:  # not the shape that X documents
        return Unseen(f"a timeline that can't be read: {error}")


def find(timeline: dict[str, Any], draft: Draft, since: datetime) -> Sighting:
    """Our post among those of one page; absent only when the page says that it is whole."""
    posts = timeline.get("data")
    meta = timeline.get("meta")
    if not isinstance(meta, dict) or (posts is None and meta.get("result_count") != 0):
        return Unseen("a timeline that can't be read")  # of a suspended account, and with 200
    wanted = comparable(draft.text)
    for post in posts or ():
        post_id = post.get("id")
        if (
            str(post.get("author_id", "")) == draft.account_id
            and is_post_id(post_id)
            and post_time(post_id) >= since
            and comparable(_as_written(post)) == wanted
        ):
            return Published(post_id, post_url(draft.handle, post_id), post_time(post_id))
    return Unseen("more posts than one page holds") if meta.get("next_token") else Absent()


def comparable(text: str) -> str:
    """The canonical text with every link as X might have rewritten it: no scheme, no last slash."""
    text = canonical(text)
    for link in reversed(links(text)):
        address = text[link.start : link.end]
        scheme, mark, rest = address.rpartition("://")
        bare = (rest if mark and scheme.lower() in {"http", "https"} else address).rstrip("/")
        host, slash, path = bare.partition("/")
        text = f"{text[: link.start]}{host.lower()}{slash}{path}{text[link.end :]}"
    return text


def _as_written(post: dict[str, Any]) -> str:
    whole = post.get("note_tweet") or post
    text = unicodedata.normalize(
        "NFC", html.unescape(str(whole.get("text") or post.get("text") or ""))
    )
    entities = whole.get("entities") or post.get("entities") or {}
    for entity in entities.get("urls") or ():
        short, written = entity.get("url"), entity.get("expanded_url")
        if short and written:
            text = text.replace(short, written)
    return text
