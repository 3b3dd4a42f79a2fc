"""Celery's own processes: the workers and the beat of the real deployment."""

import os
import sys
import time
from pathlib import Path
from typing import ClassVar

from tests.testnet.server import Server

ROOT = Path(__file__).resolve().parents[2]


class Hands(Server):
    """One celery process on the test's database and broker."""

    part: ClassVar[tuple[str, ...]]
    ready: ClassVar[str]
    seconds_to_start = 120  # two of importing; more where others work, too

    def __init__(self, database: str, broker: str, **settings: str) -> None:
        super().__init__()
        self.settings = {"DATABASE_URL": database, "REDIS_URL": broker, "DATA_DIR": str(self.home)}
        self.settings |= settings
        self._start = 0

    def environment(self) -> dict[str, str]:
        """As the deployment's, with this test's own addresses."""
        return {**os.environ, "PYTHONPATH": str(ROOT), "LOG_LEVEL": "INFO", **self.settings}

    def prepare(self) -> None:
        """Only what it says from here on counts."""
        self._start = self.log.stat().st_size if self.log.exists() else 0

    def command(self) -> list[str]:
        """Celery as an operator starts it."""
        return [sys.executable, "-m", "celery", "-A", "coalition", *self.part]

    def answers(self) -> bool:
        """It serves no port: its log says that it is ready."""
        return self.log.exists() and self.ready in self.log.read_text("utf-8")[self._start :]

    def wait_for(self, words: str, *, seconds: float = 20) -> None:
        """Until its log says this."""
        deadline = time.monotonic() + seconds
        while words not in self.log.read_text("utf-8")[self._start :]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name} did not say {words!r}:\n{self.last_words()}")
            time.sleep(0.02)


class Worker(Hands):
    """A worker with two children."""

    name = "worker"
    part: ClassVar[tuple[str, ...]] = (
        "worker",
        "--pool",
        "prefork",
        "--concurrency",
        "2",
        "--loglevel",
        "INFO",
    )
    ready = "ready."


class Desk(Hands):
    """Who ticks and posts letters, and can't be held up by batches."""

    name = "desk"
    part = (
        *("worker", "--pool", "threads", "--concurrency", "4", "--queues", "desk"),
        *("--hostname", "desk@%h", "--loglevel", "INFO"),
    )
    ready = "ready."


class Beat(Hands):
    """The clock that ticks."""

    name = "beat"
    part = ("beat", "--loglevel", "INFO")
    ready = "beat: Starting"
