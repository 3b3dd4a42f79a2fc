"""The pledge board: every organisation's answer, what it waits for, and whom it holds back."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from django.db.models import FETCH_RAISE, TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.members.queries import organisations
from coalition.members.states import Membership
from coalition.pledges.asked import Asked, Asking, asked_of
from coalition.pledges.models import Pledge
from coalition.pledges.queries import (
    Solution,
    Stand,
    ground_of,
    promises_of,
    solution_of,
    standing_promises,
    stands,
)
from coalition.pledges.solve import Waiting, fewest_that_release
from coalition.pledges.states import Answer


class Stance(TextChoices):
    """How an organisation stands, as the coordinators see it."""

    FIRM = "firm", _("leaves")
    HOLDS = "holds", _("leaves, condition met")
    WAITS = "waits", _("waits for others")
    HOPELESS = "hopeless", _("condition can't come true")
    UNCONFIRMED = "unconfirmed", _("not confirmed yet")
    ALREADY_LEFT = "already left", _("had already left")
    BOARD_DATE = "board date", _("decides later")
    NOT_NOW = "not now", _("not now")
    WITHDREW = "withdrew", _("withdrew")
    SILENT = "silent", _("no answer yet")


PLAIN: Final = {
    Answer.LEAVE: Stance.FIRM,
    Answer.ALREADY_LEFT: Stance.ALREADY_LEFT,
    Answer.BOARD_DATE: Stance.BOARD_DATE,
    Answer.NOT_NOW: Stance.NOT_NOW,
}
"""Answers that wait for nobody."""
LEAVE: Final = frozenset({Stance.FIRM, Stance.HOLDS})


@dataclass(frozen=True, slots=True)
class Standing:
    """One organisation on the board, with all that its row says."""

    organisation: Organisation
    stance: Stance
    pledge: Pledge | None = None
    more: int = 0
    waits_for: tuple[Stand, ...] = ()
    holds_back: tuple[Stand, ...] = ()
    asked: Asked = field(default_factory=Asked)
    date_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Lever:
    """So many more firm pledges release so many conditional ones."""

    more: int
    releases: int


@dataclass(frozen=True)
class Board:
    """How everybody stands, by number; `rows_of` makes the rows of those that are shown."""

    everyone: tuple[Stand, ...]
    stances: Mapping[int, Stance]
    waits: Mapping[int, Waiting]
    lever: Lever | None

    @cached_property
    def counts(self) -> dict[Stance, int]:
        """How many organisations stand in each way."""
        counted = Counter(self.stances.values())
        return {stance: counted[stance] for stance in Stance}

    @property
    def leaving(self) -> int:
        """Those that count towards the threshold."""
        return sum(self.counts[stance] for stance in LEAVE)

    @property
    def waiting(self) -> int:
        """Those whose condition is not met."""
        return len(self.waits)

    @property
    def firm(self) -> int:
        """Those that leave whatever others do."""
        return self.counts[Stance.FIRM]

    @property
    def answered(self) -> int:
        """Those that have said something."""
        return len(self.everyone) - self.counts[Stance.SILENT]

    @cached_property
    def names(self) -> dict[int, Stand]:
        """Everybody by number."""
        return {one.pk: one for one in self.everyone}

    @cached_property
    def blocked(self) -> dict[int, list[Stand]]:
        """Whom each organisation holds back, by name."""
        found: dict[int, list[Stand]] = defaultdict(list)
        for one in self.everyone:
            for named in self.waits[one.pk].named if one.pk in self.waits else ():
                found[named].append(one)
        return found

    def leave(self, one: Stand) -> bool:
        """Whether it counts."""
        return self.stances[one.pk] in LEAVE


def board(campaign: Campaign) -> Board:
    """How everybody stands; two queries, and little for each of a thousand organisations."""
    everyone = stands(campaign)
    promises = promises_of(campaign, everyone)
    ground = ground_of(campaign, everyone)
    solution = solution_of(promises, everyone, ground)
    silent = len(everyone) - len(promises)
    lever = fewest_that_release(promises, ground, most=silent) if solution.waits else None
    return Board(
        everyone=tuple(everyone),
        stances={one.pk: stance_of(one, solution) for one in everyone},
        waits=solution.waits,
        lever=Lever(*lever) if lever else None,
    )


def rows_of(
    campaign: Campaign, found: Board, shown: Collection[int], *, now: datetime
) -> list[Standing]:
    """The rows of these organisations, in the board's order; four queries."""
    here = {one.pk: one for one in organisations().filter(pk__in=shown)}
    pledges = {
        pledge.organisation_id: pledge
        for pledge in Pledge.objects.filter(campaign=campaign, organisation__in=here).fetch_mode(
            FETCH_RAISE
        )
    }
    asked = asked_of(campaign, now=now, organisations=here)
    nothing = Waiting()
    rows = []
    for stand in found.everyone:
        organisation = here.get(stand.pk)
        if organisation is None:
            continue
        pledge, waits = pledges.get(stand.pk), found.waits.get(stand.pk, nothing)
        rows.append(
            Standing(
                organisation=organisation,
                stance=found.stances[stand.pk],
                pledge=pledge,
                more=waits.more,
                waits_for=_by_name(found.names[one] for one in waits.named if one in found.names),
                holds_back=tuple(found.blocked.get(stand.pk, ())),
                asked=_asked(asked.get(stand.pk), pledge),
                date_confirmed=stand.date_confirmed,
            )
        )
    return rows


