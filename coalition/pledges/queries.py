"""Reading the word given: what counts, what waits, who holds back whom."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import FETCH_RAISE, Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.members.states import Kind, Membership
from coalition.pledges.models import Condition, Invitation, Pledge
from coalition.pledges.solve import Ground, Promise, Waiting, holding, out_of_reach, waiting
from coalition.pledges.states import PROMISES, Answer, ConditionKind, Visibility


def standing_promises(campaign: Campaign) -> QuerySet[Pledge]:
    """Promises that count: confirmed, not withdrawn, of organisations still in the coalition."""
    return Pledge.objects.filter(
        campaign=campaign,
        answer__in=PROMISES,
        confirmed_at__isnull=False,
        withdrawn_at__isnull=True,
        organisation__left_coalition_at__isnull=True,
    )


def public_pledges(campaign: Campaign) -> list[Pledge]:
    """Confirmed answers that their organisations let be shown or counted."""
    return list(_public(campaign).select_related("organisation", "campaign"))


def named_publicly(campaign: Campaign) -> QuerySet[Pledge]:
    """Those of them that agreed to be named."""
    return _public(campaign).filter(visibility=Visibility.NAMED)


def _public(campaign: Campaign) -> QuerySet[Pledge]:
    persons_by_opt_in = ~Q(organisation__kind=Kind.PERSON) | Q(
        organisation__opted_in_at__isnull=False
    )
    return (
        Pledge.objects.filter(persons_by_opt_in, campaign=campaign, confirmed_at__isnull=False)
        .exclude(visibility=Visibility.COORDINATORS)
        .filter(organisation__left_coalition_at__isnull=True)
    )


class Stand(NamedTuple):
    """One organisation's answer beside all the others': the few columns that a thousand need."""

    pk: int
    name: str
    member: bool
    answer: Answer | None
    confirmed: bool
    withdrawn: bool
    date_confirmed: bool

    def __str__(self) -> str:
        return self.name

    @property
    def counts(self) -> bool:
        """Its answer was confirmed, and not taken back."""
        return self.confirmed and not self.withdrawn

    @property
    def promises(self) -> bool:
        """It stands by a promise, firm or not."""
        return self.counts and self.answer in PROMISES

    @property
    def could_still_leave(self) -> bool:
        """It has neither said no nor taken its word back."""
        open_ = self.answer in PROMISES or self.answer is Answer.BOARD_DATE
        return self.answer is None or (open_ and not self.withdrawn)


def stands(campaign: Campaign) -> list[Stand]:
    """Every organisation of the coalition and what it said, by name; one query."""
    rows = (
        Organisation.objects.filter(left_coalition_at__isnull=True)
        .annotate(said=FilteredRelation("pledges", condition=Q(pledges__campaign=campaign)))
        .order_by(Lower("name"), "pk")
        .values_list(
            *("pk", "name", "membership", "said__answer", "said__confirmed_at"),
            *("said__withdrawn_at", "said__date_confirmed_for", "said__date_confirmed_sequence"),
        )
    )
    return [
        Stand(
            pk,
            name,
            membership == Membership.MEMBER,
            Answer(answer) if answer else None,
            confirmed_at is not None,
            withdrawn_at is not None,
            campaign.exit_at is not None
            and (agreed, moves) == (campaign.exit_at, campaign.date_sequence),
        )
        for pk, name, membership, answer, confirmed_at, withdrawn_at, agreed, moves in rows
    ]


def promises_of(campaign: Campaign, everyone: Iterable[Stand]) -> list[Promise]:
    """Those that stand, as the solver wants them; one query for all their conditions."""
    rows = (
        Condition.objects.filter(pledge__campaign=campaign, pledge__answer=Answer.LEAVE_IF)
        .order_by("pk")
        .values_list("pledge__organisation_id", "kind", "number", "organisations")
    )
    named: dict[int, set[int]] = defaultdict(set)
    numbers: Counter[tuple[int, str]] = Counter()
    for organisation, kind, number, other in rows:
        if kind != ConditionKind.NAMED:
            numbers[organisation, kind] = max(numbers[organisation, kind], number)
        elif other is not None:
            named[organisation].add(other)
    return [
        Promise(
            organisation=one.pk,
            at_least=numbers[one.pk, ConditionKind.AT_LEAST],
            named=frozenset(named[one.pk]) if one.pk in named else frozenset(),
            percent=numbers[one.pk, ConditionKind.PERCENT],
            member=one.member,
        )
        for one in everyone
        if one.promises
    ]


def ground_of(campaign: Campaign, everyone: Iterable[Stand]) -> Ground:
    """What the conditions of this campaign are counted against."""
    everyone = list(everyone)
    gone = [one for one in everyone if one.counts and one.answer is Answer.ALREADY_LEFT]
    return Ground(
        members=sum(one.member for one in everyone),
        already_left=frozenset(one.pk for one in gone),
        already_left_members=sum(one.member for one in gone),
        already_left_counts=campaign.already_left_counts,
    )


@dataclass(frozen=True, slots=True)
class Solution:
    """Which organisations' promises hold, and what each of the others still lacks."""

    holds: frozenset[int]
    waits: dict[int, Waiting]
    out_of_reach: frozenset[int]


