"""How promises grew: a line of steps from the first to today, with the exit marked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

ENOUGH: Final = 2
"""A curve of one day says nothing."""

LABEL: Final = 50
"""Room for half a day's name."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper of one drawing, in its own units; words stand above and below the line."""

    width: float
    height: float
    top: float
    ground: float


WIDE: Final = Sheet(1200, 190, 34, 150)
NARROW: Final = Sheet(350, 170, 34, 130)


@dataclass(frozen=True, slots=True)
class Curve:
    """The line, and the two points that carry words."""

    sheet: Sheet
    path: str
    first: date
    last: date
    count: int
    x: float
    y: float
    exit_x: float | None

    @property
    def exit_label(self) -> str:
        """How the name of the exit's day stands to its line; empty where it would touch another."""
        if self.exit_x is None or self.exit_x < 2 * LABEL:
            return ""
        return "exit-end" if self.exit_x > self.sheet.width - LABEL else "exit-middle"


def draw(
    grown: Sequence[tuple[date, int]], *, today: date, exit_day: date | None, sheet: Sheet
) -> Curve | None:
    """The curve up to today or the last promise; None where there is too little to tell."""
    if len(grown) < ENOUGH:
        return None
    first, last = grown[0][0], max(grown[-1][0], today)
    count = grown[-1][1]
    end = max(last, exit_day) if exit_day else last
    days = max((end - first).days, 1)

    def across(day: date) -> float:
        return round(sheet.width * (day - first).days / days, 1)

    def up(number: int) -> float:
        return round(sheet.ground - (sheet.ground - sheet.top) * number / count, 1)

    path = f"M0 {sheet.ground}"
    for day, number in grown:
        path += f"H{across(day)}V{up(number)}"
    return Curve(
        sheet=sheet,
        path=f"{path}H{across(last)}",
        first=first,
        last=last,
        count=count,
        x=across(last),
        y=up(count),
        exit_x=across(exit_day) if exit_day and exit_day >= first else None,
    )
