"""The embedded run as one process beside both networks: web, worker and beat, on SQLite."""

import contextlib
import os
import socket
import sys
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import connection

from tests.faults.house import Town, wrong_clock
from tests.testnet.hands import ROOT
from tests.testnet.server import Server


class Embedded(Server):
    """`python3 run.py`, on the database of this process."""

    name = "embedded"
    seconds_to_start = 120

    def __init__(self, settings: dict[str, str]) -> None:
        super().__init__()
        self.settings = settings
        self.clock: dict[str, str] = {}
        self._start = 0

    def prepare(self) -> None:
        """Only what it says from here on counts; a killed one's web server ends a little later."""
        self._start = self.log.stat().st_size if self.log.exists() else 0
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as probe, contextlib.suppress(OSError):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", self.port))
                return
            time.sleep(0.05)

    def environment(self) -> dict[str, str]:
        """As this process's own."""
        return {**os.environ, "PYTHONUNBUFFERED": "1", **self.settings, **self.clock}

    def command(self) -> list[str]:
        """As run.py becomes it."""
        return [sys.executable, str(ROOT / "manage.py"), "run", "--port", str(self.port)]

    def answers(self) -> bool:
        """Its last line before it waits."""
        log = self.log.read_text("utf-8") if self.log.exists() else ""
        return "Ctrl-C ends it." in log[self._start :]

    def kill(self) -> None:
        """SIGKILL to it alone: the kernel then tells its web server to end."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def again(self, *, off: float = 0) -> None:
        """Killed, and started again with a clock that is so many hours off."""
        self.kill()
        self.clock = wrong_clock(off) if off else {}
        self.start()


@dataclass(kw_only=True)
class Alone(Town):
    """Both networks, and the one process that posts to them."""

    one: Embedded = field(init=False)

    def __enter__(self) -> Self:
        self.one = Embedded(self.settings)
        self.start_all([self.one])
        self.fake_x.allow_duplicates()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.rest()
        self.one.kill()
        self.one.close()
        self.open.close()
        connection.close()
        self.starters.shutdown()

    def letters(self) -> str:
        """All that it has mailed: without a mail server, files."""
        folder = settings.DATA_DIR / "letters"
        return "".join(file.read_text("utf-8") for file in folder.iterdir())
