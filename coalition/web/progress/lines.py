"""One line of the public list: a row with its moment and its evidence, as the reader says them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import pgettext

from coalition.campaigns.phases import window_ends_at
from coalition.evidence.states import GONE, Label
from coalition.progress.queries import Progress, Row
from coalition.templatetags.house import at_hour, to_the_hundredth

OUT = GONE | {Label.PARTLY}


@dataclass(frozen=True, slots=True)
class Line:
    """What a row says about when, and where one can see it."""

    row: Row
    when: str
    evidence: str


def lines(progress: Progress, rows: Iterable[Row]) -> list[Line]:
    """Lines in the rows' own order."""
    return [Line(row, _when(progress, row), evidence(row)) for row in rows]


def day(moment: date, *, beside: date | None) -> str:
    """A day, with its year unless that is the year of `beside`."""
    if beside and moment.year == beside.year:
        return date_format(moment, pgettext("day and month", "j F"))
    return date_format(moment, pgettext("day, month and year", "j F Y"))


def _when(progress: Progress, row: Row) -> str:
    exit_at, exit_day, at = progress.campaign.exit_at, progress.exit_day, row.standing.at
    if row.standing.on:
        return day(row.standing.on, beside=exit_day)
    if at is None:
        return ""
    here = at.astimezone(progress.zone).date()
    if row.label in OUT and exit_at and here == exit_day:
        seen = row.label is not Label.LEFT_SELF_REPORTED  # who only says so, says no hundredths
        if seen and exit_at <= at < window_ends_at(progress.campaign, exit_at):
            return to_the_hundredth(at, progress.zone)
        return at_hour(at, progress.zone)
    if row.label not in OUT and at <= progress.as_of:
        return ""  # its day came, and it has not left yet
    return day(here, beside=exit_day)


def evidence(row: Row) -> str:
    """The address of what can be seen; people type some of these, so only the web's own kind."""
    url = row.standing.url
    return url if url.startswith(("https://", "http://")) and row.label in OUT else ""
