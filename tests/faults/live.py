"""One house and its days, in a process of its own: python -m tests.faults.live HOUSE [FAULT…]

A line of JSON for each fault: its name, and what it broke. The servers are its own, so that houses
can live side by side.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import django

from tests import environment

if TYPE_CHECKING:
    from tests.faults.house import House


def main(name: str, wanted: list[str]) -> None:
    """Live its days."""
    with a_house() as house:
        from tests.faults.catalogue import DAYS, HOUSES, live_through

        for day in HOUSES[name]:
            for fault, broken in live_through(house, day, wanted or list(DAYS[day].faults)):
                sys.stdout.write(json.dumps([fault, broken]) + "\n")
                sys.stdout.flush()


@contextmanager
def a_house() -> "Iterator[House]":
    """Every server it needs, an empty database, workers and a beat."""
    environment.set_up()
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.fakex.server import FakeX
    from tests.faults.house import House
    from tests.testnet.servers import Pds, Postgres, Valkey

    with ExitStack() as stack:
        postgres = stack.enter_context(Postgres(port=environment.POSTGRES_PORT))
        postgres.create("coalition")
        call_command("migrate", verbosity=0)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        house = House(
            postgres=postgres,
            valkey=stack.enter_context(Valkey(port=environment.VALKEY_PORT)),
            pds=stack.enter_context(Pds()),
            fake_x=stack.enter_context(FakeX(folder)),
        )
        stack.callback(connection.close)
        yield stack.enter_context(house)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