def solve(campaign: Campaign) -> Solution:
    """The greatest fixed point of a campaign's promises, and what keeps the rest; two queries."""
    everyone = stands(campaign)
    return solution_of(promises_of(campaign, everyone), everyone, ground_of(campaign, everyone))


def solution_of(promises: Sequence[Promise], everyone: Iterable[Stand], ground: Ground) -> Solution:
    """The same, of promises that are at hand."""
    holds = holding(promises, ground)
    members_held = sum(promise.member for promise in promises if promise.organisation in holds)
    lacking = [promise for promise in promises if promise.organisation not in holds]
    possible = {one.pk: one.member for one in everyone if one.could_still_leave}
    return Solution(
        holds=holds,
        waits={
            promise.organisation: waiting(promise, holds, ground, members_held)
            for promise in lacking
        },
        out_of_reach=out_of_reach(lacking, possible, ground),
    )


def campaign_of(organisation: Organisation, *, now: datetime) -> Campaign | None:
    """The newest campaign that this organisation was asked for, has answered, or can see."""
    asked = Invitation.objects.filter(campaign=OuterRef("pk"), organisation=organisation)
    answered = Pledge.objects.filter(campaign=OuterRef("pk"), organisation=organisation)
    return Campaign.objects.filter(Q(opened_at__lte=now) | Exists(asked) | Exists(answered)).first()


def waited_for(pledge: Pledge) -> list[Condition]:
    """What a conditional pledge waits for, with the organisations that it names."""
    conditions = Condition.objects.filter(pledge=pledge).prefetch_related("organisations")
    return list(conditions.order_by("pk").fetch_mode(FETCH_RAISE))


def can_be_waited_for(organisation: Organisation) -> QuerySet[Organisation]:
    """The organisations that another one can name in its condition: the coalition's members."""
    return (
        Organisation.objects.filter(membership=Membership.MEMBER, left_coalition_at__isnull=True)
        .exclude(pk=organisation.pk)
        .fetch_mode(FETCH_RAISE)
    )


def leaving_in_public(campaign: Campaign) -> frozenset[int]:
    """Whose promise holds and is public: all that one member may learn about another."""
    shown = standing_promises(campaign).filter(
        visibility=Visibility.NAMED, holds_since__isnull=False
    )
    return frozenset(shown.values_list("organisation_id", flat=True))


@dataclass(frozen=True, slots=True)
class Prospect:
    """What counted conditions would take, before anybody says them."""

    others: int
    more: int
    reachable: bool


def prospect(
    campaign: Campaign, organisation: Organisation, *, at_least: int = 0, percent: int = 0
) -> Prospect:
    """Try counted conditions on today's promises; names would betray quiet answers."""
    everyone = stands(campaign)
    others = [one for one in everyone if one.pk != organisation.pk]
    trial = Promise(
        organisation.pk,
        at_least=at_least,
        percent=percent,
        member=organisation.membership == Membership.MEMBER,
    )
    promises = [*promises_of(campaign, others), trial]
    found = solution_of(promises, everyone, ground_of(campaign, everyone))
    wait = found.waits.get(organisation.pk)
    return Prospect(
        others=len(found.holds - {organisation.pk}),
        more=wait.more if wait else 0,
        reachable=organisation.pk not in found.out_of_reach,
    )


def pledge_of(campaign: Campaign, organisation: Organisation) -> Pledge | None:
    """An organisation's answer, if it has given one."""
    return Pledge.objects.filter(campaign=campaign, organisation=organisation).first()


def answers_to(campaign: Campaign) -> list[Pledge]:
    """Every answer, with its organisation, of those that are still in the coalition."""
    return list(
        Pledge.objects.filter(campaign=campaign, organisation__left_coalition_at__isnull=True)
        .select_related("organisation")
        .order_by("organisation__name", "pk")
    )


def living_invitation(campaign: Campaign, organisation: Organisation) -> Invitation | None:
    """The invitation whose link works now, or would if it hadn't run out."""
    return Invitation.objects.filter(
        campaign=campaign, organisation=organisation, superseded_at__isnull=True
    ).first()


def promised_by_day(campaign: Campaign) -> list[tuple[date, int]]:
    """How many promises stood at the end of each day on which one was added."""
    days: Counter[date] = Counter(
        at.date() for at in standing_promises(campaign).values_list("answered_at", flat=True)
    )
    total, curve = 0, []
    for day in sorted(days):
        total += days[day]
        curve.append((day, total))
    return curve
