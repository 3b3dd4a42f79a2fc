"""Writes what the public may see as files, so that it outlives the application and the database.

It asks Django for each public address as a visitor would, whenever a transaction has changed the
database, an instant has come at which more may be said, or a minute has passed: the time on the
page is its proof of life. Never more often than once a second.
"""

import logging
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import Event
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import Error, connection
from django.http import HttpResponseBase
from django.utils import translation

from coalition.progress.pages import Address, addresses, changes_at
from coalition.progress.queries import one_look, state_of_the_count
from coalition.progress.shelf import Answer, Shelf, Written

LOOK_SECONDS: Final = 0.25
APART: Final = timedelta(seconds=1)
PROOF_OF_LIFE: Final = timedelta(seconds=60)
CACHE_CONTROL: Final = "public, max-age=5, stale-if-error=86400"
NOT_OURS: Final = frozenset({"content-length", "etag", "last-modified", "cache-control", "expires"})
SLICE: Final = 60
"""So many that may come later are written in a turn in which others wait; else four times that."""
LOOKS_UP: Final = 8
"""After so many it looks whether something has changed meanwhile."""
OK, NOT_THERE = 200, 404

log = logging.getLogger(__name__)


class Unfit(Exception):  # noqa: N818 — a page that can't become a file is no error of the program
    """This answer must not be kept for everybody."""


@dataclass(slots=True)
class Writer:
    """Knows what the last writing saw; `turn` writes again when that is no longer all."""

    shelf: Shelf
    _handler: WSGIHandler | None = None
    _seen: str | None = None
    _wrote_at: datetime | None = None
    _changes_at: datetime | None = None
    _later_seen: str | None = None
    _later_at: datetime | None = None
    _aged: bool = False
    _waiting: list[Address] = field(default_factory=list)
    _still_seen: str | None = None
    _unfit: dict[str, str] = field(default_factory=dict)

    def turn(self, now: datetime) -> Written | None:
        """Write if there is reason to; None where there is none."""
        if self._wrote_at and now - self._wrote_at < APART:
            return None
        seen, done = _mark(), None
        overdue = self._wrote_at is None or now - self._wrote_at >= PROOF_OF_LIFE
        instant = self._changes_at is not None and now >= self._changes_at
        starved = self._later_at is not None and now - self._later_at >= 2 * PROOF_OF_LIFE
        fresh = seen != self._seen or overdue or instant
        if fresh:
            changes = changes_at(now)
            done = self.write(now, later=False)
            self._aged = self._aged or overdue or instant  # time has changed them too
            self._seen, self._wrote_at, self._changes_at = seen, now, changes
            self._later_at = self._later_at or now
        behind = self._waiting or self._aged or self._later_seen != seen
        if starved or (behind and not fresh):
            some = self._write_some(now, seen, starved=starved)
            done = done + some if done else some
        return done

    def _write_some(self, now: datetime, seen: str, *, starved: bool) -> Written:
        """Go on with what may come later, until something changes that somebody waits for."""
        with one_look():
            every = addresses(now)
            if not self._waiting:
                self._begin_later(every, seen, now)
            living, asked = {one.file for one in every}, list[Address]()
            answers: list[Answer] = []
            while self._waiting and len(asked) < (SLICE if starved else SLICE * 4):
                asked.append(self._waiting.pop(0))
                answers += self._answers(asked[-1:])
                if not starved and len(asked) % LOOKS_UP == 0 and _mark() != seen:
                    break
        gone = {one.file for one in asked} - {one.file for one in answers} - self._unfit.keys()
        if not self._waiting:
            self._later_at = now
        return self.shelf.write(answers, living - gone, now)

    def _begin_later(self, every: list[Address], seen: str, now: datetime) -> None:
        """All that may come later; what is still only where the count says something else."""
        sign = state_of_the_count(now)
        moved = sign != self._still_seen
        self._later_seen, self._still_seen, self._aged = seen, sign, False
        self._waiting = [one for one in every if one.later and (moved or not one.still)]

    def write(self, now: datetime, *, later: bool) -> Written:
        """Write the pages that everybody looks at, or all those that may come later."""
        with one_look():
            every = addresses(now)
            asked = [one for one in every if one.later is later]
            answers = self._answers(asked)
        gone = {one.file for one in asked} - {one.file for one in answers} - self._unfit.keys()
        return self.shelf.write(answers, {one.file for one in every} - gone, now)

    def forget(self) -> None:
        """Whatever was seen is in doubt: the next turn writes."""
        self._seen = self._wrote_at = None

    def _answers(self, asked: list[Address]) -> list[Answer]:
        """What these addresses say now; of one that is unfit what stood there stays."""
        answers = []
        for address in asked:
            try:
                answer = self._answer(address)
            except Unfit as reason:
                if self._unfit.get(address.file) != str(reason):
                    log.error("no snapshot %s: %s", address.file, reason)  # noqa: TRY400 — no fault
                self._unfit[address.file] = str(reason)
                continue
            self._unfit.pop(address.file, None)
            if answer is not None:
                answers.append(answer)
        return answers

    def _answer(self, address: Address) -> Answer | None:
        if self._handler is None:
            self._handler = WSGIHandler()
        with translation.override(settings.LANGUAGE_CODE):  # a page sets its own, and leaves it
            response = self._handler.get_response(_request(address))
        return _kept(address, response)


