"""What was ticked off, and what the survey says of all together."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from coalition.afterwards.models import Survey, Tick
from coalition.afterwards.states import Chore, Done
from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation


def ticked(campaign: Campaign, organisation: Organisation) -> frozenset[Chore]:
    """What this organisation has done."""
    rows = Tick.objects.filter(campaign=campaign, organisation=organisation)
    return frozenset(Chore(chore) for chore in rows.values_list("chore", flat=True))


def survey_of(campaign: Campaign, organisation: Organisation) -> Survey | None:
    """What it was asked four weeks after T; None before."""
    return Survey.objects.filter(campaign=campaign, organisation=organisation).first()


@dataclass(frozen=True, slots=True)
class Remark:
    """What one organisation wants the coordinators to know."""

    name: str
    slug: str
    words: str


@dataclass(frozen=True, slots=True)
class Summary:
    """All answers together; only remarks carry a name."""

    asked: int
    answered: int
    counts: Mapping[Chore, Mapping[Done, int]]
    remarks: tuple[Remark, ...]


def summary(campaign: Campaign) -> Summary:
    """How many did what; one query."""
    rows = list(
        Survey.objects.filter(campaign=campaign)
        .select_related("organisation")
        .order_by("organisation__name")
    )
    answered = [row for row in rows if row.answered_at]
    counts = {
        chore: Counter(Done(row.answers[chore]) for row in answered if chore in row.answers)
        for chore in Chore
    }
    return Summary(
        asked=len(rows),
        answered=len(answered),
        counts={chore: {done: found[done] for done in Done} for chore, found in counts.items()},
        remarks=tuple(
            Remark(row.organisation.name, row.organisation.slug, row.remark)
            for row in answered
            if row.remark
        ),
    )
