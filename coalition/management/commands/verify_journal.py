"""`manage.py verify_journal`: whether the journal is whole, in one line and an exit code."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coalition.journal.queries import entry_at, first_broken, head


class Command(BaseCommand):
    """Walks the chain; with a head from a letter it also sees a chain that was made anew."""

    help = "Check the journal's chain, and that it still holds a head that was mailed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What a letter said."""
        parser.add_argument("--head", metavar="POSITION:SHA256", help="as a daily letter says it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Name the first bad entry, or say how many are good."""
        broken = first_broken()
        if broken:
            raise CommandError(
                f"Entry {broken.position} is not what was written there: its hash should be "
                f"{broken.expected[:12]}…, it is {broken.found[:12]}…"
            )
        if options["head"]:
            self._holds(options["head"])
        last = head()
        self.stdout.write(f"Whole: {last.position if last else 0} entries.")

    def _holds(self, said: str) -> None:
        position, _, sha256 = said.partition(":")
        if not position.isdecimal() or not sha256:
            raise CommandError(f"{said} is no head; copy it whole from the letter: 12:ab34…")
        found = entry_at(int(position))
        if found is None:
            raise CommandError(f"Entry {position} is gone: the journal was cut off or made anew.")
        if found.sha256 != sha256:
            raise CommandError(f"Entry {position} is another one: the journal was made anew.")
