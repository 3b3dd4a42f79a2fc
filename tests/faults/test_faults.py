"""Each fault of the catalogue, on real servers, with real workers, judged by the networks' logs."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from tests import environment
from tests.faults.catalogue import DAYS, HOUSES
from tests.testnet.pds import Pds
from tests.testnet.server import launched
from tests.testnet.servers import Postgres

pytestmark = pytest.mark.skipif(
    environment.on_sqlite(), reason="workers of their own share a PostgreSQL"
)
FAULTS = [(day, name) for day, plan in DAYS.items() for name in plan.faults]
SECONDS = 900


@dataclass
class Verdicts:
    """What came of each fault, once its house has told it."""

    found: dict[str, list[str]]
    words: dict[str, str]  # of a house that broke off

    def of(self, day: str, name: str) -> list[str]:
        """What it broke."""
        house = next(house for house, days in HOUSES.items() if day in days)
        return self.found.get(name, [f"the house broke off: {self.words.get(house, '')}"])


@pytest.fixture(scope="module")
def verdicts(request: pytest.FixtureRequest, postgres: Postgres, pds: Pds) -> Verdicts:
    """All houses live side by side, with those of their faults that somebody wants to see."""
    del postgres, pds  # where a machine lacks one, the session says so
    wanted = {
        (item.callspec.params["day"], item.callspec.params["name"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        if item.path == request.path
    }
    running = {}
    for house, days in HOUSES.items():
        names = [str(name) for day, name in wanted if day in days]
        if names:
            command = [sys.executable, "-m", "tests.faults.live", house, *names]
            running[house] = subprocess.Popen(
                launched(command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
    found: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    deadline = time.monotonic() + SECONDS
    for house, process in running.items():
        try:
            said, words[house] = process.communicate(timeout=max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.terminate()
            said, words[house] = process.communicate()
            words[house] += f"\nnot done within {SECONDS} s"
        found |= dict(json.loads(line) for line in said.splitlines())
    return Verdicts(found, words)


@pytest.mark.parametrize(("day", "name"), FAULTS)
def test_fault(verdicts: Verdicts, day: str, name: str) -> None:
    assert verdicts.of(day, name) == []
