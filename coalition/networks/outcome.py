"""What a network answers: one of four, matched with `assert_never`. Unclassified is Unknown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why a network refused, in the field's terms; words for people stand in the templates."""

    TEXT = "text"  # this text, length or media is not accepted
    DUPLICATE = "duplicate"  # the account has already posted this, and it isn't ours
    CONFLICT = "conflict"  # another record stands under our key
    RECONNECT = "reconnect"  # the sign-in is gone: a person connects the account again
    WRONG_ACCOUNT = "wrong account"  # the credential opens another account than the pinned one
    SUSPENDED = "suspended"  # suspended or taken down by its network
    DEACTIVATED = "deactivated"  # switched off by its own people
    MOVED = "moved"  # to another host: the sign-in stayed behind
    APP = "app"  # the network refuses our app, not this account: opens the breaker
    PICTURE = "picture"  # it is not there, or not accepted: never without it
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Published:
    """It is out, with the network's own id."""

    id: str  # at:// URI, or X post id
    url: str
    at: datetime | None = None  # the network's own time, where it says one


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not out and trying again changes nothing: a person decides."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """It is not out and nothing left: try again after `seconds`, inside the window."""

    seconds: float
    detail: str
    limited: bool = False  # by a rate limit, which others may share


@dataclass(frozen=True, slots=True)
class Unknown:
    """It is perhaps out: read back before anything else."""

    detail: str


type Outcome = Published | Refused | Postponed | Unknown


@dataclass(frozen=True, slots=True)
class Absent:
    """Read back: the account's own record does not hold it."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Read back could not look; `seconds` until a next look makes sense."""

    detail: str
    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Pinned:
    """The post stands on top of its profile; `worded`: the line asked for stands there too."""

    worded: bool = True


type Sighting = Published | Absent | Unseen | Refused
"""`Refused` only with `Reason.CONFLICT`: what stands under our key is not this draft."""
