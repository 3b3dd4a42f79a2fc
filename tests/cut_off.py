"""A release of which machines are cut off in the middle: python -m tests.cut_off

Three worker machines on a wire of our own. One stands still inside its claim and is cut off then;
another is cut off while it sends. Prints one line of JSON: what came of the posts.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import django
import psycopg

from benchmarks.parts.deployment import pids
from benchmarks.parts.machines import Machine, Machines
from coalition.campaigns.lock import NAMESPACE
from tests.testnet import wire

POSTS, LATER, AHEAD = 240, 12, 20
LEASE, PATIENCE = 6, 60
UNTOLD = 77
"""The exit code where no wire can be laid."""
COUNT = "SELECT count(*) FROM coalition_post WHERE state = %s"
SENDING = "SELECT DISTINCT worker FROM coalition_attempt WHERE ended_at IS NULL"


def live() -> dict[str, object]:
    """From the empty database to the last record."""
    times = {"SEND_LEASE_SECONDS": str(LEASE), "LOOK_AGAIN_SECONDS": "1"}
    with Machines(3, in_flight=30, **times) as deployment:
        deployment.machines[0].settings |= {"CRASH_AT": "inside claim:2", "CRASH_BY": "SIGSTOP"}
        django.setup()
        from django.core.management import call_command

        from benchmarks.parts import rows
        from coalition.members.models import Account

        call_command("migrate", verbosity=0)
        rows.load_accounts(POSTS, deployment.network.url)
        deployment.start_hands()
        campaign = rows.load_campaign(POSTS, AHEAD)
        assert campaign.exit_at is not None
        at = campaign.exit_at.timestamp()
        later = Account.objects.filter(pk__in=Account.objects.order_by("pk").values("pk")[:LATER])
        later.update(connected_at=None)  # theirs go out when all machines are back
        rows.open_campaign(campaign)
        url = deployment.postgres.url_of("coalition")
        with psycopg.connect(url, autocommit=True) as reader:
            back = partial(later.update, connected_at=datetime.now(UTC))
            told = release(deployment, reader, at, back)
        received = deployment.network.received()
    uris = {uri for uri, _at in received}
    # a call that was on the wire may arrive when it is back; its key makes no second record
    told |= {"records": len(uris), "asked_twice": len(received) - len(uris)}
    return told | {"early": sum(when < at for _uri, when in received)}


def release(
    deployment: Machines, reader: psycopg.Connection, at: float, connect_later: Callable[[], object]
) -> dict[str, object]:
    """Cut two off, wait for the third, let the two come back and do the rest without it."""

    def count(state: str) -> int:
        return int(reader.execute(COUNT, [state]).fetchall()[0][0])

    def sends(machine: Machine) -> bool:
        working = {int(name.rpartition(":")[2]) for (name,) in reader.execute(SENDING)}
        return bool(working & set(pids(machine)))

    still, *others = deployment.machines
    until(lambda: bool(stopped(still)), at + PATIENCE)
    wire.cut(still)
    cut = next((one for one in others if sends(one)), others[0])
    wire.cut(cut)
    told: dict[str, object] = {"sending_at_the_cut": count("sending")}
    began = time.time()
    reader.execute("SET lock_timeout = '60s'")
    reader.execute(
        "SELECT pg_advisory_xact_lock(%s::int, id::int) FROM coalition_campaign", [NAMESPACE]
    )
    told |= {"a_stop_waits": round(time.time() - began, 1)}
    until(lambda: count("published") >= POSTS - LATER, at + PATIENCE)
    told |= {"by_the_others": count("published"), "seconds": round(time.time() - at, 1)}
    for machine in (still, cut):
        wire.cut(machine, again=True)
    for pid in stopped(still):
        os.kill(pid, signal.SIGCONT)
    next(one for one in others if one is not cut).stop()
    connect_later()
    until(lambda: count("published") >= POSTS, time.time() + PATIENCE)
    holds = reader.execute("SELECT count(*) FROM coalition_hold").fetchall()[0][0]
    return told | {"published": count("published"), "holds": holds}


def stopped(machine: Machine) -> list[int]:
    """Those of its processes that stand still."""
    return [pid for pid in pids(machine) if state_of(pid) == "T"]


def state_of(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 — not a file
        return file.read().rpartition(")")[2].split()[0]


def until(holds: Callable[[], bool], at_most: float) -> None:
    while not holds() and time.time() < at_most:
        time.sleep(0.02)


if __name__ == "__main__":
    try:
        wire.lay()
    except wire.NoWire as reason:
        sys.stdout.write(f"{reason}\n")
        sys.exit(UNTOLD)
    sys.stdout.write(json.dumps(live()) + "\n")
