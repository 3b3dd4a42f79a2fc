"""What goes wrong on command, and what is still there after a kill."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakex.faults import Kind
from tests.fakex.problems import NAMED
from tests.fakex.server import ROOT, FakeUser, FakeX, Tokens


@pytest.fixture
def http(fake_x: FakeX) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fake_x.url, trust_env=False, timeout=0.3) as client:
        yield client


@pytest.fixture
def oxfam(fake_x: FakeX) -> FakeUser:
    return fake_x.add_user("oxfam_be")


@pytest.fixture
def tokens(fake_x: FakeX, oxfam: FakeUser) -> Tokens:
    return fake_x.issue(oxfam)


def post(http: httpx.Client, tokens: Tokens, text: str = "We leave.") -> httpx.Response:
    return http.post("/2/tweets", json={"text": text}, headers=tokens.headers)


def visible(fake_x: FakeX) -> list[str]:
    return [effect.text for effect in fake_x.effects()]


@pytest.mark.parametrize("name", NAMED)
def test_a_refusal_by_name_posts_nothing(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens, name: str
) -> None:
    fake_x.arm("status", problem=name)
    refused = post(http, tokens)
    assert (refused.status_code, refused.content) == (NAMED[name].status, NAMED[name].body)
    assert ("x-rate-limit-reset" in refused.headers) == (refused.status_code == 429)
    assert visible(fake_x) == []
    assert post(http, tokens).status_code == 201


def test_an_armed_429_says_when_to_come_back(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens
) -> None:
    fake_x.arm("status", status=429, seconds=7)
    reset = int(post(http, tokens).headers["x-rate-limit-reset"])
    assert 5 < reset - time.time() <= 7


def test_a_fault_strikes_whom_and_when_it_is_meant_to(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens, oxfam: FakeUser
) -> None:
    other = fake_x.issue(fake_x.add_user("broederlijk"))
    fake_x.arm("status", user=oxfam, status=500, skip=1, times=2)
    fake_x.arm("status", on="me", status=401)
    both = [
        (post(http, tokens, f"{number}").status_code, post(http, other, f"{number}").status_code)
        for number in range(4)
    ]
    assert both == [(201, 201), (500, 201), (500, 201), (201, 201)]
    seen = [http.get("/2/users/me", headers=tokens.headers).status_code for _ in range(2)]
    assert seen == [401, 200]
    assert fake_x.armed() == []


@pytest.mark.parametrize(
    ("kind", "error", "posted"),
    [
        (Kind.HANG, httpx.ReadTimeout, False),
        (Kind.RESET, httpx.ReadError, False),
        (Kind.COMMIT_THEN_HANG, httpx.ReadTimeout, True),
        (Kind.COMMIT_THEN_CUT, httpx.RemoteProtocolError, True),
        (Kind.COMMIT_THEN_RESET, httpx.ReadError, True),
    ],
)
def test_a_broken_answer_leaves_the_truth_in_the_log(
    fake_x: FakeX,
    http: httpx.Client,
    tokens: Tokens,
    kind: Kind,
    error: type[httpx.HTTPError],
    *,
    posted: bool,
) -> None:
    fake_x.arm(kind)
    with pytest.raises(error):
        post(http, tokens)
    assert visible(fake_x) == ["We leave."] * posted
    assert post(http, tokens).status_code == (403 if posted else 201)


def test_a_503_may_have_posted(fake_x: FakeX, http: httpx.Client, tokens: Tokens) -> None:
    fake_x.arm(Kind.COMMIT_THEN_STATUS)
    assert post(http, tokens).status_code == 503
    assert visible(fake_x) == ["We leave."]


def test_a_hang_ends_when_told(fake_x: FakeX, http: httpx.Client, tokens: Tokens) -> None:
    fake_x.arm(Kind.HANG, seconds=0.1)
    with pytest.raises(httpx.RemoteProtocolError):
        post(http, tokens)


def test_a_slow_post_goes_out_though_nobody_waits(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens
) -> None:
    fake_x.arm(Kind.DELAY, seconds=0.5)
    with pytest.raises(httpx.ReadTimeout):
        post(http, tokens)
    assert visible(fake_x) == []
    until(lambda: visible(fake_x) == ["We leave."])


def test_a_late_post_is_not_there_when_looked_for_and_then_it_is(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens, oxfam: FakeUser
) -> None:
    fake_x.arm(Kind.LATE, seconds=0.4)
    assert post(http, tokens).status_code == 503
    timeline = http.get(f"/2/users/{oxfam.id}/tweets", headers=tokens.headers)
    assert timeline.json()["meta"]["result_count"] == 0
    until(lambda: visible(fake_x) == ["We leave."])
    [effect] = fake_x.effects()
    assert 0.39 < effect.applied_at - effect.received_at < 2


def test_a_reset_calls_off_what_was_still_to_come(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens
) -> None:
    fake_x.arm(Kind.LATE, seconds=0.2)
    post(http, tokens)
    fake_x.reset()
    time.sleep(0.4)
    assert visible(fake_x) == []


def test_the_answer_of_a_refresh_can_be_lost(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens, oxfam: FakeUser
) -> None:
    fake_x.arm(Kind.COMMIT_THEN_RESET, on="token", user=oxfam)
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    basic = (fake_x.client_id, fake_x.client_secret)
    with pytest.raises(httpx.ReadError):
        http.post("/2/oauth2/token", data=form, auth=basic)
    assert http.post("/2/oauth2/token", data=form, auth=basic).status_code == 400


def test_latency_lies_between_effect_and_answer(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens
) -> None:
    fake_x.set_latency(100)
    answer = post(http, tokens)
    assert answer.elapsed.total_seconds() > 0.1
    [effect] = fake_x.effects()
    assert effect.applied_at - effect.received_at < 0.09


def test_everything_outlives_a_kill(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens, oxfam: FakeUser
) -> None:
    post(http, tokens, "Before the balance is set")
    fake_x.set_balance(1.0)
    fake_x.shift_clock(60)
    post(http, tokens, "We leave.")
    basic = (fake_x.client_id, fake_x.client_secret)
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    pair = http.post("/2/oauth2/token", data=form, auth=basic).json()
    effects, url = fake_x.effects(), fake_x.url

    fake_x.kill()
    with pytest.raises(httpx.ConnectError):
        post(http, tokens)
    assert fake_x.effects() == effects
    fake_x.start()

    assert fake_x.url == url
    assert fake_x.balance() == 0.985
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    assert http.get("/2/users/me", headers=headers).json()["data"]["id"] == oxfam.id
    assert http.post("/2/tweets", json={"text": "We leave."}, headers=headers).status_code == 403
    assert http.post("/2/oauth2/token", data=form, auth=basic).status_code == 400
    assert http.get("/2/users/me", headers=headers).status_code == 401


def test_requests_are_logged_with_how_they_ended(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens, oxfam: FakeUser
) -> None:
    fake_x.arm("status", status=503)
    post(http, tokens)
    post(http, tokens)
    logged = [(each["path"], each["user"], each["status"]) for each in fake_x.requests()]
    assert logged == [("/2/tweets", oxfam.id, 503), ("/2/tweets", oxfam.id, 201)]


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.fakex.server import FakeX\n"
        "fake_x = FakeX(Path(sys.argv[1])); fake_x.start()\n"
        "print(fake_x.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    until(lambda: not running(pid))


def running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    return False


def until(true: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)
