"""Go or no-go, and who is told: coordinators at every turn, everybody when it is no-go for good."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.deciding import FEWEST, close, decide
from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import decides_by, window_ends_at
from coalition.campaigns.queries import words_in
from coalition.mail.actions import write_letter
from coalition.members.factors import secured_coordinators
from coalition.members.models import User
from coalition.members.queries import coordinators, people_of_each
from coalition.pledges.queries import standing_promises
from coalition.refusals import Refusal


@transaction.atomic
def say(
    campaign: Campaign,
    *,
    go: bool,
    reason: str = "",
    about: datetime,
    secured: bool = True,
    actor: User,
    now: datetime,
) -> int:
    """One person decides; when that turns the whole, letters say so. How many letters.

    `secured`: go takes two coordinators who can't be locked out by one lost phone.
    """
    if go and secured and secured_coordinators() < FEWEST:
        raise Refusal(
            _(
                "Go takes at least two coordinators who have set up a second step: one of them "
                "must be able to let the other in again. Ask your colleagues to sign in once."
            )
        )
    before = bool(campaign.go_at), bool(campaign.no_go_at)
    decide(campaign, go=go, reason=reason, about=about, actor=actor, now=now)
    if before == (bool(campaign.go_at), bool(campaign.no_go_at)):
        return 0
    written = _tell_coordinators(campaign, str(actor), reason, now)
    if campaign.no_go_at and now > decides_by(campaign, about):
        written += _tell_everybody(campaign, now)
    return written


def close_deadlines(now: datetime) -> int:
    """Every campaign whose deadline for go has passed: once for each hour, whoever ticks."""
    passed = [
        campaign
        for campaign in Campaign.objects.filter(exit_at__isnull=False, called_off_at__isnull=True)
        if campaign.exit_at
        and campaign.closed_sequence != campaign.date_sequence
        and decides_by(campaign, campaign.exit_at)
        < now
        < window_ends_at(campaign, campaign.exit_at)
    ]
    return sum(_close(campaign, now) for campaign in passed)


@transaction.atomic(durable=True)
def _close(campaign: Campaign, now: datetime) -> bool:
    if not close(campaign, now=now):
        return False
    if campaign.no_go_at:
        if campaign.no_go_at == now:  # nobody has heard of it yet
            _tell_coordinators(campaign, "", "", now)
        _tell_everybody(campaign, now)
    return True


def _tell_coordinators(campaign: Campaign, actor: str, reason: str, now: datetime) -> int:
    verdict = "go" if campaign.go_at else "no-go"
    people = ((one.user, one.user_id) for one in coordinators())
    return sum(
        write_letter(
            "verdict",
            key=f"verdict:{campaign.pk}:{campaign.date_sequence}:{now.timestamp()}:{pk}",
            to=user.email,
            language=user.language,
            context={
                **_context(campaign, user.language),
                "verdict": verdict,
                "open": not campaign.go_at and not campaign.no_go_at,
                "actor": actor,
                "reason": reason,
            },
            campaign=campaign.pk,
            now=now,
        )
        for user, pk in people
    )


def _tell_everybody(campaign: Campaign, now: datetime) -> int:
    """The people of all who leave: some of them would post by hand."""
    organisations = [
        pledge.organisation for pledge in standing_promises(campaign).select_related("organisation")
    ]
    people = people_of_each(organisations)
    letters: Iterable[bool] = (
        write_letter(
            "no-go",
            key=f"no-go:{campaign.pk}:{campaign.date_sequence}:{organisation.pk}:{who}",
            to=email,
            language=language,
            context={**_context(campaign, language), "organisation": organisation},
            organisation=organisation.pk,
            campaign=campaign.pk,
            now=now,
        )
        for organisation in organisations
        for who, email, language in people[organisation.pk]
    )
    return sum(letters)


def _context(campaign: Campaign, language: str) -> dict[str, object]:
    return {
        "campaign": campaign,
        "words": words_in(campaign, language),
        "zone": ZoneInfo(campaign.time_zone),
    }
