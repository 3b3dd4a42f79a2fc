"""The public page is flooded while the release runs: neither costs the other anything."""

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import cast

from tests.faults.alone import Alone
from tests.faults.day import Case
from tests.faults.oracle import Logs
from tests.scene import database_url
from tests.testnet.hands import ROOT
from tests.testnet.server import Server

VISITORS = 12
LATE = 10.0
"""Seconds after T by which everything is out all the same, on a machine that others share."""


class Web(Server):
    """The web server of the real deployment."""

    name = "web"
    seconds_to_start = 120

    def __init__(self, settings: dict[str, str]) -> None:
        super().__init__()
        self.settings = settings

    def environment(self) -> dict[str, str]:
        """The house's."""
        here = {"DATABASE_URL": database_url(), "DATA_DIR": str(self.home), "PYTHONPATH": str(ROOT)}
        return {**os.environ, **self.settings, **here}

    def command(self) -> list[str]:
        """As in compose."""
        return [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--workers", "1", "--blocking-threads", "4", "--no-ws"),
            "coalition.wsgi:application",
        ]

    def answers(self) -> bool:
        """It does."""
        try:
            return ask(self.port, "/healthz") == 200
        except (OSError, HTTPException):
            return False


def ask(port: int, path: str) -> int:
    """One visitor's request; the status of the answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": "testserver"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def flooded(case: Case, port: int) -> None:
    """Visitors who ask again at once, from before T until after it."""
    case.crowd()
    seen: Counter[int | str] = Counter()

    def visit() -> None:
        path = f"/nl/{case.campaign.slug}/"
        until = case.exit_at.timestamp() + 3
        while time.time() < until:
            try:
                seen[ask(port, path)] += 1
            except (OSError, HTTPException) as error:
                seen[type(error).__name__] += 1

    def come() -> None:
        visitors = [threading.Thread(target=visit) for _ in range(VISITORS)]
        for one in visitors:
            one.start()
        for one in visitors:
            one.join()

    def in_time() -> bool:
        logs = Logs.of(case.house.fake_x, case.house.pds)
        last = case.exit_at.timestamp() + LATE
        return all(one.at < last for post in case.posts for one in logs.effects(post))

    case.aside(-2, come)
    case.really(lambda: set(seen) == {200} and seen[200] > 2 * VISITORS)  # all came, and came again
    case.really(in_time)


def page(case: Case) -> None:
    """Behind nginx, where every request got through to it."""
    web = Web(case.house.settings)
    case.house.start_all([web])
    case.afters += [web.kill, web.close]
    flooded(case, web.port)


def embedded_page(case: Case) -> None:
    """The one process serves its own page, too."""
    flooded(case, cast("Alone", case.house).one.port)


CASES: dict[str, Callable[[Case], None]] = {"the page is flooded": page}
EMBEDDED: dict[str, Callable[[Case], None]] = {"the page is flooded": embedded_page}
