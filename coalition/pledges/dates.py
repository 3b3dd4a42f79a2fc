"""Setting or moving the hour is one act: the hour changes, and everyone who pledged is told."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from coalition.campaigns.actions import set_exit_at
from coalition.campaigns.models import Campaign
from coalition.campaigns.queries import words_in
from coalition.mail.actions import write_letter
from coalition.members.models import Organisation, Representative, User
from coalition.pledges.queries import standing_promises


@transaction.atomic
def announce_date(campaign: Campaign, exit_at: datetime, *, actor: User, now: datetime) -> int:
    """Set or move T and write to the people of every pledged organisation; how many letters.

    The same hour again changes nothing and writes nothing.
    """
    sequence, was = campaign.date_sequence, campaign.exit_at
    set_exit_at(campaign, exit_at, actor=actor, now=now)
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


def people_of_each(organisations: list[Organisation]) -> dict[int, list[tuple[str, str, str]]]:
    """Whom to write to, in which language: its representatives; nobody yet, then its contact."""
    people: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for one in Representative.objects.filter(
        organisation__in=organisations, removed_at__isnull=True
    ).select_related("user"):
        people[one.organisation_id].append((str(one.user_id), one.user.email, one.user.language))
    for organisation in organisations:
        if not people[organisation.pk] and organisation.contact_email:
            people[organisation.pk].append(
                ("contact", organisation.contact_email, organisation.language)
            )
    return people
