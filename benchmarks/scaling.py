"""What a second and a fourth worker machine change: see docs/scaling.md.

    python3 run.py benchmark scaling [--posts N] [--workers N …]

Each worker stands for a machine: its own processes, its own DATA_DIR, and so its own file of what
it has sent. Rows, queue, desk and clock are shared. One JSON line comes last.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import django
import psycopg

from benchmarks.parts.bench import Times
from benchmarks.parts.deployment import Deployment, pids
from tests.testnet.hands import Desk, Worker

AHEAD, PATIENCE = 20, 60


class Machine(Worker):
    """A worker of its own name, with one child: it takes one share, and leaves the others alone."""

    part: ClassVar[tuple[str, ...]] = (
        *("worker", "--pool", "prefork", "--concurrency", "1", "--queues", "celery"),
        *("--loglevel", "INFO"),
    )

    def __init__(self, number: int, database: str, broker: str) -> None:
        super().__init__(database, broker)
        self._named = ("--hostname", f"machine{number}@%h")

    def command(self) -> list[str]:
        """Two of one name would not both be given work."""
        return [*super().command(), *self._named]

    @property
    def sent(self) -> int:
        """What its own file says that was sent."""
        file = self.home / "sent"
        return int(file.read_text("ascii")) if file.exists() else 0


class Machines(Deployment):
    """As many worker machines as are asked for; whatever has no file of its own is shared."""

    def __init__(self, number: int) -> None:
        super().__init__(2 * 200 // number)  # calls in flight, all together
        self.settings["SEND_SHARES"] = str(number)
        database = self.settings["DATABASE_URL"]
        self.machines = [Machine(each, database, self.valkey.url) for each in range(number)]
        self.workers = list(self.machines)
        self.desk = Desk(database, self.valkey.url)


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
    told = subprocess.run(
        [*command, "--workers", str(number)], stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
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
    asked = parser.parse_args(arguments)
    if len(asked.workers) == 1:
        print(json.dumps(measure(asked.workers[0], asked.posts)))
        return 0
    lines = [_in_a_process_of_its_own(number, asked.posts) for number in asked.workers]
    print(json.dumps({"scaling": lines, "cores": os.cpu_count()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
