"""The proxy: each fault does what its name says, once, and the server's side is known."""

import gc
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.testnet.faultproxy import Fault, FaultProxy, Seen
from tests.testnet.pds import Pds


class Upstream(ThreadingHTTPServer):
    """Counts what reaches it, and answers 200 with the path."""

    daemon_threads = True
    reached = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        self.ended = threading.Event()


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_GET(self) -> None:
        self.server.reached += 1
        if self.path == "/never":
            self.server.ended.wait(5)
            return
        body = self.path.encode()
        self.send_response(200)
        if self.path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"4\r\nwe l\r\n4\r\neave\r\n0\r\n\r\n")
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if self.command != "HEAD" else b"")

    do_HEAD = do_GET  # noqa: N815 — http.server's own names

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the same
        """Say nothing."""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.ended.set()
        server.shutdown()


@pytest.fixture
def proxy(upstream: Upstream) -> Iterator[FaultProxy]:
    with FaultProxy(upstream.server_port) as proxy:
        yield proxy


@pytest.fixture
def client(proxy: FaultProxy) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=proxy.url, timeout=1) as client:
        yield client


@pytest.mark.parametrize(
    ("fault", "error", "words", "reached"),
    [
        (Fault("drop"), httpx.RemoteProtocolError, "without sending a response", 1),
        (Fault("reset"), httpx.ReadError, "reset by peer", 1),
        (Fault("hang", seconds=3), httpx.ReadTimeout, "timed out", 1),
        (Fault("cut", bytes_kept=-2), httpx.RemoteProtocolError, "incomplete|complete message", 1),
        (Fault("refuse"), httpx.RemoteProtocolError, "without sending a response", 0),
    ],
)
def test_a_lost_answer(
    proxy: FaultProxy,
    upstream: Upstream,
    client: httpx.Client,
    fault: Fault,
    error: type[Exception],
    words: str,
    reached: int,
) -> None:
    proxy.arm(replace(fault, match="/post"))
    with pytest.raises(error, match=words):
        client.get("/post")
    assert upstream.reached == reached
    assert client.get("/post").text == "/post"
    assert proxy.seen == [Seen(fault.mode, "GET", "/post"), Seen("pass", "GET", "/post")]


def test_an_answer_in_the_servers_place(
    proxy: FaultProxy, upstream: Upstream, client: httpx.Client
) -> None:
    proxy.arm(Fault("status", status=429, headers={"ratelimit-reset": "9"}, body=b"slow", times=2))
    answers = [client.get("/post") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert (answers[0].headers["ratelimit-reset"], answers[0].text) == ("9", "slow")
    assert upstream.reached == 1


def test_a_slow_answer_is_whole(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.arm(Fault("delay", seconds=0.3))
    answer = client.get("/post")
    assert answer.text == "/post"
    assert answer.elapsed.total_seconds() >= 0.3


def test_a_caller_who_gives_up_leaves_nothing_behind(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.get("/never")
    client.close()
    for _ in range(5):  # the proxy notices in a thread of its own
        time.sleep(0.02)
        gc.collect()
    assert caplog.messages == []


def test_what_does_not_match_passes(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.arm(Fault("drop", match="putRecord"))
    assert client.get("/getRecord").text == "/getRecord"
    assert client.get("/chunked").text == "we leave"
    assert client.head("/head").status_code == 200
    assert client.post("/form", content=b"x" * 100_000).text == "/form"
    proxy.clear()
    assert client.get("/putRecord").text == "/putRecord"


def test_a_post_whose_answer_was_lost_is_there(pds: Pds) -> None:
    person = pds.person()
    session = pds.call(
        "com.atproto.server.createSession",
        identifier=person.did,
        password=person.app_password,
    )
    record = {
        "$type": "app.bsky.feed.post",
        "text": "we leave",
        "createdAt": "2027-01-20T10:00:00Z",
    }
    with FaultProxy(pds.port) as proxy:
        proxy.arm(Fault("drop", match="createRecord"))
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(
                f"{proxy.url}/xrpc/com.atproto.repo.createRecord",
                headers={"authorization": f"Bearer {session['accessJwt']}"},
                json={"repo": person.did, "collection": "app.bsky.feed.post", "record": record},
            )
    assert [each["value"]["text"] for each in pds.records(person.did)] == ["we leave"]
