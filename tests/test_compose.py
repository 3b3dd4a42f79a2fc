"""docker-compose.yml and the Dockerfile, read by Docker Compose itself and by hadolint."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from coalition.publishing.claim import LEASE
from deploy import healthy
from tests.composed import HOST, ROOT, as_an_administrator_has_it, compose, configuration
from tests.testnet.missing import Missing

ONE_SHOT = {"migrate"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return as_an_administrator_has_it(tmp_path)


@pytest.fixture
def plan(folder: Path) -> dict[str, Any]:
    return configuration(folder)


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
    names = ("db", "redis", "web", "worker", "desk", "clock", "snapshots", "nginx")
    assert running.keys() == set(names)


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
    within = ("db", "redis", "clock", "snapshots", "migrate")
    assert [reach[name] for name in within] == [{"inside"}] * len(within)
    assert plan["networks"]["inside"]["internal"] is True
    assert reach["nginx"] & reach["db"] == set()
    assert reach["nginx"] & reach["web"] == {"front"}


def test_tables_are_up_to_date_before_anybody_looks_at_them(running: dict[str, Any]) -> None:
    for name in ("web", "worker", "desk", "clock", "snapshots"):
        assert running[name]["depends_on"]["migrate"]["condition"] == (
            "service_completed_successfully"
        ), name
    assert "depends_on" not in running["nginx"]  # what is public stays up when all else is down


def test_there_is_one_clock_and_it_is_only_a_clock(running: dict[str, Any]) -> None:
    beats = {name for name, service in running.items() if "beat" in (service["command"] or [])}
    assert beats == {"clock"}
    assert running["clock"]["deploy"]["replicas"] == 1
    assert not {"-B", "--beat"} & set(running["worker"]["command"])


def test_the_worker_has_children_for_two_hand_outs_and_more_and_time_to_finish(
    running: dict[str, Any], settings: Settings
) -> None:
    command = running["worker"]["command"]
    assert command[command.index("--pool") + 1] == "prefork"
    assert int(command[command.index("--concurrency") + 1]) >= 2 * settings.SEND_SHARES + 2
    minutes, seconds = re.fullmatch(
        r"(?:(\d+)m)?(?:(\d+)s)?", running["worker"]["stop_grace_period"]
    ).groups("0")  # type: ignore[union-attr]
    assert int(minutes) * 60 + int(seconds) > LEASE.total_seconds()


def test_every_queue_is_served_and_the_desk_never_by_who_waits_for_an_hour(
    running: dict[str, Any], settings: Settings
) -> None:
    serves = {
        name: service["command"][service["command"].index("--queues") + 1]
        for name, service in running.items()
        if "worker" in (service["command"] or [])
    }
    assert serves == {"worker": "celery", "desk": "desk"}
    assert set(serves.values()) == set(settings.CELERY_TASK_QUEUES)


def test_the_queue_is_kept_and_never_forgets_silently(running: dict[str, Any]) -> None:
    command = " ".join(running["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_one_service_writes_snapshots_and_those_who_serve_them_only_read(
    plan: dict[str, Any],
) -> None:
    mounted = {
        name: volume.get("read_only", False)
        for name, service in plan["services"].items()
        for volume in service.get("volumes") or []
        if volume["source"] == "snapshots"
    }
    assert mounted == {"snapshots": False, "web": True, "nginx": True}


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


def test_snapshots_that_nobody_renews_are_not_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert not healthy.snapshots()
    written = tmp_path / "snapshots" / "live" / "answers.json"
    written.parent.mkdir(parents=True)
    written.touch()
    assert healthy.snapshots()
    os.utime(written, (1, 1))
    assert not healthy.snapshots()


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
