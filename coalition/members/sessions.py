"""Where a person is signed in. The sessions themselves are the list: nothing else is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.contrib.sessions.models import Session

from coalition.members.models import User

SIGNED_IN: Final = "signed_in"
"""The name in a session under which it says since when it is one, and in which browser."""
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser; `name` tells it from the others and opens nothing."""

    name: str
    browser: str
    since: datetime | None
    here: bool


def browser_in(agent: str) -> str:
    """What people call it; empty where it does not say."""
    found = (
        next((word for mark, word in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS)
    )
    return " · ".join(word for word in found if word)


def sessions_of(person: User, *, here: str, now: datetime) -> list[SignedIn]:
    """Every browser in which this person is signed in, this one first, then the newest."""
    listed = []
    for session in _of(person, now):
        said = session.get_decoded().get(SIGNED_IN, {})
        since = datetime.fromisoformat(said["at"]) if said.get("at") else None
        key = session.session_key
        listed.append(SignedIn(_named(key), said.get("browser", ""), since, key == here))
    return sorted(
        listed, key=lambda one: (not one.here, -(one.since.timestamp() if one.since else 0))
    )


def end_session(person: User, name: str, *, now: datetime) -> bool:
    """Sign this person out of that browser."""
    ended = [one.pk for one in _of(person, now) if _named(one.session_key) == name]
    return bool(Session.objects.filter(pk__in=ended).delete()[0])


def end_sessions(person: User, now: datetime, *, but: str = "") -> int:
    """Sign this person out of every browser (`but` this session); how many there were."""
    mine = [session.pk for session in _of(person, now) if session.session_key != but]
    return Session.objects.filter(pk__in=mine).delete()[0]


def _of(person: User, now: datetime) -> Iterator[Session]:
    """A session does not say whose it is until it is opened; there are few."""
    for session in Session.objects.filter(expire_date__gt=now).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            yield session


def _named(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:16]