def _by_name(found: Iterable[Stand]) -> tuple[Stand, ...]:
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def _asked(asked: Asked | None, pledge: Pledge | None) -> Asked:
    if pledge is None:
        return asked or Asked()
    asked = asked or Asked()
    return Asked(Asking.ANSWERED, pledge.answered_at, asked.email, asked.invited_at)


def stance_of(one: Stand, solution: Solution) -> Stance:
    """How one answer stands beside all the others."""
    if one.answer is None:
        return Stance.SILENT
    if one.withdrawn:
        return Stance.WITHDREW
    if not one.confirmed:
        return Stance.UNCONFIRMED
    return PLAIN.get(one.answer) or _conditional(one.pk, solution)


def _conditional(organisation: int, solution: Solution) -> Stance:
    if organisation in solution.holds:
        return Stance.HOLDS
    return Stance.HOPELESS if organisation in solution.out_of_reach else Stance.WAITS


@dataclass(frozen=True, slots=True)
class Summary:
    """One campaign in a line: how many leave, of how many members."""

    leaving: int
    members: int


def summaries(campaigns: Iterable[Campaign]) -> dict[int, Summary]:
    """How each campaign stands, for a list of them; two queries."""
    leaving: dict[int, int] = defaultdict(int)
    held = Pledge.objects.filter(campaign__in=list(campaigns), holds_since__isnull=False)
    for campaign in held.values_list("campaign_id", flat=True):
        leaving[campaign] += 1
    members = organisations().filter(membership=Membership.MEMBER).count()
    return {campaign.pk: Summary(leaving[campaign.pk], members) for campaign in campaigns}


def pledge_in(campaign: Campaign, pk: int) -> Pledge | None:
    """One answer to this campaign."""
    return (
        Pledge.objects.select_related("organisation", "campaign")
        .filter(campaign=campaign, pk=pk)
        .first()
    )


def pledges_of(organisation: Organisation) -> list[Pledge]:
    """What one organisation has answered, campaign by campaign, with what it waits for."""
    return list(
        Pledge.objects.filter(organisation=organisation)
        .prefetch_related("conditions__organisations")
        .select_related("campaign", "organisation", "answered_by")
        .order_by("-answered_at")
    )


def whom_a_date_concerns(campaign: Campaign) -> int:
    """How many pledged organisations are told when the hour is set or moved."""
    return standing_promises(campaign).count()
