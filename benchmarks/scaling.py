"""What a second and a fourth worker machine change: see docs/scaling.md.

    python3 run.py benchmark scaling [--posts N] [--workers N …]

Each worker stands for a machine: its own network namespace, its own processes, its own DATA_DIR,
and so its own file of what it has sent. Rows, queue, desk, clock and the host of accounts are
reached over a wire. Where namespaces can't be made it says so, and machines are processes.
One JSON line comes last.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence

import django
import psycopg

from benchmarks.parts.bench import Times
from benchmarks.parts.deployment import pids
from benchmarks.parts.machines import Machines
from tests.testnet import wire
from tests.testnet.server import Server

AHEAD, PATIENCE = 40, 60  # time to sign all accounts in on a busy machine, too


def measure(number: int, posts: int) -> dict[str, object]:
    """One release by so many machines, from the open campaign to the last record."""
    with Machines(number) as deployment:
        django.setup()
        from django.core.management import call_command

        from benchmarks.parts import rows

        call_command("migrate", verbosity=0)
        rows.load_accounts(posts, deployment.network.url)
        deployment.start_hands()
        campaign = rows.load_campaign(posts, AHEAD)
        assert campaign.exit_at is not None
        at = campaign.exit_at.timestamp()
        rows.open_campaign(campaign)
        url = deployment.postgres.url_of("coalition")
        with psycopg.connect(url, autocommit=True) as reader:
            out = "SELECT count(*) FROM coalition_post WHERE state = 'published'"
            while time.time() < at + PATIENCE and _one(reader, out) < posts:
                time.sleep(0.1)
            workers = reader.execute("SELECT worker FROM coalition_attempt").fetchall()
            published, holds = (
                _one(reader, out),
                _one(reader, "SELECT count(*) FROM coalition_hold"),
            )
            last = _one(reader, "SELECT max(id) FROM coalition_attempt")
        asked = Counter(uri for uri, _at in deployment.network.received())
        times = Times.of(deployment.network.received(), at)
        mine = {pid: each for each, one in enumerate(deployment.machines) for pid in pids(one)}
        shares = Counter(mine[int(name.rpartition(":")[2])] for (name,) in workers)
        print(f"{number} machines: {times}; shares {dict(sorted(shares.items()))}", flush=True)
        return {
            "machines": number,
            "wired": Server.address == wire.HERE,
            "posts": posts,
            "last_ms": round(times.last),
            "p99_ms": round(times.p99),
            "early": times.early,
            "shares": [shares[each] for each in range(number)],
            "doubled": sum(times > 1 for times in asked.values()),
            "lost": posts - published,
            "holds": holds,
            "files_behind": sum(one.sent < last for one in deployment.machines),
        }


def _in_a_process_of_its_own(number: int, posts: int) -> dict[str, object]:
    """Django reads its settings once, and each deployment has its own."""
    command = [sys.executable, "-m", "benchmarks.scaling", "--posts", str(posts)]
    command += ["--workers", str(number), "--at", Server.address]
    told = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    *said, last = told.stdout.splitlines()
    print("\n".join(said), flush=True)
    found: dict[str, object] = json.loads(last)
    return found


def _one(reader: psycopg.Connection, query: str) -> int:
    (found,) = reader.execute(query.encode()).fetchall()[0]
    return int(found or 0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each number of machines, and print the figures last."""
    parser = argparse.ArgumentParser(prog="run.py benchmark scaling")
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--at", help=argparse.SUPPRESS)  # where the whole run's servers listen
    asked = parser.parse_args(arguments)
    if asked.at:
        Server.address = asked.at
    else:
        try:
            wire.lay()
        except wire.NoWire as reason:
            print(f"{reason}. So each machine is only a process.", file=sys.stderr)
    if len(asked.workers) == 1:
        print(json.dumps(measure(asked.workers[0], asked.posts)))
        return 0
    lines = [_in_a_process_of_its_own(number, asked.posts) for number in asked.workers]
    load = round(os.getloadavg()[1], 1)  # who else worked meanwhile
    print(json.dumps({"scaling": lines, "cores": os.cpu_count(), "load": load}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
