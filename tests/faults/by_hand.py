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
    seconds: float = 60,
) -> dict[str, list[Finding]]:
    """All at one hour, until they rest or one has doubled; broken promises by case."""
    hour = in_seconds(2)
    campaign = None
    for case in cases:
        campaign = case.begin(hour, campaign)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(case.waits() for case in cases) or any(map(has_doubled, cases)):
            break
        turn(
            release=lambda ids: release(ids, hands),
            look=lambda ids: look_batch(ids, hands),
            now=database_now(),
        )
        time.sleep(0.2)
    logs = Logs.of(town.fake_x, town.pds)
    return {case.name: case.findings(logs) for case in cases}


def has_doubled(case: Case) -> bool:
    """Whether any of its words are out twice already."""
    words = [one.text for one in case.house.fake_x.effects()]
    for wish in case.wishes:
        shown = case.house.pds.records(wish.member.bluesky.network_id)
        words += [str(one["value"]["text"]) for one in shown]
    return any(words.count(post.text) > 1 for post in case.posts)
