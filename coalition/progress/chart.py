"""Where each dot of the chart stands: one dot is one organisation, on the day that it left. Pure.

The day of the exit is a column as wide as its dots need. The other days stand beside it, each on a
ground of its own, as far away as time allows; what is too far away shares one ground at the edge.
All dots are equally large: where many leave, all become smaller together.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil, floor, sqrt

from coalition.evidence.states import Label
from coalition.progress.queries import Dot

FULLNESS = (
    Label.LEFT,
    Label.PARTLY,
    Label.LEFT_SELF_REPORTED,
    Label.ALREADY_LEFT,
    Label.LEAVING,
    Label.PLEDGED,
    Label.PLEDGED_IF,
)
"""From the ground up: the day fills like a glass, and no dot has to move when another one fills."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The paper of one drawing, in its own units."""

    width: float
    height: float
    ground: float  # how far down the line is on which everything stands
    tall: float  # how high the day of the exit may rise
    low: float  # how high the days beside it may: the sentence stands above them
    widest: float  # how wide the day of the exit should stay
    middle: float  # where it stands
    pitch: float  # from one dot to the next, when there is room
    days: int  # further away than this is “earlier” or “later”
    label: float  # room for a day's name


WIDE = Frame(1200, 520, 462, 440, 120, 250, 900, 32, 70, 68)
NARROW = Frame(350, 372, 322, 300, 130, 156, 196, 24, 28, 48)


class Where(StrEnum):
    """What a ground stands for."""

    EARLIER = "earlier"
    DAY = "day"
    EXIT = "exit"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Place:
    """One dot, at its centre."""

    dot: Dot
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Ground:
    """What one day stands on; `label_x` is None where its name would touch another."""

    where: Where
    day: date | None
    left: float
    right: float
    label_x: float | None

    @property
    def width(self) -> float:
        """How wide."""
        return round(self.right - self.left, 2)


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing."""

    frame: Frame
    pitch: float
    places: tuple[Place, ...]
    grounds: tuple[Ground, ...]

    @property
    def scale(self) -> float:
        """A dot is drawn with a radius of seven, in a square of sixteen."""
        return round(self.pitch / 17, 4)

    @property
    def top(self) -> float:
        """How high the column of the day rises: just above its highest dot."""
        standing = [place.y for place in self.places if self.exit.left < place.x < self.exit.right]
        highest = min([*standing, self.frame.ground - 2 * self.pitch])
        return round(max(0, highest - 1.1 * self.pitch), 2)

    @property
    def sky(self) -> float:
        """Where the paper may be cut: nothing stands above."""
        return round(
            max(0, min([self.top, *(place.y - self.pitch for place in self.places)]) - 2), 2
        )

    @property
    def height(self) -> float:
        """How much paper is left below that."""
        return round(self.frame.height - self.sky, 2)

    @property
    def day_height(self) -> float:
        """From there to the ground."""
        return round(self.frame.ground - self.top, 2)

    @property
    def exit(self) -> Ground:
        """The column of the day."""
        return next(ground for ground in self.grounds if ground.where is Where.EXIT)


@dataclass(slots=True)
class _Group:
    where: Where
    day: date | None
    dots: list[Dot]
    columns: int
    centre: float = 0

    def width(self, pitch: float) -> float:
        return self.columns * pitch


def draw(dots: Sequence[Dot], *, exit_day: date | None, today: date, frame: Frame) -> Chart:
    """The drawing of these dots; without a day of exit, those still to come wait in its place."""
    centre_day = exit_day or today
    here = [dot for dot in dots if dot.day is None or (exit_day and dot.day == exit_day)]
    by_day: dict[date, list[Dot]] = defaultdict(list)
    for dot in dots:
        if dot.day is not None and dot.day != exit_day:
            by_day[dot.day].append(dot)
    before = {day: found for day, found in by_day.items() if day <= centre_day}
    after = {day: found for day, found in by_day.items() if day > centre_day}
    columns = max(1, round(sqrt(len(here) / 2.2)))
    rows = max(1, ceil(len(here) / columns))
    pitch = min(frame.pitch, frame.tall / rows, frame.widest / columns)
    while True:
        tower = _Group(Where.EXIT, exit_day, here, max(columns, 2), frame.middle)
        half = tower.width(pitch) / 2 + pitch
        left = _beside(
            before, centre_day, frame.middle - half, frame=frame, pitch=pitch, far=Where.EARLIER
        )
        right = _beside(
            after,
            centre_day,
            frame.width - frame.middle - half,
            frame=frame,
            pitch=pitch,
            far=Where.LATER,
        )
        if left is not None and right is not None:
            break
        pitch *= 0.92
    for group in left:
        group.centre = frame.middle - half - group.centre
    for group in right:
        group.centre = frame.middle + half + group.centre
    groups = [*reversed(left), tower, *right]
    return Chart(
        frame,
        pitch,
        tuple(place for group in groups for place in _stand(group, frame, pitch)),
        tuple(_grounds(groups, frame, pitch)),
    )


def _beside(
    by_day: dict[date, list[Dot]],
    centre_day: date,
    room: float,
    *,
    frame: Frame,
    pitch: float,
    far: Where,
) -> list[_Group] | None:
    """The days on one side, nearest first, `centre` as the distance from the day; None: no room."""
    days = sorted(by_day, key=lambda day: abs((day - centre_day).days))
    near = [day for day in days if abs((day - centre_day).days) <= frame.days]
    high = max(1, floor(frame.low / pitch))
    while True:
        rest = [dot for day in days[len(near) :] for dot in by_day[day]]
        groups = [
            _Group(Where.DAY, day, by_day[day], ceil(len(by_day[day]) / high)) for day in near
        ]
        if rest:
            wide = max(ceil(len(rest) / high), round(sqrt(2 * len(rest))))
            groups.append(_Group(far, None, rest, wide))
        if _spread(groups, centre_day, room, pitch):
            return groups
        if not near:
            return None
        near.pop()


def _spread(groups: list[_Group], centre_day: date, room: float, pitch: float) -> bool:
    """Set each group's distance by its days, never closer than the one before; False: too long."""
    if not groups:
        return True
    edge = groups[-1] if groups[-1].day is None else None
    inner = room - (edge.width(pitch) + 2 * pitch if edge else 0)
    spans = [abs((group.day - centre_day).days) for group in groups if group.day]
    furthest = max([21, *spans])
    taken = 0.0
    for group in groups:
        half = group.width(pitch) / 2
        if group.day:
            wished = abs((group.day - centre_day).days) / furthest * inner - half
            group.centre = max(taken + half, wished)
        else:
            group.centre = room - half
        if group.centre - half < taken - 0.001:
            return False
        taken = group.centre + half + (pitch / 2 if group.day else 0)
    return groups[-1].centre + groups[-1].width(pitch) / 2 <= room + 0.001


