"""Which checks are due: each occasion once, and whenever a coordinator asks."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.journal.actions import Act, note
from coalition.members.models import User
from coalition.publishing.checked import Checkup, Occasion, due_occasion
from coalition.refusals import Refusal

HANDED: Final = timedelta(seconds=60)
"""So long a check that was handed out is left to its worker before another gets it too."""
LAST_ASKED: Final = timedelta(minutes=2)
"""From this long before T no account is signed in to any more: that is the release's."""


@transaction.atomic
def ask_check(campaign: Campaign, *, actor: User, now: datetime) -> Checkup:
    """Check now; a worker begins within a second or two."""
    if campaign.exit_at is None or campaign.exit_at <= now or campaign.called_off_at:
        raise Refusal(_("There is no hour ahead to check for."))
    if campaign.exit_at - now < LAST_ASKED * 2:
        raise Refusal(_("So close to the hour nothing is checked any more: accounts are T's."))
    try:
        with transaction.atomic():
            asked = Checkup.objects.create(
                campaign=campaign,
                date_sequence=campaign.date_sequence,
                occasion=Occasion.ASKED,
                asked_at=now,
                asked_by=actor,
            )
    except IntegrityError:
        raise Refusal(_("A check is under way already: its result comes here.")) from None
    note(Act("check asked for", actor.number, campaign.pk), now=now)
    return asked


def checks_due(now: datetime) -> list[int]:
    """Those that a worker should begin now, each handed out once in a while until it is done."""
    ahead = Campaign.objects.filter(
        opened_at__isnull=False, called_off_at__isnull=True, exit_at__gt=now
    )
    for campaign in ahead:
        occasion = due_occasion(campaign.exit_at, now) if campaign.exit_at else None
        if occasion:
            Checkup.objects.get_or_create(
                campaign=campaign,
                date_sequence=campaign.date_sequence,
                occasion=occasion,
                defaults={"asked_at": now},
            )
    Checkup.objects.filter(ended_at__isnull=True).exclude(
        campaign__exit_at__gt=now, date_sequence=F("campaign__date_sequence")
    ).delete()  # the hour has moved or come: nobody needs it any more
    free = Q(handed_until__isnull=True) | Q(handed_until__lte=now)
    idle = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    waits = Checkup.objects.filter(free, idle, ended_at__isnull=True)
    found = list(waits.values_list("pk", flat=True))
    Checkup.objects.filter(pk__in=found).update(handed_until=now + HANDED)
    return found
