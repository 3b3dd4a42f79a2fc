"""Go or no-go: who decides, what each said, and what comes of it."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.lock import hold
from coalition.campaigns.models import Campaign, Decider, Decision
from coalition.campaigns.phases import decides_by, window_ends_at
from coalition.campaigns.queries import decisions_about
from coalition.journal.actions import Act, note
from coalition.refusals import Refusal

FEWEST = 2
"""Nobody starts an exit alone: so many people at least say go."""


@transaction.atomic
def name_deciders(
    campaign: Campaign,
    people: Collection[int],
    *,
    quorum: int,
    minutes: int,
    actor: AbstractBaseUser,
    now: datetime,
) -> None:
    """Choose who decides, how many of them, and how long before T. Every go is said anew."""
    hold(campaign.pk)
    campaign.refresh_from_db()
    if campaign.called_off_at:
        raise Refusal(_("This exit was called off."))
    if campaign.exit_at and now > decides_by(campaign, campaign.exit_at):
        raise Refusal(_("The deadline for go has passed: who decides can't change any more."))
    coordinators = get_user_model().objects.filter(
        pk__in=people, is_active=True, coordinator__isnull=False, coordinator__removed_at=None
    )
    if coordinators.count() < max(FEWEST, len(set(people))):
        raise Refusal(_("Name at least two coordinators."))
    if not FEWEST <= quorum <= len(set(people)):
        raise Refusal(_("At least two say go, and at most as many as you name."))
    against = [one.decided_by_id for one in decisions_about(campaign) if not one.go]
    if not set(against) <= set(people):
        raise Refusal(_("Who said no-go about this hour stays one of those who decide."))
    campaign.decide_before_minutes = minutes
    if campaign.exit_at and now > decides_by(campaign, campaign.exit_at):
        raise Refusal(_("That deadline would have passed already. Choose a later one."))
    Campaign.objects.filter(pk=campaign.pk).update(
        quorum=quorum, decide_before_minutes=minutes, go_at=None
    )
    Decider.objects.filter(campaign=campaign).delete()
    Decider.objects.bulk_create(
        Decider(campaign=campaign, person_id=pk, named_at=now) for pk in sorted(set(people))
    )
    _about_this_hour(campaign).filter(go=True).delete()
    facts = {"people": sorted(set(people)), "quorum": quorum, "minutes before": minutes}
    note(Act("deciders named", f"person {actor.pk}", campaign.pk, facts=facts), now=now)
    campaign.refresh_from_db()


@transaction.atomic
def decide(
    campaign: Campaign,
    *,
    go: bool,
    reason: str = "",
    about: datetime | None = None,
    actor: AbstractBaseUser,
    now: datetime,
) -> None:
    """One person's go or no-go, or another mind. Go counts at the quorum; one no-go holds all.

    `about` is the hour that they saw when they decided.
    """
    hold(campaign.pk)
    campaign.refresh_from_db()
    if campaign.exit_at is None:
        raise Refusal(_("There is no date yet: choose the hour first."))
    if campaign.called_off_at:
        raise Refusal(_("This exit was called off."))
    if about is not None and about != campaign.exit_at:
        raise Refusal(_("The hour has moved since you looked. Look again, then decide."))
    named = Decider.objects.filter(campaign=campaign)
    if named.exists() and not named.filter(person=actor.pk).exists():
        raise Refusal(
            _("You are not one of the people who decide. You can press STOP at any time.")
        )
    if go and now > decides_by(campaign, campaign.exit_at):
        raise Refusal(_("The deadline for go has passed, so it is no-go. Move the hour to go on."))
    if now >= window_ends_at(campaign, campaign.exit_at):
        raise Refusal(_("The hour has passed: there is nothing to decide any more."))
    mine = _about_this_hour(campaign).filter(decided_by_id=actor.pk)
    if mine.filter(go=go).exists():
        raise Refusal(_("You have already decided so about this hour."))
    changed = mine.update(go=go, reason=reason, decided_at=now)
    if not changed:
        Decision.objects.create(
            campaign=campaign,
            about_exit_at=campaign.exit_at,
            date_sequence=campaign.date_sequence,
            decided_by_id=actor.pk,
            go=go,
            reason=reason,
            decided_at=now,
        )
    _weigh(campaign, now)
    facts = {"another mind": True} if changed else {}
    note(Act("go" if go else "no-go", f"person {actor.pk}", campaign.pk, facts=facts), now=now)
    campaign.refresh_from_db()


@transaction.atomic
def close(campaign: Campaign, *, now: datetime) -> bool:
    """The deadline has passed: without a go it is no-go from here on. True once for each hour."""
    hold(campaign.pk)
    campaign.refresh_from_db()
    if (
        campaign.exit_at is None
        or campaign.called_off_at
        or campaign.closed_sequence == campaign.date_sequence
        or not decides_by(campaign, campaign.exit_at)
        < now
        < window_ends_at(campaign, campaign.exit_at)
    ):
        return False
    Campaign.objects.filter(pk=campaign.pk).update(closed_sequence=F("date_sequence"))
    if not campaign.go_at and not campaign.no_go_at:
        Campaign.objects.filter(pk=campaign.pk).update(no_go_at=now)
        note(Act("no quorum", campaign=campaign.pk), now=now)
    campaign.refresh_from_db()
    return True


def _about_this_hour(campaign: Campaign) -> QuerySet[Decision]:
    """Not what was said about the same hour before T moved away and back."""
    here = Decision.objects.filter(campaign=campaign, date_sequence=campaign.date_sequence)
    return here.filter(about_exit_at=campaign.exit_at) if campaign.exit_at else here.none()


def _weigh(campaign: Campaign, now: datetime) -> None:
    """What all that was said about this hour comes to."""
    said, here = _about_this_hour(campaign), Campaign.objects.filter(pk=campaign.pk)
    gos = said.filter(
        go=True, decided_by__coordinator__isnull=False, decided_by__coordinator__removed_at=None
    )
    if said.filter(go=False).exists():
        here.filter(no_go_at__isnull=True).update(no_go_at=now, go_at=None)
    elif gos.count() >= campaign.quorum:
        here.filter(go_at__isnull=True).update(go_at=now, no_go_at=None)
    else:
        here.update(go_at=None, no_go_at=None)
