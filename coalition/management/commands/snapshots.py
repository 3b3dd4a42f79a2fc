"""`manage.py snapshots`: public pages as files: written, followed, listed, pinned."""

import signal
from argparse import ArgumentParser
from dataclasses import astuple
from datetime import UTC, datetime
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coalition.progress.shelf import Shelf
from coalition.progress.snapshot import Writer, follow, step_aside


class Command(BaseCommand):
    """Listing and pinning need the folder alone: they work when nothing else does."""

    help = "Write the public pages as files, once; or keep writing, list, pin and unpin."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One thing at a time."""
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--follow", action="store_true", help="write whenever something changes")
        what.add_argument("--list", action="store_true", help="the older ones that are kept")
        what.add_argument("--pin", metavar="NAME", help="serve an older one until --unpin")
        what.add_argument("--unpin", action="store_true", help="serve the newest again")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do that one thing, and say it."""
        shelf = Shelf(settings.SNAPSHOTS_DIR)
        try:
            if options["follow"]:
                _follow(shelf)
            elif options["list"]:
                self._list(shelf)
            elif options["pin"] or options["unpin"]:
                self._pin(shelf, options["pin"])
            else:
                self._write(shelf)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None

    def _write(self, shelf: Shelf) -> None:
        with shelf.alone() as alone:
            if not alone:
                raise CommandError("another process writes them already: nothing to do")
            writer, now = Writer(shelf), datetime.now(UTC)
            parts = [writer.write(now, later=later) for later in (False, True)]
        changed, removed = (sum(counts) for counts in zip(*map(astuple, parts), strict=True))
        self.stdout.write(f"changed {changed}, removed {removed}")

    def _list(self, shelf: Shelf) -> None:
        pinned = shelf.pinned()
        self.stdout.write(f"{'newest':<18}{'' if pinned else ' ← served'}")
        for name in shelf.kept():
            self.stdout.write(f"{name:<18}{' ← served, pinned' if name == pinned else ''}")

    def _pin(self, shelf: Shelf, name: str | None) -> None:
        if not shelf.pin(name):
            raise CommandError(f"there is no {name}: --list shows what is kept")
        if name:
            self.stdout.write(f"Pinned: everybody sees the pages of {name} until --unpin.")
        else:
            self.stdout.write("Everybody sees the newest pages again.")


def _follow(shelf: Shelf) -> None:
    done = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    step_aside()
    follow(shelf, done)
