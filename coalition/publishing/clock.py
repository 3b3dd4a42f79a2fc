"""The database's time decides; a worker only measures how long ago it asked."""

import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

_moved = [timedelta(0)]


def database_now() -> datetime:
    """What time it is, by the one clock that all workers share."""
    if connection.vendor != "postgresql":
        return datetime.now(UTC) + _moved[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def move_clock(to: datetime) -> None:
    """Make it `to` now, in this process alone: for rehearsals. PostgreSQL's can't be moved."""
    if connection.vendor == "postgresql" or settings.NETWORKS != "rehearsal":
        raise RuntimeError("only a rehearsal moves its clock")
    _moved[0] = to - datetime.now(UTC)


class Clock:
    """The database's time, carried forward by this machine's monotonic clock. Never ahead of it.

    The answer was true before it arrived, so counting from its arrival can only be late.
    """

    def __init__(self, read: datetime, at: float | None = None) -> None:
        """`read` was the time no later than the monotonic instant `at`."""
        self._read, self._at = read, time.monotonic() if at is None else at

    @classmethod
    def of_database(cls) -> "Clock":
        """Ask the database now."""
        return cls(database_now())

    def now(self) -> datetime:
        """The database's time."""
        return self._read + timedelta(seconds=time.monotonic() - self._at)

    def until(self, when: datetime) -> float:
        """Seconds from now until then; zero when it has passed."""
        return max(0.0, (when - self.now()).total_seconds())
