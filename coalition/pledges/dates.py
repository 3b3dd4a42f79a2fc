"""Setting or moving the hour is one act: the hour changes, and everyone who pledged is told."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from coalition.campaigns.actions import Waves, set_exit_at
from coalition.campaigns.models import Campaign
from coalition.campaigns.queries import words_in
from coalition.mail.actions import write_letter
from coalition.members.models import User
from coalition.members.queries import people_of_each
from coalition.pledges.models import Pledge
from coalition.pledges.queries import standing_promises


@transaction.atomic
def announce_date(
    campaign: Campaign,
    exit_at: datetime,
    *,
    waves: Waves | None = None,
    first: Collection[int] | None = None,
    actor: User,
    now: datetime,
) -> int:
    """Set or move T, and who leaves when; tell every pledged organisation: how many letters.

    `first`: the organisations that go at T itself. The same plan again changes and writes nothing.
    """
    sequence, was = campaign.date_sequence, campaign.exit_at
    goes_first = {one.organisation_id for one in standing_members(campaign) if one.goes_first}
    anew = first is not None and set(first) != goes_first
    set_exit_at(campaign, exit_at, waves=waves, anew=anew, actor=actor, now=now)
    if anew and first is not None:
        here = Pledge.objects.filter(campaign=campaign)
        here.update(goes_first=False)
        here.filter(organisation__in=first).update(goes_first=True)
    was = None if was == campaign.exit_at else was
    if campaign.date_sequence == sequence:
        return 0
    pledges = list(standing_promises(campaign).select_related("organisation"))
    people = people_of_each([pledge.organisation for pledge in pledges])
    written = 0
    for pledge in pledges:
        organisation = pledge.organisation
        for who, email, language in people[organisation.pk]:
            written += write_letter(
                "date-moved" if was else "date-set",
                key=f"date:{campaign.pk}:{campaign.date_sequence}:{organisation.pk}:{who}",
                to=email,
                language=language,
                context={
                    "campaign": campaign,
                    "words": words_in(campaign, language),
                    "organisation": organisation,
                    "was": was,
                    "zone": ZoneInfo(campaign.time_zone),
                },
                organisation=organisation.pk,
                campaign=campaign.pk,
                now=now,
            )
    return written


def standing_members(campaign: Campaign) -> list[Pledge]:
    """Who could go first: whoever promised, by name."""
    pledges = standing_promises(campaign).select_related("organisation")
    return sorted(pledges, key=lambda one: one.organisation.name.casefold())
