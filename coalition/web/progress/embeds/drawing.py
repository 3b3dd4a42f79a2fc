"""What an embedded picture shows and where it stands, for the SVG templates. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Final

from django.utils.translation import gettext, ngettext

from coalition.evidence.states import Label
from coalition.members.tables import writable
from coalition.progress.chart import FULLNESS
from coalition.progress.queries import Progress, Row
from coalition.web.progress.lines import lines
from coalition.web.progress.pictures.palette import Palette
from coalition.web.progress.pictures.type import (
    Face,
    Line,
    Room,
    Tone,
    Word,
    fitting,
    shortened,
    width,
    words_of,
)
from coalition.web.progress.sentence import sentence

SLACK: Final = 0.88
"""Readers' own fonts are up to this much wider than the one that is measured."""
SLACK_OF_SANS: Final = 0.8
MOST_ROWS: Final = 40
MOST_DOTS_DEEP: Final = 3


class Size(StrEnum):
    """How much room there is."""

    NORMAL = "normal"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Measures:
    """One size, in pixels."""

    width: int
    height: int
    margin: int
    type: tuple[int, ...]
    small: int
    row: int
    name: int


MEASURES: Final = {
    Size.NORMAL: Measures(440, 210, 24, (38, 34, 30, 26, 22, 18), 13, 34, 17),
    Size.SMALL: Measures(280, 160, 16, (25, 23, 21, 19, 17, 15), 11, 28, 14),
}
BADGE_HEIGHTS: Final = {Size.NORMAL: 66, Size.SMALL: 50}


@dataclass(frozen=True, slots=True)
class Look:
    """How one dot is drawn, as static/css/dots.css does."""

    fill: str
    stroke: str
    radius: float = 7
    dash: str = ""
    half: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """One dot in its place."""

    x: float
    y: float
    scale: float
    look: Look


@dataclass(frozen=True, slots=True)
class Text:
    """One line of words, each with its colour."""

    y: float
    words: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    y: float
    spot: Spot
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Counter:
    """The sentence above its dots."""

    measures: Measures
    size: int
    text: Sequence[Text]
    spots: Sequence[Spot]
    ground: float

    @property
    def line(self) -> int:
        """How long the ground is."""
        return self.measures.width - 2 * self.measures.margin

    @property
    def foot(self) -> int:
        """Where the small words stand."""
        return self.measures.height - self.measures.margin


@dataclass(frozen=True, slots=True)
class Listing:
    """The names, as many as a picture can hold."""

    measures: Measures
    height: int
    title: str
    entries: Sequence[Entry]
    more: str

    @property
    def head(self) -> int:
        """Where its title stands."""
        return self.measures.margin + self.measures.type[3]

    @property
    def indent(self) -> int:
        """Where names begin."""
        return self.measures.margin + 26

    @property
    def right(self) -> int:
        """Where states end."""
        return self.measures.width - self.measures.margin

    @property
    def more_y(self) -> float:
        """Where the rest is counted."""
        return self.foot - self.measures.row

    @property
    def foot(self) -> int:
        """Where the small words stand."""
        return self.height - self.measures.margin


def look(label: Label, colours: Palette) -> Look:
    """Shape before colour: a ring, a disc, a half, a small disc."""
    match label:
        case Label.LEFT:
            return Look(colours.blue, colours.blue)
        case Label.LEFT_SELF_REPORTED:
            return Look(colours.blue_pale, colours.blue)
        case Label.ALREADY_LEFT:
            return Look(colours.grey, colours.grey, 4.5)
        case Label.PARTLY:
            return Look("none", colours.blue, half=True)
        case Label.PLEDGED_IF:
            return Look("none", colours.blue, dash="2.2 2.2")
        case Label.LEAVING | Label.PLEDGED:
            return Look("none", colours.blue)


