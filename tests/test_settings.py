"""Settings fail closed: a mistake ends every way in with one clear line, before anything runs."""

import json
import os
import stat
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from pytest_django import Settings

from coalition import wiring
from coalition.environment import CUT_OFF, Environment, kept_key
from tests import environment
from tests.test_documentation import settings_read

ROOT = Path(__file__).parents[1]
WAYS_IN = {
    "manage.py": ("manage.py", "check"),
    "the web server": ("-c", "import coalition.wsgi"),
    "celery": ("-m", "celery", "-A", "coalition", "report"),
}
KEY = urlsafe_b64encode(bytes(32)).decode()
RIGHT = {
    "ENV_FILE": "",
    "DEPLOYMENT": "production",
    "SECRET_KEY": "a secret key of at least fifty characters, for nothing",
    "VAULT_PUBLIC_KEY": f"k1:{KEY}",
    "DATABASE_URL": "postgres://exit:hidden@127.0.0.1:9/exit",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "PUBLIC_URL": "https://exit.example.org",
    "MAIL_FROM": "exit@example.org",
    "NETWORKS": "off",
}
SEEN = """
import json
from django.conf import settings
names = "DEPLOYMENT NETWORKS SMTP_HOST DATA_DIR REHEARSAL_DIR CELERY_BROKER_URL SECRET_KEY".split()
database = settings.DATABASES["default"]
seen = {name: str(getattr(settings, name)) for name in names}
seen |= {"vault": settings.VAULT_PRIVATE_KEYS, "database": database["ENGINE"].rpartition(".")[2]}
seen |= {"password": database.get("PASSWORD"), "debug": settings.DEBUG}
print(json.dumps(seen))
"""


def start(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    return start_in(ROOT, *arguments, **changes)


def start_in(
    folder: Path, *arguments: str, **changes: str | None
) -> subprocess.CompletedProcess[str]:
    """A process of its own that reads nothing but these settings."""
    ours = {name for group in (environment.BOTH, environment.SERVERS) for name in group}
    ours |= {*environment.UNSET, "DATA_DIR"}
    shell = {name: value for name, value in os.environ.items() if name not in ours}
    values = {name: value for name, value in changes.items() if value is not None}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**shell, "DJANGO_SETTINGS_MODULE": "coalition.settings", **values},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def words_at_every_way_in(changes: Mapping[str, str | None]) -> dict[str, tuple[int, str]]:
    settings = {**RIGHT, **changes}
    with ThreadPoolExecutor(2) as pool:
        ends = pool.map(lambda way: start(*way, **settings), WAYS_IN.values())
        return {name: (end.returncode, end.stderr) for name, end in zip(WAYS_IN, ends, strict=True)}


