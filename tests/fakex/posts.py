"""Posting, and an account's own timeline."""

import hashlib
import html
import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

from tests.fakex import length, problems
from tests.fakex.exchange import Answer, Call, as_json
from tests.fakex.grants import Grant
from tests.fakex.users import Post, User
from tests.fakex.world import World, alike, price

MEDIA_SECONDS = 24 * 3600
MEDIA_PER_POST = 4
PAGE_MIN, PAGE_MAX, PAGE_DEFAULT = 5, 100, 10


def create(world: World, call: Call, grant: Grant) -> Answer:
    """POST /2/tweets."""
    user = world.people.by_id[grant.user]
    if user.suspended:
        return problems.SUSPENDED
    body = call.json()
    text, media = body.get("text", ""), _media_ids(body)
    wrong = _wrong_text(text, media) or _wrong_media(world, user, media)
    if wrong:
        return problems.invalid(wrong)
    if world.balance < price(text):
        return problems.CREDITS
    if not world.settings.duplicates_allowed and alike(text) in user.said:
        return problems.DUPLICATE
    tag = call.request.headers.get("X-Client-Request-Id", "")
    post = world.publish(user, text, media, call.received_at, tag)
    shown, _ = present(post)
    answer = {"edit_history_tweet_ids": [str(post.id)], "id": str(post.id), "text": shown}
    return Answer(201, json.dumps({"data": answer}, ensure_ascii=False).encode())


def _media_ids(body: dict[str, Any]) -> list[str]:
    media = body.get("media")
    ids = media.get("media_ids") if isinstance(media, dict) else None
    return [str(each) for each in ids] if isinstance(ids, list) else []


def _wrong_text(text: object, media: list[str]) -> str:
    if not isinstance(text, str) or (not text.strip() and not media):
        return "You must provide text or media to create a Post."
    try:
        text.encode()
    except UnicodeEncodeError:
        return "Your Post text is not valid Unicode."
    if length.weighted_length(text) > length.LIMIT:
        return "Your Post text is too long."
    return ""


def _wrong_media(world: World, user: User, media: list[str]) -> str:
    if len(media) > MEDIA_PER_POST:
        return "At most four media ids."
    for each in media:
        found = world.media.get(each)
        if found is None or found.user != user.id or world.now() > found.at + MEDIA_SECONDS:
            return "Your media IDs are invalid."
    return ""


def present(post: Post) -> tuple[str, list[dict[str, Any]]]:
    """Show a text as X does: NFC, links behind t.co, `&<>` escaped; and where the links went."""
    text = unicodedata.normalize("NFC", post.text).strip()
    shown, entities, last = "", [], 0
    for number, (start, end) in enumerate(length.urls(text)):
        link = text[start:end]
        short = hashlib.sha256(f"{post.id} {number}".encode()).hexdigest()[:10]
        shown += html.escape(text[last:start], quote=False)
        full = link if "://" in link else f"http://{link}"
        entity = {"start": len(shown), "end": len(shown) + 23, "url": f"https://t.co/{short}"}
        entities.append({**entity, "expanded_url": full, "display_url": full.split("://")[1]})
        shown += f"https://t.co/{short}"
        last = end
    return shown + html.escape(text[last:], quote=False), entities


def timeline(world: World, call: Call, _grant: Grant) -> Answer:
    """GET /2/users/:id/tweets, newest first."""
    user = world.people.by_id.get(call.request.path.split("/")[3])
    if user is None or user.suspended:
        return _nobody(call)
    query = call.query
    try:
        size = int(query.get("max_results", PAGE_DEFAULT))
        chosen = [post for post in reversed(user.posts) if _inside(post, query)]
    except ValueError as error:
        return problems.invalid(str(error))
    if not PAGE_MIN <= size <= PAGE_MAX:
        return problems.invalid(f"The `max_results` value [{size}] is not between 5 and 100")
    page = chosen[:size]
    fields = _fields(query)
    meta: dict[str, Any] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": str(page[0].id), "oldest_id": str(page[-1].id)}
    if len(chosen) > size:
        meta["next_token"] = f"before{page[-1].id}"
    data = {"data": [_as_json(post, user, fields) for post in page]} if page else {}
    return as_json(200, {**data, "meta": meta})


def _inside(post: Post, query: dict[str, str]) -> bool:
    before = query.get("pagination_token", "").removeprefix("before")
    return (
        post.id > int(query.get("since_id", 0))
        and ("until_id" not in query or post.id < int(query["until_id"]))
        and (not before or post.id < int(before))
        and ("start_time" not in query or post.posted_at >= _instant(query["start_time"]))
        and ("end_time" not in query or post.posted_at < _instant(query["end_time"]))
    )


def _instant(text: str) -> float:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        message = f"{text} is not an RFC 3339 time"
        raise ValueError(message)
    return at.timestamp()


def _fields(query: dict[str, str]) -> set[str]:
    return {*query.get("tweet.fields", "").split(","), *query.get("post.fields", "").split(",")}


def _as_json(post: Post, user: User, fields: set[str]) -> dict[str, Any]:
    text, urls = present(post)
    at = datetime.fromtimestamp(post.posted_at, UTC).isoformat(timespec="milliseconds")
    optional: dict[str, Any] = {"created_at": at.replace("+00:00", "Z"), "author_id": user.id}
    if urls:
        optional["entities"] = {"urls": urls}
    if post.media:
        optional["attachments"] = {"media_keys": [f"3_{each}" for each in post.media]}
    extra = {name: value for name, value in optional.items() if name in fields}
    return {"id": str(post.id), "text": text, "edit_history_tweet_ids": [str(post.id)], **extra}


def _nobody(call: Call) -> Answer:
    user_id = call.request.path.split("/")[3]
    said = {
        "detail": f"Could not find user with id: [{user_id}].",
        "parameter": "id",
        "resource_id": user_id,
        "resource_type": "user",
        "title": "Not Found Error",
        "type": problems.TYPES + "resource-not-found",
        "value": user_id,
    }
    return as_json(200, {"errors": [said]})


def me(world: World, _call: Call, grant: Grant) -> Answer:
    """GET /2/users/me."""
    user = world.people.by_id[grant.user]
    if user.suspended:
        return problems.SUSPENDED
    data = {"id": user.id, "name": user.username, "username": user.username}
    return as_json(200, {"data": data})
