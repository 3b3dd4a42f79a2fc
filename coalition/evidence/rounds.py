"""After T: which accounts somebody is to look at, the day after and again later.

On X only a person can look. Doing a turn twice, late or from two clocks at once adds nothing.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import Phase, phase
from coalition.campaigns.queries import words_in
from coalition.evidence.looks import FIRST
from coalition.evidence.models import Look
from coalition.evidence.queries import left_accounts, standings
from coalition.mail.actions import write_letter
from coalition.mail.queries import is_written
from coalition.members.queries import coordinators
from coalition.pledges.models import Pledge

ROUNDS: Final = (FIRST, 30, 90)
"""Days after T."""
LATEST: Final = timedelta(days=120)
"""From then on nobody is asked to look any more."""


def open_rounds(now: datetime) -> int:
    """Put on the list whom to look at now; tell each coordinator once a round. How many are new."""
    found = 0
    for campaign in Campaign.objects.filter(exit_at__gt=now - LATEST, exit_at__lte=now):
        days = round_of(campaign, now)
        if days is None:
            continue
        found += _open(campaign, days, now)
        if Look.objects.filter(campaign=campaign, days=days, looked_at__isnull=True).exists():
            _tell(campaign, days, now)
    return found


def round_of(campaign: Campaign, now: datetime) -> int | None:
    """The latest round whose day has come; None before the first."""
    if campaign.exit_at is None or phase(campaign, now) is not Phase.OVER:
        return None
    exit_at = campaign.exit_at
    return max((days for days in ROUNDS if exit_at + timedelta(days=days) <= now), default=None)


def round_begins(campaign: Campaign, now: datetime) -> datetime | None:
    """When the latest round's day came."""
    days = round_of(campaign, now)
    if days is None or campaign.exit_at is None:
        return None
    return campaign.exit_at + timedelta(days=days)


def _open(campaign: Campaign, days: int, now: datetime) -> int:
    """Accounts that have left for as long as the round says; who left later comes in a next one."""
    pledges = list(Pledge.objects.filter(campaign=campaign).select_related("organisation"))
    labels = standings(campaign, pledges)
    there = set(
        Look.objects.filter(campaign=campaign, days=days).values_list("account_id", flat=True)
    )
    left = left_accounts(campaign, labels)
    fresh = [
        Look(campaign=campaign, account=account, days=days, left_at=left_at, asked_at=now)
        for account, left_at in left
        if account.pk not in there and left_at <= now - timedelta(days=FIRST)
    ]
    Look.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _tell(campaign: Campaign, days: int, now: datetime) -> int:
    written = 0
    for coordinator in coordinators():
        key = f"looks:{campaign.pk}:{days}:{coordinator.user_id}"
        if is_written(key):
            continue
        user = coordinator.user
        written += write_letter(
            "looks",
            key=key,
            to=user.email,
            language=user.language,
            context={
                "campaign": campaign,
                "words": words_in(campaign, user.language),
                "zone": ZoneInfo(campaign.time_zone),
                "days": days,
                "first": days == FIRST,
                "count": Look.objects.filter(
                    campaign=campaign, days=days, looked_at__isnull=True
                ).count(),
            },
            campaign=campaign.pk,
            now=now,
        )
    return written
