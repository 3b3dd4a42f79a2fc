"""Giving a word, changing it, taking it back. Each act settles what holds as it commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.actions import change_campaign
from coalition.campaigns.lock import hold
from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import Phase, freezes_at, phase, window_ends_at
from coalition.journal.actions import Act, note
from coalition.members.models import Organisation, User
from coalition.pledges.anew import ask_anew
from coalition.pledges.models import Condition, Pledge, PledgeDraft
from coalition.pledges.queries import solve, standing_promises
from coalition.pledges.states import PROMISES, Answer, ConditionKind, ExitKind, Visibility
from coalition.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Wait:
    """One condition, as a form hands it in."""

    kind: ConditionKind
    number: int = 0
    organisations: Sequence[Organisation] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """An organisation's whole answer, as a form hands it in."""

    answer: Answer
    signatory_name: str = ""
    signatory_mandate: str = ""
    visibility: Visibility = Visibility.COORDINATORS
    condition_public: bool = False
    exit_kind: ExitKind = ExitKind.DORMANT
    paused_until: date | None = None
    left_on: date | None = None
    decides_on: date | None = None
    waits: Sequence[Wait] = field(default_factory=tuple)


@transaction.atomic
def make_pledge(
    campaign: Campaign,
    organisation: Organisation,
    word: Word,
    *,
    actor: User,
    by_phone: bool = False,
    confirmed: bool = True,
    now: datetime,
) -> Pledge:
    """Record an organisation's answer, or a new one in place of the old. Then settle what holds.

    `confirmed` is False for a stranger's pledge: it counts and shows only once its domain or a
    coordinator has vouched for it.
    """
    hold(campaign.pk)
    _refuse_nonsense(word, organisation, now)
    said = Pledge.objects.filter(campaign=campaign, organisation=organisation)
    if not confirmed and said.filter(confirmed_at__isnull=False).exists():
        raise Refusal(
            _("This organisation has answered already. If it is yours, ask the coordinators.")
        )
    if not by_phone:
        _refuse_frozen(campaign, organisation, now)
    pledge, created = Pledge.objects.update_or_create(
        campaign=campaign,
        organisation=organisation,
        defaults={
            "answer": word.answer,
            "signatory_name": word.signatory_name,
            "signatory_mandate": word.signatory_mandate,
            "visibility": word.visibility,
            "condition_public": word.condition_public,
            "exit_kind": word.exit_kind,
            "paused_until": word.paused_until,
            "left_on": word.left_on,
            "decides_on": word.decides_on,
            "answered_at": now,
            "answered_by": actor,
            "by_phone": by_phone,
            "confirmed_at": now if confirmed else None,
            "withdrawn_at": None,
            "holds_since": None,
        },
    )
    PledgeDraft.objects.filter(campaign=campaign, organisation=organisation).delete()
    pledge.conditions.all().delete()
    if word.answer == Answer.LEAVE_IF:
        for wait in word.waits:
            condition = Condition.objects.create(pledge=pledge, kind=wait.kind, number=wait.number)
            condition.organisations.set(wait.organisations)
    facts = {"answer": word.answer, "by phone": by_phone, "changed": not created}
    note(Act("answered", actor.number, campaign.pk, organisation.pk, facts), now=now)
    settle(campaign, now=now)
    pledge.refresh_from_db()
    return pledge


def _refuse_nonsense(word: Word, organisation: Organisation, now: datetime) -> None:
    if word.answer == Answer.LEAVE_IF and not word.waits:
        raise Refusal(_("Say what you wait for, or choose “we leave”."))
    if word.answer == Answer.ALREADY_LEFT and (not word.left_on or word.left_on > now.date()):
        raise Refusal(_("Give the day on which you left; it can't be in the future."))
    if word.answer == Answer.BOARD_DATE and not word.decides_on:
        raise Refusal(_("Give the day on which you decide."))
    if word.exit_kind == ExitKind.PAUSE and not word.paused_until:
        raise Refusal(_("Give the day until which you pause."))
    for wait in word.waits:
        if wait.kind == ConditionKind.NAMED and not wait.organisations:
            raise Refusal(_("Name the organisations that you wait for."))
        if organisation in wait.organisations:
            raise Refusal(_("An organisation can't wait for itself."))
        if wait.kind != ConditionKind.NAMED and wait.number < 1:
            raise Refusal(_("Give a number of at least 1."))


