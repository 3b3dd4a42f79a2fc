"""`manage.py doctor`: red or green, and what to do."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from coalition.health.actions import leave_pulse
from coalition.management.doctor import house, outside, servers
from coalition.management.doctor.finding import Colour, Finding, red
from coalition.publishing.clock import database_now

STYLES: Final = {Colour.GREEN: "SUCCESS", Colour.YELLOW: "WARNING", Colour.RED: "ERROR"}


class Command(BaseCommand):
    """For the administrator, before the day and whenever something seems wrong."""

    help = "Look at everything that has to work; ends with 1 when something is red."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What it can't see by itself."""
        parser.add_argument("--backed-up", action="store_true", help="a backup was made just now")

    def handle(self, *_args: Any, **options: Any) -> None:
        """One line each, in the order in which one would mend them."""
        if options["backed_up"]:
            leave_pulse("backup", every=0, now=database_now())
        worst = Colour.GREEN
        for found in findings():
            style = getattr(self.style, STYLES[found.colour])
            do = f"\n        → {found.do}" if found.do else ""
            self.stdout.write(
                f"{style(f'{found.colour.value:>5}')}  {found.subject:<10} {found.says}{do}"
            )
            if found.colour is Colour.RED:
                worst = Colour.RED
        if worst is Colour.RED:
            raise SystemExit(1)


def findings() -> Iterator[Finding]:
    """Everything; without a database, what can be said all the same."""
    yield house.networks()
    answers = servers.database()
    yield answers
    yield servers.queue()
    yield servers.mail()
    yield servers.name()
    yield servers.disk()
    if answers.colour is Colour.RED:
        return
    try:
        yield servers.clocks()
        yield house.keys()
        yield from house.hands()
        yield house.people()
        yield outside.time()
        yield outside.credit()
    except DatabaseError as error:
        yield red("database", str(error).splitlines()[0], "see its log")