MISSING = "is missing. Set it in the environment or in .env; see docs/settings.md"
MAKE_KEYS = "Make a pair with: python3 run.py manage vault_keys"
ADDRESS = "Write postgres://user:password@host:5432/name"
NOWHERE, ENOENT = "/nowhere/key", "No such file or directory"
EVERYWHERE: list[tuple[dict[str, str | None], str]] = [
    ({"SECRET_KEY": None}, f"SECRET_KEY {MISSING}"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter than 50 characters. Make a long random one"),
    ({"DATABASE_URL": "postgres//x"}, f"DATABASE_URL is not a PostgreSQL address. {ADDRESS}"),
    ({"REDIS_URL": None}, f"REDIS_URL {MISSING}"),
    (
        {"TIME_ZONE": "Europe/Brussel"},
        "TIME_ZONE is 'Europe/Brussel', which no time zone is called. Try Europe/Brussels",
    ),
    ({"NETWORKS": "on"}, "NETWORKS is 'on'. Use off, rehearsal or live"),
    ({"VAULT_PUBLIC_KEY": None}, f"VAULT_PUBLIC_KEY is missing. {MAKE_KEYS}"),
    (
        {"PUBLIC_URL": "exit.example.org"},
        "PUBLIC_URL is 'exit.example.org'. Write the whole address: https://exit.example.org",
    ),
    (
        {"SECRET_KEY": None, "SECRET_KEY_FILE": NOWHERE},
        f"SECRET_KEY_FILE names {NOWHERE}, which can't be read ({ENOENT}). Make it",
    ),
]
ALSO: list[tuple[dict[str, str | None], str]] = [
    (
        {"DATABASE_URL": "postgres://exit:hidden@host:port/exit"},
        f"DATABASE_URL can't be read. {ADDRESS}",
    ),
    ({"DATABASE_URL": "sqlite:///x"}, f"DATABASE_URL is not a PostgreSQL address. {ADDRESS}"),
    ({"DATABASE_URL": "postgres://exit@host"}, f"DATABASE_URL names no database. {ADDRESS}"),
    (
        {"DATABASE_PASSWORD": "another"},
        "DATABASE_URL holds a password, and so does DATABASE_PASSWORD. Keep one of them",
    ),
    (
        {"VAULT_PRIVATE_KEYS": f"k1:{KEY[:-4]}"},
        f"VAULT_PRIVATE_KEYS is not a key of the form id:base64. {MAKE_KEYS}",
    ),
    ({"DEPLOYMENT": "prod"}, "DEPLOYMENT is 'prod'. Use embedded or production"),
    ({"SEND_LEASE_SECONDS": "1.5"}, "SEND_LEASE_SECONDS is '1.5'. Use a whole number"),
    ({"DEBUG": "ja"}, "DEBUG is 'ja'. Use true or false"),
    (
        {"SECRET_KEY": None, "SECRET_KEY_FILE": os.devnull},
        f"SECRET_KEY_FILE names {os.devnull}, which is empty. Write the value into it",
    ),
    (
        {"SECRET_KEY_FILE": NOWHERE},
        "SECRET_KEY and SECRET_KEY_FILE are both set. Keep one of them",
    ),
    ({"ENV_FILE": "/"}, "/ can't be read. Make it a file of yours"),
]


@pytest.mark.parametrize(("changes", "line"), EVERYWHERE, ids=str)
def test_a_mistake_ends_every_way_in_with_one_line(
    changes: dict[str, str | None], line: str
) -> None:
    assert words_at_every_way_in(changes) == dict.fromkeys(WAYS_IN, (1, f"settings: {line}\n"))


@pytest.mark.parametrize(("changes", "line"), ALSO, ids=str)
def test_a_rarer_mistake_has_its_own_line_too(changes: dict[str, str | None], line: str) -> None:
    end = start("-c", "import coalition.settings", **{**RIGHT, **changes})
    assert (end.returncode, end.stderr) == (1, f"settings: {line}\n")


def test_right_settings_open_every_way_in() -> None:
    assert {name: code for name, (code, _) in words_at_every_way_in({}).items()} == dict.fromkeys(
        WAYS_IN, 0
    )


def seen(**changes: str | None) -> dict[str, object]:
    end = start("-c", SEEN, **changes)
    assert (end.returncode, end.stderr) == (0, "")
    found: dict[str, object] = json.loads(end.stdout)
    return found


# Secrets from files


def test_a_secret_comes_from_the_file_that_is_named(tmp_path: Path) -> None:
    for name, value in {"key": "k" * 64, "password": "a#b$c:d/e", "vault": f"k2:{KEY}"}.items():
        (tmp_path / name).write_text(f"{value}\n")
    found = seen(
        **{**RIGHT, "SECRET_KEY": None, "DATABASE_URL": "postgres://exit@127.0.0.1/exit"},
        SECRET_KEY_FILE=str(tmp_path / "key"),
        DATABASE_PASSWORD_FILE=str(tmp_path / "password"),
        VAULT_PRIVATE_KEYS_FILE=str(tmp_path / "vault"),
    )
    assert (found["SECRET_KEY"], found["password"]) == ("k" * 64, "a#b$c:d/e")
    assert found["vault"] == [f"k2:{KEY}"]


def test_a_database_named_in_a_file_makes_it_production(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(RIGHT["DATABASE_URL"])
    changes: dict[str, str | None] = {**RIGHT, "DEPLOYMENT": None, "DATABASE_URL": None}
    assert seen(**changes, DATABASE_URL_FILE=str(tmp_path / "url"))["DEPLOYMENT"] == "production"


def test_the_database_lets_go_of_who_is_cut_off_as_its_address_says_or_else_as_we_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://exit@127.0.0.1/exit?connect_timeout=3")
    found = Environment(None).database("DATABASE_URL")["OPTIONS"]
    assert found == {**CUT_OFF, "connect_timeout": 3}


def test_a_value_of_the_process_wins_over_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("NETWORKS=live\nDEBUG=true\n")
    here = {"ENV_FILE": str(env_file), "DATA_DIR": str(tmp_path / "data")}
    assert seen(**here)["NETWORKS"] == "live"
    assert seen(**here, NETWORKS="off")["NETWORKS"] == "off"


# The embedded run


def test_embedded_keys_are_private_and_survive(tmp_path: Path) -> None:
    first = seen(ENV_FILE="", DATA_DIR=str(tmp_path))
    keys = list((tmp_path / "keys").iterdir())
    assert {path.name for path in keys} == {"bluesky_client_key", "secret_key", "vault_key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert seen(ENV_FILE="", DATA_DIR=str(tmp_path)) == first


def test_first_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        starts = [pool.submit(seen, ENV_FILE="", DATA_DIR=str(tmp_path)) for _ in range(4)]
        found = [one.result() for one in starts]
    assert all(one == found[0] for one in found)
    kept = {path.name for path in (tmp_path / "keys").iterdir()}
    assert kept == {"bluesky_client_key", "secret_key", "vault_key"}


def test_of_many_who_make_a_key_at_the_same_instant_one_wins(tmp_path: Path) -> None:
    for turn in range(20):
        together = Barrier(8)

        def make(folder: Path = tmp_path / str(turn), together: Barrier = together) -> str:
            together.wait()
            return kept_key(folder, "secret_key")

        with ThreadPoolExecutor(8) as pool:
            found = {one.result() for one in [pool.submit(make) for _ in range(8)]}
        assert len(found) == 1


def test_a_folder_that_cannot_hold_keys_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    end = start("manage.py", "check", ENV_FILE="", DATA_DIR=str(tmp_path / "file"))
    assert end.returncode == 1
    assert end.stderr == (
        "settings: DATA_DIR can't hold secret_key (Not a directory). Choose a folder you own\n"
    )


# Nothing posts unless it is switched on


DEMO = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
import manage
from django.core import management
def stand_in(arguments):
    exec({SEEN!r})
management.execute_from_command_line = stand_in
sys.argv = ["manage.py", "demo"]
manage.main()
"""


@pytest.mark.parametrize("said_in", ["the process", ".env"])
def test_a_demo_reaches_nothing_whatever_else_is_said(tmp_path: Path, said_in: str) -> None:
    password = tmp_path / "smtp"
    password.write_text("mail.example.org")
    live = {**RIGHT, "NETWORKS": "live", "X_CLIENT_ID": "x", "SMTP_HOST": "mail.example.org"}
    live |= {"SMTP_HOST_FILE": str(password), "NETWORKS_FILE": str(password)}
    del live["ENV_FILE"]
    if said_in == ".env":
        env_file = tmp_path / ".env"
        env_file.write_text("".join(f"{name}={value}\n" for name, value in live.items()))
        live = {"ENV_FILE": str(env_file)}
    end = start_in(tmp_path, "-c", DEMO, **live)
    assert (end.returncode, end.stderr) == (0, "")
    found = json.loads(end.stdout)
    assert {name: found[name] for name in ("NETWORKS", "SMTP_HOST", "DEPLOYMENT", "database")} == {
        "NETWORKS": "rehearsal",
        "SMTP_HOST": "",
        "DEPLOYMENT": "embedded",
        "database": "sqlite3",
    }
    assert found["CELERY_BROKER_URL"] == "memory://"
    demo = tmp_path / "var" / "demo"
    assert (found["DATA_DIR"], found["REHEARSAL_DIR"]) == (str(demo), str(demo / "rehearsal"))


def test_networks_are_off_until_somebody_switches_them_on(tmp_path: Path) -> None:
    assert seen(ENV_FILE="", DATA_DIR=str(tmp_path))["NETWORKS"] == "off"
    assert seen(**{**RIGHT, "NETWORKS": None})["NETWORKS"] == "off"


def test_with_networks_off_there_is_nothing_to_post_with(settings: Settings) -> None:
    settings.NETWORKS = "off"
    settings.X_CLIENT_ID = "configured all the same"
    assert wiring.networks() == {}
    assert wiring.hands().networks == {}


# Tests themselves


def test_tests_leave_no_setting_to_the_shell() -> None:
    ours = {*environment.BOTH, *environment.SERVERS, *environment.UNSET, "DATA_DIR"}
    assert settings_read() - ours == set()