def counter(state: Progress, size: Size, colours: Palette) -> Counter:
    """Always of the same height, so that no page jumps when the number grows."""
    on = MEASURES[size]
    inside = on.width - 2 * on.margin
    spots, top = _dots(state, on, colours)
    room = Room(inside * SLACK, top - on.margin, 1.1)
    words = [Word(writable(one.text), one.tone, one.glued) for one in words_of(sentence(state))]
    type_size, found = fitting(words, Face.SERIF, on.type, room)
    return Counter(
        on,
        type_size,
        [
            Text(
                round(on.margin + type_size * (0.8 + number * room.leading), 1),
                _coloured(line, colours),
            )
            for number, line in enumerate(found)
        ],
        spots,
        on.height - on.margin - 2.2 * on.small,
    )


def _coloured(line: Line, colours: Palette) -> list[tuple[str, str]]:
    tones = {Tone.PLAIN: colours.ink, Tone.GONE: colours.blue, Tone.DAY: colours.day}
    return [
        (one.text if one.glued or not number else f" {one.text}", tones[one.tone])
        for number, one in enumerate(line)
    ]


def _dots(state: Progress, on: Measures, colours: Palette) -> tuple[list[Spot], float]:
    """Every organisation, a few deep on the ground; and how high they reach."""
    inside, ground = on.width - 2 * on.margin, on.height - on.margin - 2.2 * on.small
    dots = sorted(state.dots, key=lambda dot: FULLNESS.index(dot.label))
    pitch = min(14.0, inside * MOST_DOTS_DEEP / max(len(dots), 1))
    across = max(1, int(inside // pitch))
    deep = min(MOST_DOTS_DEEP, ceil(len(dots) / across))
    across = max(across if deep < MOST_DOTS_DEEP else ceil(len(dots) / MOST_DOTS_DEEP), 1)
    spots = [
        Spot(
            round(on.margin + pitch * (number % across + 0.5), 2),
            round(ground - pitch * (number // across + 0.7), 2),
            round(pitch / 17, 4),
            look(dot.label, colours),
        )
        for number, dot in enumerate(dots)
    ]
    return spots, ground - deep * pitch - 1.4 * on.small


def listing(state: Progress, size: Size, colours: Palette) -> Listing:
    """Who, and since when; the rest is said as a number."""
    on = MEASURES[size]
    shown = state.rows[:MOST_ROWS]
    top = on.margin + on.type[3] + on.row
    room = (on.width - 2 * on.margin - 24) * SLACK
    rest = len(state.dots) - len(shown)
    entries = [
        _entry(line.row, line.when, top + number * on.row, (on, room), colours)
        for number, line in enumerate(lines(state, shown))
    ]
    more = ngettext("and {number} more", "and {number} more", rest).format(number=rest)
    high = top + (len(entries) + bool(rest)) * on.row + on.margin
    return Listing(
        on,
        round(high),
        shortened(
            writable(state.words.name if state.words else state.campaign.coalition_name),
            Face.SERIF,
            on.type[3],
            room,
        ),
        entries,
        more if rest else "",
    )


def _entry(
    row: Row, when: str, y: float, within: tuple[Measures, float], colours: Palette
) -> Entry:
    on, room = within
    state = shortened(when or str(row.label.label), Face.SANS, on.small, room * 0.45)
    left = room - width(state, Face.SANS, on.small) - on.small
    return Entry(
        round(y, 1),
        Spot(on.margin + 8, round(y - on.name * 0.32, 1), on.row / 34, look(row.label, colours)),
        shortened(writable(row.name), Face.SERIF, on.name, left),
        state,
    )


def promise_of(state: Progress, row: Row) -> str:
    """What a badge says for an organisation, in its first person."""
    at, exit_day = row.standing.at, state.exit_day
    match row.label:
        case Label.LEFT | Label.LEFT_SELF_REPORTED if (
            at and exit_day and at.astimezone(state.zone).date() < exit_day
        ):
            return gettext("We have left")  # ahead of the others
        case Label.LEFT | Label.LEFT_SELF_REPORTED:
            return gettext("We left together")
        case Label.ALREADY_LEFT:
            return gettext("We had already left")
        case Label.PLEDGED_IF:
            return gettext("We leave if others do")
        case Label.PARTLY | Label.LEAVING | Label.PLEDGED:
            return gettext("We leave together")
