"""Somebody outside hears every minute that all is well; and a machine can read what tasks say."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.test import Client

from coalition.celery import app
from coalition.health.queries import SOON, is_well
from coalition.publishing.clock import database_now
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import environment, factories
from tests.scene import database_url, until
from tests.testnet.hands import Hands
from tests.testnet.server import free_port
from tests.testnet.servers import Valkey

pytestmark = [
    pytest.mark.usefixtures("committed"),
    pytest.mark.skipif(environment.on_sqlite(), reason="workers of their own need a server"),
]
LATE = timedelta(seconds=SOON + 5)


class Outside:
    """A check at a monitoring service: it counts who calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        calls = self.calls

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                calls.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/ping/ours"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside()
    yield made
    made.close()


class Alone(Hands):
    """A worker with one child, whose log is for machines."""

    name = "alone"
    part = ("worker", "--pool", "prefork", "--concurrency", "1", "--loglevel", "INFO")
    ready = "ready."


@pytest.fixture
def broker(valkey: Valkey) -> str:
    return f"redis://127.0.0.1:{valkey.port}/9"


def say_alive(broker: str, times: int = 1) -> None:
    with app.connection_for_write(broker) as connection:
        for _ in range(times):
            app.send_task("coalition.say_alive", connection=connection)


def lines(worker: Hands) -> list[dict[str, str]]:
    found = worker.log.read_text("utf-8").splitlines()
    return [json.loads(line) for line in found if line.startswith("{")]


def ended(worker: Hands) -> int:
    return sum("succeeded in" in line.get("event", "") for line in lines(worker))


def overdue() -> Post:
    campaign = factories.going(exit_at=database_now() - LATE)
    return factories.direct(factories.pledge(campaign))


def test_who_listens_outside_hears_us_only_while_what_is_due_is_being_sent(
    broker: str, outside: Outside, tmp_path: Path
) -> None:
    """And every line of a task carries its name and number, for machines."""
    listening = {
        "DEADMAN_URL": outside.url,
        "DATA_DIR": str(tmp_path),
        "LOG_FORMAT": "json",
    }
    with Alone(database_url(), broker, **listening) as worker:
        say_alive(broker)
        until(lambda: outside.calls == ["/ping/ours"], seconds=20, what="it is told")
        post = overdue()
        say_alive(broker)
        until(lambda: ended(worker) == 2, seconds=20, what="the second look has ended")
        assert outside.calls == ["/ping/ours"]
        Post.objects.filter(pk=post.pk).update(state=State.MISSED)
        say_alive(broker)
        until(lambda: len(outside.calls) == 2, seconds=20, what="it is told again")
        until(lambda: ended(worker) == 3, seconds=20, what="the third has ended")
        said = [line for line in lines(worker) if "succeeded in" in line["event"]]
    assert {line["task"] for line in said} == {"coalition.say_alive"}
    assert all(line["task_id"] in line["event"] for line in said)
    assert len({line["task_id"] for line in said}) == 3
    assert all({"timestamp", "level", "logger"} <= line.keys() for line in said)


def test_a_listener_that_is_away_breaks_nothing(broker: str, tmp_path: Path) -> None:
    away = {
        "DEADMAN_URL": f"http://127.0.0.1:{free_port()}/",
        "DATA_DIR": str(tmp_path),
        "LOG_FORMAT": "json",
    }
    with Alone(database_url(), broker, **away) as worker:
        say_alive(broker)
        until(lambda: ended(worker) == 1, seconds=20, what="it ended")
        assert [line for line in lines(worker) if line["level"] == "error"] == []


def test_it_is_well_while_nothing_due_waits_longer_than_a_minute() -> None:
    assert is_well(database_now())
    post = overdue()
    exit_at = post.campaign.exit_at
    assert exit_at is not None
    assert is_well(exit_at + timedelta(seconds=SOON - 1))
    assert not is_well(exit_at + timedelta(seconds=SOON + 1))
    out = {"state": State.PUBLISHED, "network_post_id": "1", "published_at": exit_at}
    Post.objects.filter(pk=post.pk).update(**out)
    assert is_well(exit_at + timedelta(seconds=SOON + 1))


def test_the_site_says_ok_to_who_asks_whether_it_answers(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/healthz").status_code == 405
