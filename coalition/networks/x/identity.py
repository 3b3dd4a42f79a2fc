"""What an X post's id and link tell by themselves (pure)."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeGuard

_EPOCH_MS = 1_288_834_974_657  # where X's ids begin to count: 4 November 2010
_SEQUENCE_BITS = 22
_LARGEST_ID = 2**63 - 1
_EPOCH = datetime.fromtimestamp(0, UTC)
_POST_ID = re.compile(r"[0-9]{1,19}")
_MIRRORS = r"fixupx\.com|fxtwitter\.com|vxtwitter\.com|fixvx\.com"
"""People paste links through these so that chats show the post: the same path, the same id."""
_POST_LINK = re.compile(
    r"(?:https?://)?(?:(?:www|m|mobile)\.)?"
    rf"(?:x\.com|twitter\.com|{_MIRRORS})"
    r"/(?:#!/)?(?:i/web|i|([a-z0-9_]{1,15}))/status(?:es)?/([0-9]{15,20})(?=[/?#]|\Z)",
    re.IGNORECASE | re.ASCII,
)


class PostLink(NamedTuple):
    """A pasted link to a post on X; `handle` is empty where the link names nobody."""

    handle: str
    id: str


def is_post_id(value: object) -> TypeGuard[str]:
    """Whether this can be the id of a post."""
    return (
        isinstance(value, str)
        and _POST_ID.fullmatch(value) is not None
        and int(value) <= _LARGEST_ID
    )


def post_time(post_id: str | int) -> datetime:
    """When the post went out, to the millisecond: it is in the id."""
    return _EPOCH + timedelta(milliseconds=(int(post_id) >> _SEQUENCE_BITS) + _EPOCH_MS)


def first_id_at(when: datetime) -> int:
    """The smallest id that a post of `when` can have."""
    return max(0, (when - _EPOCH) // timedelta(milliseconds=1) - _EPOCH_MS) << _SEQUENCE_BITS


def parse_post_link(url: str) -> PostLink | None:
    """The handle and the id that a pasted link names; None when it isn't a link to a post on X.

    The name proves nothing: X opens a post under any name. Whose it is, oembed.py asks.
    """
    match = _POST_LINK.match(url.strip())
    if match is None or not is_post_id(match[2]):
        return None
    return PostLink(match[1] or "", match[2])


def post_url(handle: str, post_id: str) -> str:
    """The public address of a post."""
    return f"https://x.com/{handle}/status/{post_id}"
