"""From what is known of one organisation to the one label that the public sees. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from coalition.evidence.states import Label, Level
from coalition.pledges.states import PROMISES, Answer


@dataclass(frozen=True, slots=True)
class Farewell:
    """One X account that was declared as leaving: when its farewell came out, and where."""

    left_at: datetime | None
    url: str = ""


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


@dataclass(frozen=True, slots=True)
class Standing:
    """A label, since when it is true, and where one can see it."""

    label: Label
    at: datetime | None = None
    on: date | None = None
    url: str = ""


def standing(known: Known, *, exit_at: datetime | None) -> Standing | None:
    """The public label, or None where nothing may or can be said."""
    if known.answer is Answer.ALREADY_LEFT:
        return Standing(Label.ALREADY_LEFT, on=known.left_on)
    gone = _gone(known)
    if gone is not None:
        return gone
    if known.withdrawn or known.answer not in PROMISES:
        return None
    if known.holds:
        return Standing(Label.LEAVING if exit_at else Label.PLEDGED, exit_at)
    if known.condition_public and known.answer is Answer.LEAVE_IF:
        return Standing(Label.PLEDGED_IF)
    return None


def _gone(known: Known) -> Standing | None:
    out = [farewell for farewell in known.farewells if farewell.left_at]
    if out:
        last = max(out, key=lambda farewell: farewell.left_at or datetime.min.replace(tzinfo=UTC))
        whole = len(out) == len(known.farewells) and not known.stays_somewhere
        return Standing(Label.LEFT if whole else Label.PARTLY, last.left_at, url=last.url)
    if known.reports:
        level, left_at, url = max(known.reports, key=lambda report: list(Level).index(report[0]))
        sure = level is not Level.SELF_REPORTED
        return Standing(Label.LEFT if sure else Label.LEFT_SELF_REPORTED, left_at, url=url)
    return None
