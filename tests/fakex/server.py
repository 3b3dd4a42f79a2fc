"""Start, stop, kill and steer the fake X from tests and benchmarks."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.fakex.faults import Kind
from tests.fakex.grants import DEFAULT_APP
from tests.fakex.lines import read_lines
from tests.fakex.seen import Effect, FakeUser, Tokens
from tests.testnet.server import free_port

__all__ = ["ROOT", "Effect", "FakeUser", "FakeX", "FakeXError", "Tokens"]

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20
STOP_SECONDS = 5
CALL_SECONDS = 30


class FakeXError(Exception):
    """The fake X did not start, or refused what a test asked for."""


class FakeX:
    """A fake X in a process of its own. Its files and its port stay the same across restarts."""

    client_id = DEFAULT_APP.client_id
    client_secret = DEFAULT_APP.client_secret

    def __init__(self, folder: Path, *, rate_limits: bool = False, latency_ms: float = 0) -> None:
        """Choose where its files go; nothing runs yet."""
        self.effects_path = folder / "effects.jsonl"
        self.requests_path = folder / "requests.jsonl"
        self.errors_path = folder / "errors.log"
        self.url = ""
        self._options = ["--latency-ms", str(latency_ms), *(["--rate-limits"] * rate_limits)]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End it."""
        self.stop()

    # Its life

    def start(self) -> None:
        """Start it and wait until it answers; it dies with the thread that calls this."""
        port = str(urlsplit(self.url).port or free_port())
        files = ["--effects", str(self.effects_path), "--requests", str(self.requests_path)]
        command = [sys.executable, "-m", "tests.fakex", "--port", port, *files, *self._options]
        with self.errors_path.open("ab") as errors:
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
            )
        assert self._process.stdout is not None
        readable, _, _ = select.select([self._process.stdout], [], [], START_SECONDS)
        line = self._process.stdout.readline() if readable else b""
        if not line:
            self.kill()
            raise FakeXError(f"the fake X did not start: {self.errors()}")
        self.url = json.loads(line)["url"]

    def stop(self) -> None:
        """End it with SIGTERM, and with SIGKILL when that isn't enough."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it with SIGKILL: no goodbye to any connection's handler."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kill it and start it again on the same port with what its files remember."""
        self.kill()
        self.start()

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id, which is its process group's, too."""
        assert self._process is not None
        return self._process.pid

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            for each in (how, signal.SIGKILL):
                if process.poll() is None:
                    os.killpg(process.pid, each)
                    process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(STOP_SECONDS)
        finally:
            if process.stdout is not None:
                process.stdout.close()

    # People and tokens

    def add_user(self, username: str) -> FakeUser:
        """Make an account."""
        return self.add_users([username])[0]

    def add_users(self, usernames: Sequence[str]) -> list[FakeUser]:
        """Make many accounts at once."""
        made = self._order("users", usernames=list(usernames))["users"]
        return [FakeUser(**each) for each in made]

    def issue(
        self, user: FakeUser, *, scopes: Sequence[str] | None = None, client_id: str = ""
    ) -> Tokens:
        """Hand out a token pair without the consent page."""
        return self.issue_all([user], scopes=scopes, client_id=client_id)[0]

    def issue_all(
        self,
        users: Sequence[FakeUser],
        *,
        scopes: Sequence[str] | None = None,
        client_id: str = "",
    ) -> list[Tokens]:
        """Hand out many token pairs at once."""
        order: dict[str, Any] = {"usernames": [user.username for user in users]}
        order |= {"scopes": list(scopes)} if scopes is not None else {}
        order |= {"client_id": client_id} if client_id else {}
        now = time.time()
        return [
            Tokens(
                each["access_token"],
                each.get("refresh_token", ""),
                each["scope"],
                now + each["expires_in"],
            )
            for each in self._order("issue", **order)["tokens"]
        ]

    def consent(self, authorize_url: str, user: FakeUser, *, allow: bool = True) -> str:
        """Answer the consent page as a person would; where it sends the browser."""
        page = urlsplit(authorize_url)
        form = dict(parse_qsl(page.query)) | {
            "username": user.username,
            "decision": "allow" if allow else "deny",
        }
        status, headers, body = self._call(
            "POST", page.path, urlencode(form), "application/x-www-form-urlencoded"
        )
        if status != 302:
            raise FakeXError(body.decode())
        return headers["Location"]

    def add_app(
        self, client_id: str, client_secret: str, redirect_uris: Sequence[str] = ()
    ) -> None:
        """Register a developer's app; without redirect URIs any is good."""
        app = {"client_id": client_id, "client_secret": client_secret}
        self._order("app", **app, redirect_uris=list(redirect_uris))

    # What goes wrong

    def arm(
        self,
        kind: Kind | str,
        *,
        on: str = "post",
        user: FakeUser | None = None,
        times: int = 1,
        skip: int = 0,
        status: int = 503,
        problem: str = "",
        seconds: float = 0.0,
    ) -> None:
        """Arm a fault (faults.Kind): on an endpoint, for a user or everybody, n times."""
        self._order(
            "faults",
            kind=str(kind),
            on=on,
            user=user.username if user else "",
            times=times,
            skip=skip,
            status=status,
            problem=problem,
            seconds=seconds,
        )

    def suspend(self, user: FakeUser, *, suspended: bool = True) -> None:
        """Suspend an account, or let it back."""
        self._order("suspend", user=user.username, suspended=suspended)

    def set_balance(self, dollars: float) -> None:
        """Set the prepaid balance."""
        self._order("balance", dollars=dollars)

    def shift_clock(self, seconds: float) -> None:
        """Move the clock that codes, tokens, media and limits live by; posts keep the real time."""
        self._order("shift", seconds=seconds)

    def set_latency(self, milliseconds: float) -> None:
        """Wait so long between effect and answer."""
        self._order("settings", latency=milliseconds / 1000)

    def enforce_rate_limits(self, *, enforced: bool = True) -> None:
        """Turn X's limits on or off."""
        self._order("settings", rate_limits=enforced)

    def allow_duplicates(self, *, allowed: bool = True) -> None:
        """Let the same text pass twice: X's duplicate check must not hide our own double sends."""
        self._order("settings", duplicates_allowed=allowed)

    def reset(self) -> None:
        """Forget everybody, every fault and every effect."""
        self._order("reset")
        self.requests_path.write_bytes(b"")

    # What happened

    def effects(self) -> list[Effect]:
        """Read the effect log; works when the process is dead, too."""
        lines = read_lines(self.effects_path)
        return [Effect(**{**line, "media": tuple(line.get("media", ()))}) for line in lines]

    def revocations(self) -> list[tuple[str, str]]:
        """Which tokens were given back, in order: whose, and “access” or “refresh”."""
        log = self.effects_path.with_name(self.effects_path.name + ".revoked")
        return [(line["user"], line["kind"]) for line in read_lines(log)]

    def requests(self) -> list[dict[str, Any]]:
        """Read the log of requests that were answered."""
        return read_lines(self.requests_path)

    def errors(self) -> str:
        """Read what it complained about on stderr: nothing, when all is well."""
        return self.errors_path.read_text()

    def balance(self) -> float:
        """Tell the dollars that are left."""
        return float(self._order("state")["dollars"])

    def armed(self) -> list[dict[str, Any]]:
        """Tell which faults have not struck yet."""
        armed: list[dict[str, Any]] = self._order("state")["faults"]
        return armed

    def _order(self, name: str, **order: object) -> dict[str, Any]:
        body = json.dumps(order)
        status, _, answer = self._call("POST", f"/_control/{name}", body, "application/json")
        said: dict[str, Any] = json.loads(answer)
        if status != 200:
            raise FakeXError(said)
        return said

    def _call(
        self, method: str, path: str, body: str, kind: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=CALL_SECONDS)
        try:
            connection.request(method, path, body.encode(), {"Content-Type": kind})
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()
