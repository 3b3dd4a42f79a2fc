"""The pledge board: every organisation's answer, what it waits for, and whom it holds back."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import FETCH_RAISE, TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.members.models import Organisation
from coalition.members.queries import organisations
from coalition.members.states import Membership
from coalition.pledges.models import Invitation, Pledge
from coalition.pledges.queries import (
    Solution,
    ground_of,
    promise_of,
    solve,
    standing_promises,
    with_conditions,
)
from coalition.pledges.solve import Ground, Promise, Waiting, holding
from coalition.pledges.states import PROMISES, Answer


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


class Asking(TextChoices):
    """How far an invitation came."""

    NOT_ASKED = "not asked", _("not invited")
    WAITING = "waiting", _("letter waits")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent: failed")
    BOUNCED = "bounced", _("bounced")
    OPENED = "opened", _("opened")
    ACCEPTED = "accepted", _("accepted")
    RUN_OUT = "run out", _("ran out")
    ANSWERED = "answered", _("answered")


PLAIN: Final = {
    Answer.LEAVE: Stance.FIRM,
    Answer.ALREADY_LEFT: Stance.ALREADY_LEFT,
    Answer.BOARD_DATE: Stance.BOARD_DATE,
    Answer.NOT_NOW: Stance.NOT_NOW,
}
"""Answers that wait for nobody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An organisation's last invitation."""

    state: Asking = Asking.NOT_ASKED
    at: datetime | None = None
    email: str = ""
    invited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One organisation on the board."""

    organisation: Organisation
    stance: Stance
    pledge: Pledge | None = None
    more: int = 0
    waits_for: tuple[Organisation, ...] = ()
    holds_back: tuple[Organisation, ...] = ()
    asked: Asked = field(default_factory=Asked)
    date_confirmed: bool = False

    @property
    def leaves(self) -> bool:
        """Whether it counts."""
        return self.stance in {Stance.FIRM, Stance.HOLDS}


@dataclass(frozen=True, slots=True)
class Lever:
    """So many more firm pledges release so many conditional ones."""

    more: int
    releases: int


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board. `leaving` counts towards the threshold."""

    rows: tuple[Standing, ...]
    leaving: int
    waiting: int
    lever: Lever | None

    @property
    def counts(self) -> dict[Stance, int]:
        """How many organisations stand in each way."""
        stances = [row.stance for row in self.rows]
        return {stance: stances.count(stance) for stance in Stance}

    @property
    def firm(self) -> int:
        """Those that leave whatever others do."""
        return self.counts[Stance.FIRM]

    @property
    def answered(self) -> int:
        """Those that have said something."""
        return len(self.rows) - self.counts[Stance.SILENT]


def board(campaign: Campaign, *, now: datetime) -> Board:
    """Everything about every organisation, in a fixed number of queries."""
    pledges = {
        pledge.organisation_id: pledge
        for pledge in with_conditions(Pledge.objects.filter(campaign=campaign)).fetch_mode(
            FETCH_RAISE
        )
    }
    everyone = list(organisations())
    here = {organisation.pk: organisation for organisation in everyone}
    promises = [
        promise_of(pledge)
        for pledge in pledges.values()
        if _stands(pledge) and pledge.organisation_id in here
    ]
    solution = solve(campaign, promises)
    blocked: dict[int, list[Organisation]] = defaultdict(list)
    for waiter, waiting in solution.waits.items():
        for named in waiting.named:
            blocked[named].append(here[waiter])
    asked = invitations(campaign, now=now)
    rows = []
    for organisation in everyone:
        pledge = pledges.get(organisation.pk)
        waits = solution.waits.get(organisation.pk, Waiting())
        rows.append(
            Standing(
                organisation=organisation,
                stance=stance_of(pledge, solution),
                pledge=pledge,
                more=waits.more,
                waits_for=_by_name(here[one] for one in waits.named if one in here),
                holds_back=_by_name(blocked[organisation.pk]),
                asked=_asked(asked.get(organisation.pk), pledge),
                date_confirmed=bool(pledge and pledge.agrees_to_the_date(campaign)),
            )
        )
    return Board(
        rows=tuple(rows),
        leaving=len(solution.holds),
        waiting=len(solution.waits),
        lever=lever(promises, solution, ground_of(campaign), silent=len(everyone) - len(promises)),
    )


