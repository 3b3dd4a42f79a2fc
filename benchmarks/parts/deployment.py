"""The real deployment on loopback: PostgreSQL, Valkey, two Celery workers, beat, and a network."""

import json
import os
import secrets
import sys
import tempfile
from base64 import urlsafe_b64encode
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.request import Request, urlopen

import psycopg

from tests.testnet.hands import ROOT, Beat, Desk, Worker
from tests.testnet.server import Server, children
from tests.testnet.servers import Postgres, Valkey

LATENCY_MS = 100
WORKERS = 2
LEASE_SECONDS = 30  # the kill experiment waits for it; the default would cost a minute more
TICKS = os.sysconf("SC_CLK_TCK")


class DurablePostgres(Postgres):
    """As in production: a commit is on the disk before it is answered."""

    settings: ClassVar[dict[str, str]] = {
        **Postgres.settings,
        "fsync": "on",
        "full_page_writes": "on",
        "random_page_cost": "1.1",  # as in docker-compose.yml
    }


class Network(Server):
    """The host of accounts, with its log."""

    name = "network"

    def command(self) -> list[str]:
        """A process of its own."""
        arguments = [str(self.port), str(LATENCY_MS), self.address]
        return [sys.executable, "-m", "benchmarks.parts.host", *arguments]

    def environment(self) -> dict[str, str]:
        """It imports from here."""
        return {**os.environ, "PYTHONPATH": str(ROOT)}

    @property
    def url(self) -> str:
        """Where accounts live."""
        return f"http://{self.address}:{self.port}"

    def answers(self) -> bool:
        """It counts."""
        try:
            self.count()
        except OSError:
            return False
        return True

    def count(self) -> int:
        """How many posts it was asked to put."""
        return int(self._ask("/count")["received"])

    def received(self) -> list[tuple[str, float]]:
        """Every post that it was asked to put, and when."""
        return [(uri, at) for uri, at in self._ask("/log")["received"]]

    def forget(self) -> None:
        """Begin anew."""
        self._ask("/forget", "POST")

    def _ask(self, path: str, method: str = "GET") -> dict[str, Any]:
        with urlopen(Request(self.url + path, method=method), timeout=10) as answer:  # noqa: S310 — ours
            said: dict[str, Any] = json.load(answer)
        return said


class Deployment:
    """All of it, started and ended together; `settings` is what Django's settings read."""

    def __init__(self, concurrency: int) -> None:
        self.postgres = DurablePostgres()
        self.valkey = Valkey(appendonly=True)
        self.network = Network()
        self._stack = ExitStack()
        data = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-"))
        key = urlsafe_b64encode(secrets.token_bytes(32)).decode()
        database = f"postgres://coalition@{self.postgres.address}:{self.postgres.port}/coalition"
        self.settings = {
            "DJANGO_SETTINGS_MODULE": "coalition.settings",
            "DEPLOYMENT": "production",
            "ENV_FILE": "",
            "DATABASE_URL": database,
            "REDIS_URL": self.valkey.url,
            "DATA_DIR": data,
            "SECRET_KEY": secrets.token_urlsafe(64),
            "VAULT_PRIVATE_KEYS": f"benchmark:{key}",
            "PUBLIC_URL": "http://localhost",
            "MAIL_FROM": "exit@example.org",
            "NETWORKS": "live",
            "BLUESKY_PRIVATE_HOSTS": self.network.address,
            "SENDS_AT_ONCE": str(concurrency // WORKERS),
            "SEND_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        self.workers = [Worker(database, self.valkey.url, DATA_DIR=data) for _ in range(WORKERS)]
        self.desk = Desk(database, self.valkey.url, DATA_DIR=data)
        self.beat = Beat(database, self.valkey.url)

    def __enter__(self) -> Self:
        """The servers; workers wait until there are tables."""
        os.environ.update(self.settings)
        try:
            for server in (self.postgres, self.valkey, self.network):
                self._stack.enter_context(server)
            with psycopg.connect(self.postgres.url, autocommit=True) as admin:
                admin.execute("CREATE ROLE coalition SUPERUSER LOGIN")
                admin.execute("CREATE DATABASE coalition OWNER coalition")
        except BaseException:
            self._stack.close()
            raise
        return self

    def start_hands(self) -> None:
        """Workers and beat, when the tables are there."""
        for hands in (*self.workers, self.desk, self.beat):
            self._stack.enter_context(hands)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def cpu_seconds(self) -> float:
        """What workers, desk, beat, PostgreSQL and Valkey have burnt; the network is not ours."""
        ours = (*self.workers, self.desk, self.beat, self.postgres, self.valkey)
        return sum(map(burnt, (pid for server in ours for pid in pids(server))))

    def peak_mb(self) -> float:
        """The most memory that one worker process ever held."""
        return max(peak_mb(pid) for worker in self.workers for pid in pids(worker))


def pids(server: Server) -> list[int]:
    """A server's process and all below it."""
    found = [server.process.pid] if server.process else []
    for pid in found:
        found += children(pid)
    return found


def burnt(pid: int) -> float:
    """The processor seconds of a process, and of children that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def peak_mb(pid: int) -> float:
    """The most memory that a process ever held."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
