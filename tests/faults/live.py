"""One house and its days, in a process of its own: python -m tests.faults.live HOUSE [FAULT…]

A line of JSON for each fault: its name, and what it broke. The servers are its own, so that houses
can live side by side.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from tests import environment

if TYPE_CHECKING:
    from tests.faults.alone import Alone
    from tests.faults.house import House

EMBEDDED = "fourth"


def main(name: str, wanted: list[str]) -> None:
    """Live its days."""
    with an_embedded_run() if name == EMBEDDED else a_house() as house:
        from tests.faults.catalogue import DAYS, HOUSES, live_through

        for day in HOUSES[name]:
            for fault, broken in live_through(house, day, wanted or list(DAYS[day].faults)):
                sys.stdout.write(json.dumps([fault, broken]) + "\n")
                sys.stdout.flush()


@contextmanager
def a_house() -> "Iterator[House]":
    """Every server it needs, an empty database, workers, a desk and a beat."""
    with servers() as those:
        from tests.faults.house import House

        with House(**those) as house:
            yield house


@contextmanager
def an_embedded_run() -> "Iterator[Alone]":
    """The one process that `run.py` is, and both networks."""
    os.environ["TEST_DATABASE"] = "sqlite"
    environment.set_up()
    django.setup()
    from django.core.management import call_command

    from tests.fakex.server import FakeX
    from tests.faults.alone import Alone
    from tests.testnet.servers import Pds

    with tempfile.TemporaryDirectory() as folder, Pds() as pds, FakeX(Path(folder)) as fake_x:
        call_command("migrate", verbosity=0)
        with Alone(pds=pds, fake_x=fake_x) as alone:
            yield alone


@contextmanager
def servers() -> Iterator[dict[str, Any]]:
    """PostgreSQL with an empty database of ours, a queue, and both networks."""
    environment.set_up()
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.fakex.server import FakeX
    from tests.testnet.servers import Pds, Postgres, Valkey

    with ExitStack() as stack:
        postgres = stack.enter_context(Postgres(port=environment.POSTGRES_PORT))
        postgres.create("coalition")
        stack.callback(connection.close)
        call_command("migrate", verbosity=0)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        yield {
            "postgres": postgres,
            "valkey": stack.enter_context(Valkey(port=environment.VALKEY_PORT)),
            "pds": stack.enter_context(Pds()),
            "fake_x": stack.enter_context(FakeX(folder)),
        }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