def _refuse_frozen(campaign: Campaign, organisation: Organisation, now: datetime) -> None:
    """A promise rewritten after the freeze would also thaw its texts: they freeze by its date."""
    if phase(campaign, now) is Phase.CALLED_OFF:
        raise Refusal(_("This exit was called off: there is nothing to answer any more."))
    exit_at = campaign.exit_at
    if exit_at is None or not freezes_at(campaign, exit_at) <= now < window_ends_at(
        campaign, exit_at
    ):
        return
    if standing_promises(campaign).filter(organisation=organisation).exists():
        raise Refusal(
            _("Answers are frozen so close to the hour. You can withdraw, or call a coordinator.")
        )


@transaction.atomic
def withdraw(pledge: Pledge, *, actor: User, now: datetime) -> None:
    """Take the word back. Posts that aren't being sent yet stop being due with this commit."""
    hold(pledge.campaign_id)
    if Pledge.objects.filter(pk=pledge.pk, withdrawn_at__isnull=True, answer__in=PROMISES).update(
        withdrawn_at=now, holds_since=None
    ):
        note(Act("withdrew", actor.number, pledge.campaign_id, pledge.organisation_id), now=now)
        settle(pledge.campaign, now=now)
    pledge.refresh_from_db()


@transaction.atomic
def confirm(pledge: Pledge, *, actor: User, now: datetime) -> None:
    """A coordinator vouches, or the domain's own mail was answered: now it counts and shows."""
    hold(pledge.campaign_id)
    if Pledge.objects.filter(pk=pledge.pk, confirmed_at__isnull=True).update(confirmed_at=now):
        note(Act("confirmed", actor.number, pledge.campaign_id, pledge.organisation_id), now=now)
        settle(pledge.campaign, now=now)
    pledge.refresh_from_db()


@transaction.atomic
def confirm_date(pledge: Pledge, *, actor: User, now: datetime) -> None:
    """This organisation agrees to this hour T."""
    Pledge.objects.filter(pk=pledge.pk).update(
        date_confirmed_for=pledge.campaign.exit_at,
        date_confirmed_sequence=pledge.campaign.date_sequence,
    )
    note(Act("date confirmed", actor.number, pledge.campaign_id, pledge.organisation_id), now=now)
    pledge.refresh_from_db()


@transaction.atomic
def leave_coalition(organisation: Organisation, *, actor: User, now: datetime) -> None:
    """It leaves the coalition itself: its posts stop being due, the others are settled again."""
    campaigns = list(Campaign.objects.filter(pledges__organisation=organisation).order_by("pk"))
    for campaign in campaigns:
        hold(campaign.pk)
    Organisation.objects.filter(pk=organisation.pk).update(left_coalition_at=now)
    Pledge.objects.filter(organisation=organisation).update(holds_since=None)
    note(Act("left the coalition", actor.number, organisation=organisation.pk), now=now)
    for campaign in campaigns:
        settle(campaign, now=now)
    organisation.refresh_from_db()


@transaction.atomic
def change(
    campaign: Campaign,
    *,
    words: Mapping[str, Mapping[str, str]],
    actor: User,
    now: datetime,
    **fields: Any,
) -> None:
    """Say or set a campaign otherwise; conditions and the threshold are looked at again."""
    change_campaign(campaign, words=words, actor=actor, now=now, **fields)
    settle(campaign, now=now)


def settle(campaign: Campaign, *, now: datetime) -> None:
    """Derive which pledges hold, and latch the threshold the first time it is met.

    Called with the campaign held; rewrites nothing that an organisation said.
    """
    solution = solve(campaign)
    holds = solution.holds
    fallen = Pledge.objects.filter(campaign=campaign, holds_since__isnull=False).exclude(
        organisation__in=holds
    )
    ask_anew(campaign, list(fallen.select_related("organisation")), solution.out_of_reach, now=now)
    fallen.update(holds_since=None)
    standing_promises(campaign).filter(organisation__in=holds, holds_since__isnull=True).update(
        holds_since=now
    )
    if campaign.threshold and len(holds) >= campaign.threshold:
        latched = Campaign.objects.filter(pk=campaign.pk, threshold_met_at__isnull=True).update(
            threshold_met_at=now
        )
        if latched:
            note(
                Act("threshold met", campaign=campaign.pk, facts={"promises": len(holds)}), now=now
            )
