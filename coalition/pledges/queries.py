"""Reading the word given: what counts, what waits, who holds back whom."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import FETCH_RAISE, Exists, OuterRef, Q, QuerySet

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.members.states import Kind, Membership
from coalition.pledges.models import Condition, Invitation, Pledge
from coalition.pledges.solve import Ground, Promise, Waiting, can_still, holding, waiting
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
    persons_by_opt_in = ~Q(organisation__kind=Kind.PERSON) | Q(
        organisation__opted_in_at__isnull=False
    )
    return list(
        Pledge.objects.filter(persons_by_opt_in, campaign=campaign, confirmed_at__isnull=False)
        .exclude(visibility=Visibility.COORDINATORS)
        .filter(organisation__left_coalition_at__isnull=True)
        .select_related("organisation", "campaign")
    )


def promise_of(pledge: Pledge) -> Promise:
    """A pledge as the solver wants it; its organisation and conditions are loaded by the caller."""
    conditions = list(pledge.conditions.all()) if pledge.answer == Answer.LEAVE_IF else []
    named: set[int] = set()
    numbers: Counter[str] = Counter()
    for condition in conditions:
        if condition.kind == ConditionKind.NAMED:
            named |= {organisation.pk for organisation in condition.organisations.all()}
        else:
            numbers[condition.kind] = max(numbers[condition.kind], condition.number)
    return Promise(
        organisation=pledge.organisation_id,
        at_least=numbers[ConditionKind.AT_LEAST],
        named=frozenset(named),
        percent=numbers[ConditionKind.PERCENT],
        member=pledge.organisation.membership == Membership.MEMBER,
    )


def with_conditions(pledges: QuerySet[Pledge]) -> QuerySet[Pledge]:
    """Load what `promise_of` reads, in a fixed number of queries."""
    return pledges.select_related("organisation").prefetch_related("conditions__organisations")


def ground_of(campaign: Campaign) -> Ground:
    """What the conditions of this campaign are counted against."""
    gone = list(
        Pledge.objects.filter(
            campaign=campaign,
            answer=Answer.ALREADY_LEFT,
            confirmed_at__isnull=False,
            withdrawn_at__isnull=True,
            organisation__left_coalition_at__isnull=True,
        ).values_list("organisation_id", "organisation__membership")
    )
    return Ground(
        members=Organisation.objects.filter(
            membership=Membership.MEMBER, left_coalition_at__isnull=True
        ).count(),
        already_left=frozenset(organisation for organisation, _membership in gone),
        already_left_members=sum(membership == Membership.MEMBER for _pk, membership in gone),
        already_left_counts=campaign.already_left_counts,
    )


@dataclass(frozen=True, slots=True)
class Solution:
    """Which organisations' promises hold, and what each of the others still lacks."""

    holds: frozenset[int]
    waits: dict[int, Waiting]
    out_of_reach: frozenset[int]


def solve(campaign: Campaign, promises: Iterable[Promise] | None = None) -> Solution:
    """The greatest fixed point of a campaign's promises, and what keeps the rest."""
    if promises is None:
        promises = [promise_of(pledge) for pledge in with_conditions(standing_promises(campaign))]
    promises = list(promises)
    ground = ground_of(campaign)
    holds = holding(promises, ground)
    members_held = sum(promise.member for promise in promises if promise.organisation in holds)
    lacking = [promise for promise in promises if promise.organisation not in holds]
    possible = _possible(campaign) if lacking else {}
    return Solution(
        holds=holds,
        waits={
            promise.organisation: waiting(promise, holds, ground, members_held)
            for promise in lacking
        },
        out_of_reach=frozenset(
            promise.organisation for promise in lacking if not can_still(promise, possible, ground)
        ),
    )


def _possible(campaign: Campaign) -> dict[int, bool]:
    """Every organisation that could still leave: all but who said no, withdrew or is gone."""
    closed = Pledge.objects.filter(campaign=campaign).exclude(
        answer__in=(*PROMISES, Answer.BOARD_DATE), withdrawn_at__isnull=True
    )
    rows = Organisation.objects.filter(left_coalition_at__isnull=True).exclude(
        pk__in=closed.values("organisation_id")
    )
    return {pk: kind == Membership.MEMBER for pk, kind in rows.values_list("pk", "membership")}


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
    others = with_conditions(standing_promises(campaign).exclude(organisation=organisation))
    trial = Promise(
        organisation.pk,
        at_least=at_least,
        percent=percent,
        member=organisation.membership == Membership.MEMBER,
    )
    found = solve(campaign, [*map(promise_of, others), trial])
    wait = found.waits.get(organisation.pk)
    return Prospect(
        others=len(found.holds - {organisation.pk}),
        more=wait.more if wait else 0,
        reachable=organisation.pk not in found.out_of_reach,
    )


def pledge_of(campaign: Campaign, organisation: Organisation) -> Pledge | None:
    """An organisation's answer, if it has given one."""
    return Pledge.objects.filter(campaign=campaign, organisation=organisation).first()


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
