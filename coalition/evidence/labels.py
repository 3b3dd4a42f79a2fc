"""From what is known of one organisation to the one label that the public sees. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from coalition.evidence.states import Label, Level
from coalition.pledges.states import PROMISES, Answer


@dataclass(frozen=True, slots=True)
class Farewell:
    """One X account that was declared as leaving: when it left, where one sees it, how sure."""

    left_at: datetime | None
    url: str = ""
    sure: bool = True
    back: bool = False
    """It posts again, and that is public: whatever it said before."""

    @property
    def is_out(self) -> bool:
        """It left, and stayed away."""
        return self.left_at is not None and not self.back


@dataclass(frozen=True, slots=True)
class Known:
    """All that decides one organisation's label."""

    answer: Answer
    holds: bool
    condition_public: bool
    withdrawn: bool
    left_on: date | None
    farewells: Sequence[Farewell]
    reports: Sequence[tuple[Level, datetime, str]]
    stays_somewhere: bool = False

    @property
    def back(self) -> bool:
        """One of its accounts posts again."""
        return any(farewell.back for farewell in self.farewells)

    @property
    def wholly_back(self) -> bool:
        """All of them do."""
        return self.back and all(farewell.back for farewell in self.farewells)


@dataclass(frozen=True, slots=True)
class Standing:
    """A label, since when it is true, and where one can see it."""

    label: Label
    at: datetime | None = None
    on: date | None = None
    url: str = ""


def standing(known: Known, *, exit_at: datetime | None) -> Standing | None:
    """The public label, or None where nothing may or can be said."""
    if known.wholly_back:
        return None
    if known.answer is Answer.ALREADY_LEFT:
        label = Label.PARTLY if known.back else Label.ALREADY_LEFT
        return Standing(label, on=known.left_on)
    gone = _gone(known)
    if gone is not None:
        return gone
    if known.back or known.withdrawn or known.answer not in PROMISES:
        return None
    if known.holds:
        return Standing(Label.LEAVING if exit_at else Label.PLEDGED, exit_at)
    if known.condition_public and known.answer is Answer.LEAVE_IF:
        return Standing(Label.PLEDGED_IF)
    return None


def _gone(known: Known) -> Standing | None:
    out = [farewell for farewell in known.farewells if farewell.is_out]
    if out:
        last = max(out, key=lambda farewell: farewell.left_at or datetime.min.replace(tzinfo=UTC))
        if len(out) < len(known.farewells) or known.stays_somewhere:
            return Standing(Label.PARTLY, last.left_at, url=last.url)
        sure = all(farewell.sure for farewell in out)
        return Standing(
            Label.LEFT if sure else Label.LEFT_SELF_REPORTED, last.left_at, url=last.url
        )
    if known.reports:
        level, left_at, url = max(known.reports, key=lambda report: list(Level).index(report[0]))
        if known.back:
            return Standing(Label.PARTLY, left_at, url=url)
        sure = level is not Level.SELF_REPORTED
        return Standing(Label.LEFT if sure else Label.LEFT_SELF_REPORTED, left_at, url=url)
    return None


class When(StrEnum):
    """When somebody left, beside the day of T."""

    BEFORE = "before"
    ON_THE_DAY = "on the day"
    SINCE = "since"


def when(standing: Standing, exit_at: datetime | None, zone: ZoneInfo) -> When:
    """On the day is any hour of T's day, on the campaign's own clock; without T all is before."""
    if exit_at is None or standing.at is None:
        return When.BEFORE
    here, day = standing.at.astimezone(zone).date(), exit_at.astimezone(zone).date()
    return When.BEFORE if here < day else When.SINCE if here > day else When.ON_THE_DAY
