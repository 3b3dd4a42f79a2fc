"""The people of the fake X and what they posted."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

TWITTER_EPOCH_MS = 1_288_834_974_657
USERNAME = re.compile(r"[A-Za-z0-9_]{1,15}")


@dataclass(frozen=True, slots=True)
class Post:
    """A post that is visible."""

    id: int
    text: str
    media: tuple[str, ...] = ()

    @property
    def posted_at(self) -> float:
        """Its time, from its id."""
        return ((self.id >> 22) + TWITTER_EPOCH_MS) / 1000


@dataclass(slots=True)
class User:
    """An account on the fake X."""

    id: str
    username: str
    suspended: bool = False
    posts: list[Post] = field(default_factory=list)
    said: set[str] = field(default_factory=set)  # its texts, as the duplicate check compares them


@dataclass(slots=True)
class Media:
    """An uploaded picture; its id is good for a day."""

    id: str
    user: str
    size: int
    sha256: str
    at: float
    alt_text: str = ""

    def as_effect(self) -> dict[str, Any]:
        """Say what a post carried."""
        return {"id": self.id, "sha256": self.sha256, "alt_text": self.alt_text}


@dataclass
class People:
    """Everybody, by id and by name."""

    by_id: dict[str, User] = field(default_factory=dict)
    by_name: dict[str, User] = field(default_factory=dict)

    def add(self, user: User) -> None:
        """Take up a new account."""
        self.by_id[user.id] = user
        self.by_name[user.username.lower()] = user

    def named(self, username: str) -> User | None:
        """Find an account by its name, in any case."""
        return self.by_name.get(username.lower())


class Snowflakes:
    """Ids that hold the real millisecond and only ever grow."""

    def __init__(self) -> None:
        """Start below every id."""
        self._last = 0

    def next(self) -> int:
        """Give the next id."""
        self._last = max(self._last + 1, (int(time.time() * 1000) - TWITTER_EPOCH_MS) << 22)
        return self._last
