"""What a worker does at the host, in a process that is killed in the middle of it."""

import asyncio

from coalition.directory.plan import There, Wanted, plan
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.lists import ITEM, LIST, PACK
from coalition.networks.network import Secret
from tests.directory.shelves import breaking


def write_and_die(hosts: Hosts, wanted: Wanted, secret: Secret, *, at: int, answered: bool) -> None:
    """Read, plan, write; SIGKILL at call number `at`."""
    asyncio.run(_write(hosts, wanted, secret, at, answered=answered))


async def _write(hosts: Hosts, wanted: Wanted, secret: Secret, at: int, *, answered: bool) -> None:
    async def forget(_: Secret) -> None:
        pass

    shelf = breaking(at, answered=answered, killed=True)(hosts, wanted.did, secret, forget)
    async with shelf:
        there = There(
            await shelf.records(LIST), await shelf.records(ITEM), await shelf.records(PACK)
        )
        found = plan(wanted, there, placed=(), worded="", stamp="2027-01-20T12:00:00.000Z")
        await shelf.write(found.writes)
