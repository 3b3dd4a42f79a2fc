"""What only a wire can show: machines that are cut off in the middle of a release."""

import json
import subprocess
import sys

import pytest

from coalition.environment import CUT_OFF_SECONDS
from tests import environment
from tests.composed import ROOT
from tests.cut_off import LATER, LEASE, POSTS, UNTOLD
from tests.testnet.server import launched
from tests.testnet.servers import Postgres

SLACK = 20  # a look, a tick, and a busy machine


@pytest.mark.skipif(environment.on_sqlite(), reason="machines of their own share a PostgreSQL")
def test_what_machines_held_that_are_cut_off_goes_out_by_the_others_once(
    postgres: Postgres,
) -> None:
    del postgres  # where a machine lacks one, the session says so
    done = subprocess.run(
        launched([sys.executable, "-m", "tests.cut_off"]),
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=400,
        check=False,
    )
    if done.returncode == UNTOLD:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    sys.stdout.write(f"\n{found}\n")
    assert found["sending_at_the_cut"] > 0
    assert found["a_stop_waits"] < CUT_OFF_SECONDS + SLACK
    assert found["by_the_others"] == POSTS - LATER
    assert found["seconds"] < max(LEASE, CUT_OFF_SECONDS) + SLACK
    assert found["published"] == found["records"] == POSTS  # and those who were cut off are back
    assert (found["early"], found["holds"]) == (0, 0)