def step_aside() -> None:
    """At T the processor belongs to the release."""
    os.nice(5)


def follow(shelf: Shelf, done: Event) -> None:
    """Write until `done`; wait where another process writes, and outlive a lost database."""
    while not done.is_set():
        with shelf.alone() as alone:
            if alone:
                _write_until(done, Writer(shelf))
        done.wait(1)


def _write_until(done: Event, writer: Writer) -> None:
    trouble = ""
    while not done.is_set():
        began = time.monotonic()
        try:
            written = writer.turn(datetime.now(UTC))  # the pages' own clock
            if trouble:
                log.warning("snapshots are written again")
            trouble = ""
            if written and written.changed:
                log.info("%s in %.3f s", written, time.monotonic() - began)
        except (Error, OSError) as error:  # no database, no disk: what is written stays
            if str(error) != trouble:
                trouble = str(error)
                log.error("no snapshots: %s", trouble.strip())  # noqa: TRY400 — its cause is outside
            writer.forget()
            connection.close()
            done.wait(APART.total_seconds())
        done.wait(LOOK_SECONDS)


def _mark() -> str:
    """What changes whenever a transaction that wrote anything ends, and else does not."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_current_snapshot()::text")
        else:
            cursor.execute("PRAGMA data_version")  # of this very connection, so it stays open
        return str(cursor.fetchone()[0])


def _request(address: Address) -> WSGIRequest:
    """As a visitor without a past asks."""
    url = urlsplit(settings.PUBLIC_URL)
    return WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address.path,
            "QUERY_STRING": address.query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": url.hostname or "localhost",
            "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": url.netloc,
            "HTTP_X_FORWARDED_PROTO": url.scheme,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": url.scheme,
            "wsgi.input": BytesIO(),
        }
    )


def _kept(address: Address, response: HttpResponseBase) -> Answer | None:
    if response.status_code == NOT_THERE:
        return None
    if response.status_code != OK:
        raise Unfit(f"it answers {response.status_code}")
    if response.cookies:
        raise Unfit("it sets a cookie")
    if response.streaming:
        raise Unfit("it is a stream")
    headers = {
        name: value for name, value in response.headers.items() if name.lower() not in NOT_OURS
    }
    if "cookie" in headers.get("Vary", "").lower():
        raise Unfit("it depends on who asks")
    headers["Cache-Control"] = CACHE_CONTROL
    body: bytes = getattr(response, "content")  # noqa: B009 — a stream was refused above
    return Answer(address.file, body, headers, "" if address.query else address.path)
