"""A real server in its own process group: killed, restarted, and never left behind."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

LAUNCH = Path(__file__).with_name("launch.py")
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on, and that we gave to nobody else.

    From below those that a kernel lends to outgoing connections: one of them could sit on it while
    its server is down.
    """
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port


def launched(command: list[str], *, identity: str = "same") -> list[str]:
    """The command, so that it ends when this thread ends, under another identity if need be."""
    return [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid()), identity, *command]


class Server(ABC):
    """One server. Start it from the main thread: it ends with the thread that started it."""

    name: ClassVar[str]
    seconds_to_start: ClassVar[float] = 20
    address: ClassVar[str] = "127.0.0.1"  # on a wire of our own, that end of it: see wire.py
    identity = "same"

    def __init__(self, *, port: int | None = None, home: Path | None = None) -> None:
        self.port = port or free_port()
        self._own_home = home is None
        self.home = home or Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self.log = self.home / "log"
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """What runs."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it serves by now."""

    def environment(self) -> dict[str, str]:
        """The environment that it runs in."""
        return dict(os.environ)

    def prepare(self) -> None:  # noqa: B027 — most servers need nothing
        """What must be there before the first start."""

    def start(self) -> Self:
        """Start, and come back when it answers."""
        self.prepare()
        if self.answers():
            raise RuntimeError(f"{self.name}: somebody else listens on port {self.port}")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                launched(self.command(), identity=self.identity),
                cwd=self.home,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + self.seconds_to_start
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self.name} did not start; it said:\n{self.last_words()}")
            time.sleep(0.02)
        return self

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text("utf-8", "replace")[-2000:] if self.log.exists() else ""

    def signal(self, number: signal.Signals, *, seconds: float = 10) -> None:
        """Ask it to end, and make it end when it does not."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def stop(self) -> None:
        """End it in good order."""
        self.signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to all of it, at once: no farewell, no flush."""
        if self.process is None:
            return
        for pid in [*children(self.process.pid), self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def restart(self) -> Self:
        """Stop it if it runs; start it again on the same port with the same data."""
        self.stop()
        return self.start()

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        self.stop()
        if self._own_home:
            shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def children(pid: int) -> list[int]:
    """The processes that a process started: PostgreSQL's leave its group."""
    try:
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    except OSError:
        return []
