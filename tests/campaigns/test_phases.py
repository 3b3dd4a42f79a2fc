"""Where a campaign stands, from its timestamps alone."""

from datetime import datetime, timedelta

import pytest

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import Phase, is_going, phase
from tests.factories import NOW, Columns, T

INSTANT = timedelta(microseconds=1)
FREEZE, END = T - timedelta(hours=24), T + timedelta(minutes=15)
OPEN = {"opened_at": NOW}
DATED = {**OPEN, "exit_at": T}


@pytest.mark.parametrize(
    ("columns", "now", "expected"),
    [
        ({}, NOW, Phase.DRAFT),
        ({"opened_at": NOW + INSTANT}, NOW, Phase.DRAFT),
        ({"exit_at": T}, T, Phase.DRAFT),
        (OPEN, NOW, Phase.GATHERING),
        (DATED, NOW, Phase.DATED),
        (DATED, FREEZE - INSTANT, Phase.DATED),
        (DATED, FREEZE, Phase.FROZEN),
        (DATED, T - INSTANT, Phase.FROZEN),
        (DATED, T, Phase.RELEASING),
        (DATED, END - INSTANT, Phase.RELEASING),
        (DATED, END, Phase.OVER),
        ({**DATED, "stopped_at": NOW}, NOW, Phase.STOPPED),
        ({**DATED, "stopped_at": NOW}, T, Phase.STOPPED),
        ({**DATED, "stopped_at": NOW}, END, Phase.OVER),
        ({**DATED, "called_off_at": NOW}, NOW, Phase.CALLED_OFF),
        ({**DATED, "called_off_at": NOW, "stopped_at": NOW}, END, Phase.CALLED_OFF),
        ({**DATED, "freeze_hours": 0}, T - INSTANT, Phase.DATED),
        ({**DATED, "window_seconds": 0}, T, Phase.OVER),
    ],
)
def test_the_phase_by_its_table(columns: Columns, now: datetime, expected: Phase) -> None:
    assert phase(Campaign(**columns), now) is expected


GOES = {**DATED, "go_at": NOW}


@pytest.mark.parametrize(
    ("columns", "goes"),
    [
        (GOES, True),
        ({**GOES, "opened_at": None}, False),
        ({**GOES, "exit_at": None}, False),
        ({**GOES, "go_at": None}, False),
        ({**GOES, "no_go_at": NOW}, False),
        ({**GOES, "stopped_at": NOW}, False),
        ({**GOES, "called_off_at": NOW}, False),
    ],
)
def test_it_goes_only_when_everything_says_so(columns: Columns, *, goes: bool) -> None:
    assert is_going(Campaign(**columns)) is goes
