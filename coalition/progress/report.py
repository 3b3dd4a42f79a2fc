"""The closing report: who left, when, how we know, and what went wrong; of all, none apart."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from coalition.evidence.labels import Standing
from coalition.evidence.ladder import ladder
from coalition.evidence.queries import standings
from coalition.evidence.states import GONE, GONE_FROM, Label, Level
from coalition.pledges.queries import public_pledges
from coalition.progress.queries import Progress
from coalition.publishing.ending import Ending, ending


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page says besides the count itself."""

    labels: Sequence[tuple[Label, int]]
    hours: Sequence[tuple[datetime, int]]
    """Each hour of T's day in which somebody left, and how many did."""
    elsewhen: int
    reasons: Sequence[tuple[Level, int]]
    unlooked: int
    most: int
    ending: Ending


def report(progress: Progress) -> Report:
    """Of all whom the public page counts, named or not, members or not."""
    campaign, pledges = progress.campaign, public_pledges(progress.campaign)
    labels = standings(campaign, pledges)
    counted = Counter(one.label for one in labels.values())
    hours, elsewhen = _hours(progress, labels.values())
    rungs = ladder(campaign)
    gone = [pk for pk, one in labels.items() if one.label in GONE_FROM - {Label.ALREADY_LEFT}]
    reasons = Counter(rungs[pk].level for pk in gone if pk in rungs)
    return Report(
        labels=[(label, counted[label]) for label in Label if counted[label]],
        hours=hours,
        elsewhen=elsewhen,
        reasons=[(level, reasons[level]) for level in reversed(Level) if reasons[level]],
        unlooked=sum(pk not in rungs for pk in gone),
        most=max((count for _hour, count in hours), default=0),
        ending=ending(campaign),
    )


def _hours(
    progress: Progress, labels: Iterable[Standing]
) -> tuple[list[tuple[datetime, int]], int]:
    """By the hour on the day of T, on the campaign's own clock; and how many on other days."""
    found: Counter[datetime] = Counter()
    elsewhen = 0
    for one in labels:
        if one.label not in GONE | {Label.PARTLY} or one.at is None:
            continue
        here = one.at.astimezone(progress.zone)
        if here.date() == progress.exit_day:
            found[here.replace(minute=0, second=0, microsecond=0)] += 1
        else:
            elsewhen += 1
    return sorted(found.items()), elsewhen
