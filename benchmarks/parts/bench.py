"""One deployment that runs, releases by it and by the bare scripts, and what is read off them."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import psycopg

from benchmarks.parts.deployment import WORKERS, Deployment, pids
from tests.testnet.hands import ROOT, Worker
from tests.testnet.server import launched

IDLE_SECONDS = 8
ARM_SECONDS, ARM_SECONDS_A_POST = 12, 0.0035  # from the open campaign to T
PATIENCE_SECONDS = 60
RESCUE_SECONDS = 180
QUIET_SECONDS = 2

STATEMENTS = """
    SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
    WHERE userid = 'coalition'::regrole
      AND query NOT LIKE '%FOR KEY SHARE OF x'  -- PostgreSQL's own looks at foreign keys
"""


@dataclass(frozen=True, slots=True)
class Times:
    """When a network had got its posts, in milliseconds after T."""

    first: float
    last: float
    p99: float
    early: int

    @classmethod
    def of(cls, received: Sequence[tuple[str, float]], at: float) -> "Times":
        if not received:
            raise SystemExit("The network got no post at all: see the workers' logs.")
        after = sorted((when - at) * 1000 for _uri, when in received)
        p99 = after[int((len(after) - 1) * 0.99)]
        return cls(after[0], after[-1], p99, sum(ms < 0 for ms in after))

    def __str__(self) -> str:
        return f"first {self.first:5.1f}, p99 {self.p99:7.1f}, last {self.last:7.1f} ms"


@dataclass(frozen=True, slots=True)
class Release:
    """One release by our deployment."""

    times: Times
    statements: float
    cpu: float
    doubled: int
    lost: int


@dataclass(frozen=True, slots=True)
class Rescue:
    """One release in which a worker was killed."""

    unrecorded: int
    doubled: int
    lost: int
    seconds: float


class Bench:
    """Reads as another role than the workers, so that its statements are not theirs."""

    def __init__(self, deployment: Deployment, concurrency: int) -> None:
        from benchmarks.parts import rows

        self._rows, self._deployment, self._each = rows, deployment, concurrency // WORKERS
        self._network = deployment.network
        self._reader = psycopg.connect(deployment.postgres.url_of("coalition"), autocommit=True)
        self._reader.execute("CREATE EXTENSION pg_stat_statements")
        self._idle_statements = self._idle_cpu = 0.0

    # What ours does

    def measure_idle(self) -> None:
        """What ticks cost while nothing is due: no part of a post's price."""
        self._rows.open_campaign(self._rows.load_campaign(0, 3600))
        time.sleep(2)
        statements, cpu = self._statements(), self._deployment.cpu_seconds()
        time.sleep(IDLE_SECONDS)
        self._idle_statements = (self._statements() - statements) / IDLE_SECONDS
        self._idle_cpu = (self._deployment.cpu_seconds() - cpu) / IDLE_SECONDS

    def ours(self, posts: int) -> Release:
        """Everything from the hand-out to the last record, less what an idle system costs."""
        at = self._load(posts)
        began, statements, cpu = time.time(), self._statements(), self._deployment.cpu_seconds()
        self._open(at)
        self._until(lambda: self._network.count() >= posts, at + PATIENCE_SECONDS)
        self._until(lambda: len(self._out()) >= posts, at + PATIENCE_SECONDS)
        seconds = time.time() - began
        return Release(
            Times.of(self._network.received(), at),
            self._statements() - statements - seconds * self._idle_statements,
            self._deployment.cpu_seconds() - cpu - seconds * self._idle_cpu,
            *self._doubled_and_lost(posts),
        )

    def killed(self, posts: int) -> Rescue:
        """Kill a worker when a third is out, and let the other one finish."""
        at = self._load(posts)
        self._open(at)
        self._until(lambda: self._network.count() >= posts // 3, at + PATIENCE_SECONDS)
        dead = self._who_is_sending()
        dead.kill()
        self._until_quiet()
        received = {uri for uri, _at in self._network.received()}
        unrecorded = len(received - self._out())
        self._until(lambda: len(self._out()) >= posts, at + RESCUE_SECONDS)
        seconds = time.time() - at
        rescue = Rescue(unrecorded, *self._doubled_and_lost(posts), seconds)
        dead.start()
        return rescue

    def peak_mb(self) -> float:
        """The most that a worker process ever held."""
        return self._deployment.peak_mb()

    # What the bare scripts do

    def bare(self) -> Times:
        """The posts of the last release again, by as many processes as we have workers."""
        self._network.forget()
        requests = self._rows.requests()
        at = time.time() + 4 + len(requests) / 10_000
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            scripts = [
                self._script(folder / f"{number}.json", requests[number::WORKERS], at)
                for number in range(WORKERS)
            ]
            for script in scripts:
                stack.callback(script.kill)
            for script in scripts:
                if script.wait(PATIENCE_SECONDS + len(requests) / 100):
                    raise SystemExit("A bare script failed: its own words stand above.")
        return Times.of(self._network.received(), at)

    def _script(
        self, file: Path, requests: Sequence[dict[str, Any]], at: float
    ) -> subprocess.Popen[bytes]:
        file.write_text(json.dumps(requests), "utf-8")
        arguments = ["-m", "benchmarks.parts.bare", str(file), str(self._each), str(at)]
        return subprocess.Popen(launched([sys.executable, *arguments]), cwd=ROOT)

    # What is read off

    def _load(self, posts: int) -> float:
        self._network.forget()
        ahead = ARM_SECONDS + posts * ARM_SECONDS_A_POST
        self._campaign = self._rows.load_campaign(posts, ahead)
        assert self._campaign.exit_at is not None
        return self._campaign.exit_at.timestamp()

    def _open(self, at: float) -> None:
        self._rows.open_campaign(self._campaign)
        time.sleep(max(0.0, at - time.time()))

    def _statements(self) -> float:
        """All that our role has ever asked of the database, BEGIN and COMMIT too."""
        (calls,) = self._reader.execute(STATEMENTS).fetchall()[0]
        return float(calls)

    def _out(self) -> set[str]:
        """The ids of what our rows say is published."""
        query = "SELECT network_post_id FROM coalition_post WHERE state = 'published'"
        return {row[0] for row in self._reader.execute(query)}

    def _doubled_and_lost(self, posts: int) -> tuple[int, int]:
        """By the network's log: asked for more than once; never, or never recorded as out."""
        times = Counter(uri for uri, _at in self._network.received())
        return sum(n > 1 for n in times.values()), posts - len(self._out() & times.keys())

    def _who_is_sending(self) -> Worker:
        query = "SELECT DISTINCT worker FROM coalition_attempt WHERE ended_at IS NULL"
        sending = {int(row[0].rpartition(":")[2]) for row in self._reader.execute(query)}
        return next(one for one in self._deployment.workers if sending & set(pids(one)))

    def _until_quiet(self) -> None:
        """Nobody sends any more, for a while."""
        before, now = -1, self._network.count()
        while now != before:
            time.sleep(QUIET_SECONDS)
            before, now = now, self._network.count()

    @staticmethod
    def _until(holds: Callable[[], bool], at_most: float) -> None:
        while not holds() and time.time() < at_most:
            time.sleep(0.1)


@contextmanager
def bench(concurrency: int, accounts: int) -> Iterator[Bench]:
    """Everything up, with its accounts."""
    with Deployment(concurrency) as deployment:
        django.setup()
        from django.core.management import call_command

        from benchmarks.parts import rows

        call_command("migrate", verbosity=0)
        rows.load_accounts(accounts, deployment.network.url)
        made = Bench(deployment, concurrency)
        deployment.start_hands()
        made.measure_idle()
        yield made
        if os.environ.get("SHOW_LOGS"):
            for worker in deployment.workers:
                print(worker.log.read_text("utf-8"), file=sys.stderr)
