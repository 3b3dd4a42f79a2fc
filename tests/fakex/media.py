"""Pictures: one upload, and an alt text."""

import base64
import binascii
import hashlib
from dataclasses import asdict

from tests.fakex import problems
from tests.fakex.exchange import Answer, Call, as_json
from tests.fakex.grants import Grant
from tests.fakex.posts import MEDIA_SECONDS
from tests.fakex.users import Media
from tests.fakex.world import World

MAX_BYTES = 5 * 1024 * 1024
ALT_MAX = 1000
SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


def upload(world: World, call: Call, grant: Grant) -> Answer:
    """POST /2/media/upload in one shot: multipart, or base64 in JSON."""
    content, category = _content(call)
    kind = next((SIGNATURES[each] for each in SIGNATURES if content.startswith(each)), "")
    if category != "tweet_image" or not kind:
        return problems.invalid("media_category must be tweet_image, media a picture.")
    if len(content) > MAX_BYTES:
        return problems.plain(413)
    digest = hashlib.sha256(content).hexdigest()
    media = Media(str(world.ids.next()), grant.user, len(content), digest, world.now())
    world.record("media", media=asdict(media))
    data = {
        "id": media.id,
        "media_key": f"3_{media.id}",
        "size": media.size,
        "expires_after_secs": MEDIA_SECONDS,
        "image": {"image_type": kind},
    }
    return as_json(200, {"data": data})


def _content(call: Call) -> tuple[bytes, str]:
    if call.request.content_type == "multipart/form-data":
        parts = call.parts()
        return parts.get("media", b""), parts.get("media_category", b"").decode()
    body = call.json()
    try:
        return base64.b64decode(body.get("media", ""), validate=True), body["media_category"]
    except (KeyError, TypeError, binascii.Error):
        return b"", ""


def metadata(world: World, call: Call, grant: Grant) -> Answer:
    """POST /2/media/metadata: the alt text."""
    match call.json():
        case {"id": str(media_id), "metadata": {"alt_text": {"text": str(text)}}}:
            media = world.media.get(media_id)
        case _:
            return problems.invalid("id and metadata.alt_text.text are required.")
    gone = media is None or world.now() > media.at + MEDIA_SECONDS
    if media is None or gone or media.user != grant.user or len(text) > ALT_MAX:
        return problems.invalid("Your media ID or its alt text is invalid.")
    world.record("alt text", media=media_id, text=text)
    shown = {"alt_text": {"text": text}}
    return as_json(200, {"data": {"id": media_id, "associated_metadata": shown}})
