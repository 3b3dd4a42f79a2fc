"""Who blocks whom, as a small picture: whom others wait for, who waits, and a line between. Pure.

Drawn twice, for a desk and for a phone; the same stands beside it in words. A blocker is an
organisation or a number: “3 more” holds back whoever lacks three more promises.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import ngettext

from coalition.pledges.board import Board, Stance

if TYPE_CHECKING:
    from coalition.pledges.queries import Stand

MOST_BLOCKERS: Final = 12
MOST_WAITERS: Final = 24
ROW: Final = 30
TOP: Final = 16
RADIUS: Final = 7
WIDE, NARROW = 760, 350
LETTER: Final = 8
"""As wide as one at most is, on average."""
LEFT, RIGHT = 310, 470
"""Where the dots of the two columns stand on a desk."""
STEM, BRANCH = 8, 34
"""The same, under each other, on a phone."""
LETTERS_WIDE, LETTERS_BLOCKER, LETTERS_WAITER = 36, 36, 32


@dataclass(frozen=True, slots=True)
class Blocker:
    """Somebody, or a number, and whom it holds back."""

    name: str
    stance: Stance | None
    """None: it is a number."""
    holds: "tuple[Stand, ...]"


@dataclass(frozen=True, slots=True)
class Blocking:
    """All of it in words: those who hold back most come first. `left_out` didn't fit."""

    blockers: tuple[Blocker, ...]
    hopeless: frozenset[int]
    left_out: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A dot with its name."""

    x: float
    y: float
    text_x: float
    name: str
    whole: str
    stance: str
    side: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """One sheet."""

    name: str
    left: int
    width: int
    height: int
    spots: tuple[Spot, ...]
    lines: tuple[tuple[str, bool], ...]
    """Path, and whether it is past hoping."""


def blocking(board: Board) -> Blocking | None:
    """Who blocks whom; None where nobody waits."""
    found = [
        Blocker(one.name, board.stances[one.pk], tuple(board.blocked[one.pk]))
        for one in board.everyone
        if board.blocked.get(one.pk)
    ]
    by_number: dict[int, list[Stand]] = defaultdict(list)
    for one in board.everyone:
        if one.pk in board.waits and board.waits[one.pk].more:
            by_number[board.waits[one.pk].more].append(one)
    found += [
        Blocker(_so_many(more), None, tuple(waiters)) for more, waiters in sorted(by_number.items())
    ]
    if not found:
        return None
    found.sort(key=lambda one: -len(one.holds))
    kept = _fitting(found)
    hopeless = (pk for pk, stance in board.stances.items() if stance is Stance.HOPELESS)
    return Blocking(tuple(kept), frozenset(hopeless), len(found) - len(kept))


def _so_many(more: int) -> str:
    return ngettext("%(more)d more pledge", "%(more)d more pledges", more) % {"more": more}


def _fitting(found: Sequence[Blocker]) -> list[Blocker]:
    """The first ones, until the sheet is full; one that alone is too long is cut."""
    kept: list[Blocker] = []
    waiters: set[int] = set()
    for one in found[:MOST_BLOCKERS]:
        together = waiters | {each.pk for each in one.holds}
        if kept and len(together) > MOST_WAITERS:
            break
        kept.append(Blocker(one.name, one.stance, one.holds[:MOST_WAITERS]))
        waiters = together
    return kept


def drawings(found: Blocking) -> tuple[Drawing, Drawing]:
    """For a desk, and for a phone."""
    return _wide(found), _narrow(found)


def _wide(found: Blocking) -> Drawing:
    waiters = _in_order(found.blockers)
    rows = max(len(found.blockers), len(waiters))
    left = {
        blocker: _at(place, len(found.blockers), rows)
        for place, blocker in enumerate(found.blockers)
    }
    right = {waiter.pk: _at(place, len(waiters), rows) for place, waiter in enumerate(waiters)}
    lines = tuple(
        (
            _curve(left[blocker], right[one.pk]),
            one.pk in found.hopeless,
        )
        for blocker in found.blockers
        for one in blocker.holds
    )
    spots = (
        *(
            _spot(LEFT, left[one], -14, one.name, _look(one.stance), "end", LETTERS_WIDE)
            for one in found.blockers
        ),
        *(
            _spot(RIGHT, right[one.pk], 14, one.name, _waits(one, found), "start", LETTERS_WIDE)
            for one in waiters
        ),
    )
    longest = max(len(spot.name) for spot in spots[: len(found.blockers)])
    edge = max(0, LEFT - 20 - LETTER * longest)
    return Drawing("wide", edge, WIDE - edge, rows * ROW + TOP, spots, lines)


def _curve(y: float, to: float) -> str:
    middle = (LEFT + RIGHT) / 2
    bend = f"C{middle:g} {y:g} {middle:g} {to:g}"
    return f"M{LEFT + RADIUS} {y:g}{bend} {RIGHT - RADIUS} {to:g}"


def _narrow(found: Blocking) -> Drawing:
    spots: list[Spot] = []
    lines: list[tuple[str, bool]] = []
    y = float(TOP)
    for one in found.blockers:
        look = _look(one.stance)
        spots.append(_spot(STEM, y, 16, one.name, look, "start", LETTERS_BLOCKER))
        stem = y + RADIUS
        for waiter in one.holds:
            y += ROW
            look = _waits(waiter, found)
            spots.append(_spot(BRANCH, y, 16, waiter.name, look, "start", LETTERS_WAITER))
            path = f"M{STEM} {stem:g}V{y - 8:g}Q{STEM} {y:g} {STEM + 8} {y:g}H{BRANCH - RADIUS}"
            lines.append((path, waiter.pk in found.hopeless))
        y += ROW + RADIUS
    return Drawing("narrow", 0, NARROW, int(y) - RADIUS, tuple(spots), tuple(lines))


def _in_order(blockers: Iterable[Blocker]) -> "list[Stand]":
    """Each waiter once, beside the middle of those who hold it back: so few lines cross."""
    places: dict[Stand, list[int]] = defaultdict(list)
    for place, blocker in enumerate(blockers):
        for one in blocker.holds:
            places[one].append(place)
    return sorted(places, key=lambda one: sum(places[one]) / len(places[one]))


def _at(place: int, count: int, rows: int) -> float:
    """Spread over the height of the longer column."""
    return TOP + ROW * (place + 0.5) * rows / count - ROW / 2 + RADIUS


def _spot(  # noqa: PLR0917 — a dot and its name, as they are drawn
    x: float, y: float, aside: float, name: str, stance: str, side: str, letters: int
) -> Spot:
    short = name if len(name) <= letters else f"{name[: letters - 1].rstrip()}…"
    return Spot(x, y, x + aside, short, name, stance, side)


def _look(stance: Stance | None) -> str:
    return stance.value if stance else "number"


def _waits(one: "Stand", found: Blocking) -> str:
    return (Stance.HOPELESS if one.pk in found.hopeless else Stance.WAITS).value
