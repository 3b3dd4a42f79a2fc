"""The embedded shape: one process that turns the clock by hand and releases where it stands."""

import time
from collections.abc import Callable, Sequence

from coalition.publishing.arming import Hands
from coalition.publishing.clock import database_now
from coalition.publishing.look import look_batch
from coalition.publishing.release import release_batch
from coalition.publishing.turn import turn
from tests.faults.day import Case
from tests.faults.house import Town, in_seconds
from tests.faults.oracle import Finding, Logs

type Release = Callable[[Sequence[int], Hands], None]


def live_through(
    town: Town,
    cases: Sequence[Case],
    hands: Hands,
    *,
    release: Release = release_batch,
    seconds: float = 40,
) -> dict[str, list[Finding]]:
    """All at one hour; broken promises by case."""
    hour = in_seconds(2)
    campaign = None
    for case in cases:
        campaign = case.begin(hour, campaign)
    deadline = time.monotonic() + seconds
    while any(case.waits() for case in cases) and time.monotonic() < deadline:
        turn(
            release=lambda ids: release(ids, hands),
            look=lambda ids: look_batch(ids, hands),
            now=database_now(),
        )
        time.sleep(0.2)
    logs = Logs.of(
        town.fake_x,
        town.pds,
        {wish.member.bluesky.network_id for case in cases for wish in case.wishes},
    )
    return {case.name: case.findings(logs) for case in cases}
