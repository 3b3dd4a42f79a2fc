"""What goes along with a text: pictures with words for who can't see them, or a card for a link."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from coalition.networks.outcome import Reason, Refused


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it was approved; its bytes are fetched when they are to be brought."""

    sha256: str
    content_type: str
    size: int
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Card:
    """A link with a title and a description; its picture, where it has one, is the post's own."""

    url: str
    title: str
    description: str

    @property
    def host(self) -> str:
        """Where it leads, as networks show it."""
        return self.url.partition("://")[2].partition("/")[0].removeprefix("www.")


type Fetch = Callable[[Picture], Awaitable[bytes]]
"""Reads a picture's bytes."""


async def fetched(picture: Picture, fetch: Fetch) -> bytes | Refused:
    """The bytes that were approved, and no others."""
    content = await fetch(picture)
    if hashlib.sha256(content).hexdigest() != picture.sha256:
        return Refused(Reason.OTHER, "this is not the picture that was approved")
    return content
