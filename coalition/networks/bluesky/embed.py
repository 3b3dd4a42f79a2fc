"""Pictures and cards as a record carries them, known before anything is uploaded (pure).

A blob's name follows from its bytes, so the whole record can be frozen at approval.
"""

from base64 import b32encode
from collections.abc import Sequence
from typing import Any, Final

from coalition.networks.pictures import Card, Picture

MOST_PICTURES: Final = 4
_RAW_SHA256: Final = bytes((0x01, 0x55, 0x12, 0x20))  # CIDv1, raw bytes, sha2-256 of 32 bytes


def embed(pictures: Sequence[Picture], card: Card | None = None) -> dict[str, Any] | None:
    """What goes along; nothing where there is nothing. On a card one picture fits."""
    if card is not None:
        return {"$type": "app.bsky.embed.external", "external": _external(pictures, card)}
    if not pictures:
        return None
    if len(pictures) > MOST_PICTURES:
        raise ValueError(f"a post on Bluesky has at most {MOST_PICTURES} pictures")
    images = [
        {
            "alt": picture.alt,
            "aspectRatio": {"height": picture.height, "width": picture.width},
            "image": blob(picture),
        }
        for picture in pictures
    ]
    return {"$type": "app.bsky.embed.images", "images": images}


def _external(pictures: Sequence[Picture], card: Card) -> dict[str, Any]:
    if len(pictures) > 1:
        raise ValueError("a card shows one picture")
    found: dict[str, Any] = {
        "uri": card.url,
        "title": card.title,
        "description": card.description,
    }
    return {**found, "thumb": blob(pictures[0])} if pictures else found


def blob(picture: Picture) -> dict[str, Any]:
    """How a record names a picture's bytes."""
    return {
        "$type": "blob",
        "ref": {"$link": cid(picture.sha256)},
        "mimeType": picture.content_type,
        "size": picture.size,
    }


def cid(sha256: str) -> str:
    """The name of bytes with this hash, as every server computes it."""
    return "b" + b32encode(_RAW_SHA256 + bytes.fromhex(sha256)).decode().lower().rstrip("=")