def _stands(pledge: Pledge) -> bool:
    return bool(pledge.answer in PROMISES and pledge.confirmed_at and not pledge.withdrawn_at)


def _by_name(found: Iterable[Organisation]) -> tuple[Organisation, ...]:
    return tuple(sorted(found, key=lambda organisation: organisation.name.casefold()))


def _asked(asked: Asked | None, pledge: Pledge | None) -> Asked:
    if pledge is None:
        return asked or Asked()
    asked = asked or Asked()
    return Asked(Asking.ANSWERED, pledge.answered_at, asked.email, asked.invited_at)


def stance_of(pledge: Pledge | None, solution: Solution) -> Stance:
    """How one answer stands beside all the others."""
    if pledge is None:
        return Stance.SILENT
    if pledge.withdrawn_at:
        return Stance.WITHDREW
    if not pledge.confirmed_at:
        return Stance.UNCONFIRMED
    return PLAIN.get(Answer(pledge.answer)) or _conditional(pledge.organisation_id, solution)


def _conditional(organisation: int, solution: Solution) -> Stance:
    if organisation in solution.holds:
        return Stance.HOLDS
    return Stance.HOPELESS if organisation in solution.out_of_reach else Stance.WAITS


def lever(
    promises: Sequence[Promise], solution: Solution, ground: Ground, *, silent: int
) -> Lever | None:
    """The fewest further firm pledges that release anybody who waits; None when none would."""
    if not solution.waits:
        return None

    def released(more: int) -> int:
        further = [Promise(-number) for number in range(1, more + 1)]
        return len(holding([*promises, *further], ground)) - len(solution.holds) - more

    # more pledges never release fewer, so the first that releases somebody is found by halving
    fewest = bisect_left(range(silent + 1), 1, lo=1, key=released)
    return Lever(fewest, released(fewest)) if fewest <= silent else None


def invitations(campaign: Campaign, *, now: datetime) -> dict[int, Asked]:
    """How far each organisation's living invitation came; two queries."""
    letters = {
        letter.key: letter
        for letter in Letter.objects.filter(campaign_id=campaign.pk, kind="invitation")
    }
    living = Invitation.objects.filter(campaign=campaign, superseded_at__isnull=True)
    return {
        invitation.organisation_id: _how_far(
            invitation, letters.get(f"invitation:{invitation.pk}"), now
        )
        for invitation in living.fetch_mode(FETCH_RAISE)
    }


def _how_far(invitation: Invitation, letter: Letter | None, now: datetime) -> Asked:
    at = invitation.invited_at
    steps = (  # what weighs most comes first
        (Asking.ACCEPTED, invitation.claimed_at),
        (Asking.BOUNCED, letter and letter.bounced_at),
        (Asking.FAILED, letter and letter.failed_at),
        (Asking.RUN_OUT, invitation.expires_at if invitation.expires_at <= now else None),
        (Asking.OPENED, invitation.opened_at),
        (Asking.SENT, letter and letter.sent_at),
        (Asking.WAITING, at),
    )
    state, since = next((state, since) for state, since in steps if since)
    return Asked(state, since, invitation.email, at)


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
        with_conditions(Pledge.objects.filter(organisation=organisation))
        .select_related("campaign", "organisation", "answered_by")
        .order_by("-answered_at")
    )


def whom_a_date_concerns(campaign: Campaign) -> int:
    """How many pledged organisations are told when the hour is set or moved."""
    return standing_promises(campaign).count()
