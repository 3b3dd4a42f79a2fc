"""Leaving a pulse, and making a restored database harmless."""

import time
from datetime import datetime
from typing import Final

from django.db import transaction

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import Phase, phase
from coalition.health.models import Pulse
from coalition.journal.actions import Act, note

OFTEN_ENOUGH: Final = 5.0
"""Seconds; a tick comes every second, its pulse need not."""
_last: dict[str, float] = {}


def leave_pulse(name: str, *, every: float = OFTEN_ENOUGH, now: datetime) -> bool:
    """It was done just now; True when that was written: once in so many seconds."""
    at = time.monotonic()
    if at - _last.get(name, -every) < every:
        return False
    _last[name] = at
    Pulse.objects.update_or_create(name=name, defaults={"at": now})
    return True


@transaction.atomic
def disarm(*, why: str, now: datetime) -> list[str]:
    """Press STOP on every campaign that could still send; people resume them one by one."""
    stopped = []
    for campaign in Campaign.objects.filter(
        called_off_at__isnull=True, stopped_at__isnull=True, opened_at__isnull=False
    ).select_for_update():
        if phase(campaign, now) is Phase.OVER:
            continue
        Campaign.objects.filter(pk=campaign.pk).update(stopped_at=now)
        note(Act("stopped", why, campaign.pk), now=now)
        stopped.append(campaign.slug)
    return stopped
