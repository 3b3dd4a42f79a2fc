"""The real servers: they start, are killed, come back with what they held, and outlive nobody."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis

from tests.testnet import servers
from tests.testnet.missing import Missing, program
from tests.testnet.servers import Pds, Postgres, Valkey

ROOT = Path(__file__).parents[2]
POST = "app.bsky.feed.post"


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # ended, but nobody has asked yet


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with Postgres() as database:
        yield database


def test_postgres_is_18_and_counts_its_statements(database: Postgres) -> None:
    with psycopg.connect(database.url) as connection:
        assert connection.info.server_version // 10000 == 18
        connection.execute("CREATE EXTENSION pg_stat_statements")
        assert connection.execute("SELECT count(*) > 0 FROM pg_stat_statements").fetchone() == (
            True,
        )


@pytest.mark.parametrize("end", ["kill", "immediate_stop", "stop"])
def test_what_postgres_has_committed_outlives_it(database: Postgres, end: str) -> None:
    url = database.create(f"ended_by_{end}")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    open_one = psycopg.connect(url)
    open_one.execute("INSERT INTO kept VALUES (2)")  # never committed
    getattr(database, end)()
    assert not database.answers()
    with pytest.raises(psycopg.OperationalError):
        open_one.execute("SELECT 1")
    database.start()
    with closing(psycopg.connect(url)) as again:
        assert again.execute("SELECT one FROM kept").fetchall() == [(1,)]


@pytest.mark.skipif(os.getuid() != 0, reason="only root has to become somebody else")
def test_postgres_runs_as_nobody_where_root_may_make_no_namespace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(servers, "postgres_identity", lambda: "nobody")
    with Postgres() as database:
        assert database.process is not None
        assert Path(f"/proc/{database.process.pid}").stat().st_uid == 65534


@pytest.mark.skipif(
    os.getuid() != 0 or subprocess.call(["unshare", "-U", "true"]) != 0,
    reason="this machine makes no user namespaces",
)
def test_root_hides_in_a_namespace_where_it_may() -> None:
    assert servers.postgres_identity() == "namespace"


def test_valkey_keeps_what_it_holds_over_a_kill_when_asked_to() -> None:
    with Valkey(appendonly=True) as kept, Valkey() as forgetful:
        for valkey in (kept, forgetful):
            with closing(redis.Redis.from_url(valkey.url)) as client:
                client.set("letter", "sent")
            valkey.kill()
            assert not valkey.answers()
            valkey.start()
        with closing(redis.Redis.from_url(kept.url)) as client:
            assert client.get("letter") == b"sent"
        with closing(redis.Redis.from_url(forgetful.url)) as client:
            assert client.get("letter") is None


def test_the_pds_keeps_its_people_and_their_posts_over_a_kill() -> None:
    with Pds() as pds:
        person = pds.person("ngo")
        assert pds.records(person.did) == []
        post(pds, person.did, token(pds, person.handle, person.app_password), "we leave")
        pds.kill()
        assert not pds.answers()
        assert pds.plc.answers()
        pds.start()
        post(pds, person.did, token(pds, person.handle, person.app_password), "we left")
        texts = [record["value"]["text"] for record in pds.records(person.did)]
        assert texts == ["we leave", "we left"]


def token(pds: Pds, handle: str, password: str) -> str:
    session = pds.call("com.atproto.server.createSession", identifier=handle, password=password)
    return str(session["accessJwt"])


def post(pds: Pds, did: str, token: str, text: str) -> None:
    record = {"$type": POST, "text": text, "createdAt": "2027-01-20T10:00:00Z"}
    pds.call("com.atproto.repo.createRecord", token=token, repo=did, collection=POST, record=record)


def test_all_records_are_read_over_several_pages(pds: Pds) -> None:
    person = pds.person()
    access = token(pds, person.handle, person.app_password)
    writes = [
        {
            "$type": "com.atproto.repo.applyWrites#create",
            "collection": POST,
            "value": {"$type": POST, "text": str(n), "createdAt": "2027-01-20T10:00:00Z"},
        }
        for n in range(120)
    ]
    pds.call("com.atproto.repo.applyWrites", token=access, repo=person.did, writes=writes)
    assert [record["value"]["text"] for record in pds.records(person.did)] == [
        str(n) for n in range(120)
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends the children of a killed process")
@pytest.mark.parametrize("server", ["Valkey", "Postgres"])
def test_killed_tests_leave_no_server_behind(server: str, tmp_path: Path) -> None:
    lines = (
        "import time",
        f"from tests.testnet.servers import {server}",
        f"process = {server}().start().process",
        "print(process.pid, flush=True); time.sleep(60)",
    )
    with subprocess.Popen(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
    ) as tests:
        assert tests.stdout is not None
        pid = int(tests.stdout.readline())
        assert is_running(pid)
        tests.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(pid)


class Broken(Valkey):
    def command(self) -> list[str]:
        return ["/bin/sh", "-c", "echo no luck today; exit 3"]


def test_a_server_that_cannot_start_shows_its_last_words() -> None:
    with pytest.raises(RuntimeError, match="no luck today"), Broken():
        pass


def test_a_port_that_somebody_else_took_is_refused() -> None:
    with Valkey() as first, pytest.raises(RuntimeError, match="somebody else"):
        Valkey(port=first.port, home=first.home).start()


def test_what_a_machine_lacks_comes_with_the_command_that_brings_it() -> None:
    with pytest.raises(Missing) as missing:
        program("pages in a browser", ("no-such-browser",), "chromium")
    assert str(missing.value) == (
        "pages in a browser: no no-such-browser on this machine. "
        "Bring it with: apt-get install -y --no-install-recommends chromium"
    )
