"""The record of a post: its key and its bytes, both chosen once, at approval (pure)."""

import itertools
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from coalition.networks.bluesky.facets import facets

COLLECTION = "app.bsky.feed.post"
MOST_LANGUAGES = 3

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime.fromtimestamp(0, UTC)
_KEY_LENGTH = 13
_CLOCK_BITS = 10
_KEYS_PER_MILLISECOND = 1000 << _CLOCK_BITS


class _Sequence:
    """Counts from a random start, so that two processes choose different keys at one time."""

    def __init__(self) -> None:
        self.start()
        if hasattr(
            os, "register_at_fork"
        ):  # a forked worker would count on from where its brothers count on
            os.register_at_fork(after_in_child=self.start)

    def start(self) -> None:
        self._numbers = itertools.count(secrets.randbelow(_KEYS_PER_MILLISECOND))

    def next(self) -> int:
        return next(self._numbers) % _KEYS_PER_MILLISECOND


_sequence = _Sequence()


def new_record_key(now: datetime) -> str:
    """A fresh TID: `now`'s millisecond, then a sequence that starts at random per process."""
    milliseconds = (now - _EPOCH) // timedelta(milliseconds=1)
    number = milliseconds * _KEYS_PER_MILLISECOND + _sequence.next()
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def key_time(key: str) -> datetime | None:
    """When a TID was made; None when it isn't one."""
    if len(key) != _KEY_LENGTH or any(letter not in _ALPHABET for letter in key):
        return None
    number = 0
    for letter in key:
        number = number << 5 | _ALPHABET.index(letter)
    return _EPOCH + timedelta(microseconds=number >> _CLOCK_BITS)


def freeze(
    text: str,
    languages: Sequence[str],
    mentions: Mapping[str, str],
    created_at: datetime,
    *,
    embed: Mapping[str, Any] | None = None,
) -> str:
    """The whole record as canonical JSON, `mentions` mapping handles to DIDs. Store it, once."""
    if len(languages) > MOST_LANGUAGES:
        raise ValueError(f"a post on Bluesky has at most {MOST_LANGUAGES} languages")
    stamp = created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: dict[str, Any] = {"$type": COLLECTION, "text": text, "createdAt": stamp}
    if languages:
        record["langs"] = list(languages)
    if found := facets(text, mentions):
        record["facets"] = found
    if embed:
        record["embed"] = embed
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record_uri(did: str, record_key: str) -> str:
    """The at:// address of a post."""
    return f"at://{did}/{COLLECTION}/{record_key}"


def post_url(uri: str, handle: str) -> str:
    """The public address of the post at `uri`."""
    return f"https://bsky.app/profile/{handle}/post/{uri.rsplit('/', 1)[-1]}"