def _stand(group: _Group, frame: Frame, pitch: float) -> Iterator[Place]:
    left = group.centre - group.width(pitch) / 2 + pitch / 2
    ordered = sorted(group.dots, key=lambda dot: (FULLNESS.index(dot.label), dot.name.lower()))
    if group.where is Where.EXIT and len(ordered) == 1:
        left += pitch / 2
    for number, dot in enumerate(ordered):
        row, column = divmod(number, group.columns)
        yield Place(
            dot,
            round(left + column * pitch, 2),
            round(frame.ground - pitch * (row + 0.62), 2),
        )


def _grounds(groups: list[_Group], frame: Frame, pitch: float) -> Iterator[Ground]:
    """Each day's ground; the edges are named first, then the days from the exit outward."""
    middle = next(number for number, group in enumerate(groups) if group.where is Where.EXIT)
    half = frame.label / 2
    labels: dict[int, float] = {middle: groups[middle].centre}
    outward = [*range(middle - 1, -1, -1), *range(middle + 1, len(groups))]
    for number in sorted(outward, key=lambda number: groups[number].where is Where.DAY):
        wished = min(max(groups[number].centre, half), frame.width - half)
        if all(
            abs(wished - taken) >= frame.label * (1.35 if other == middle else 1)
            for other, taken in labels.items()
        ):
            labels[number] = round(wished, 2)
    for number, group in enumerate(groups):
        half = group.width(pitch) / 2
        yield Ground(
            group.where,
            group.day,
            round(group.centre - half, 2),
            round(group.centre + half, 2),
            labels.get(number),
        )
