"""Asking anew whoever counted on somebody that is not there any more; never who that was."""

from collections.abc import Collection, Sequence
from datetime import datetime

from coalition.campaigns.models import Campaign
from coalition.campaigns.queries import words_in
from coalition.mail.actions import write_letter
from coalition.members.queries import people_of_each
from coalition.pledges.models import Pledge


def ask_anew(
    campaign: Campaign, fallen: Sequence[Pledge], hopeless: Collection[int], *, now: datetime
) -> int:
    """Their promise stood and its condition is not met any more: how many letters say so."""
    people = people_of_each([pledge.organisation for pledge in fallen]) if fallen else {}
    return sum(
        write_letter(
            "condition-lost",
            key=f"condition:{pledge.pk}:{now.timestamp()}:{who}",
            to=email,
            language=language,
            context={
                "campaign": campaign,
                "words": words_in(campaign, language),
                "organisation": pledge.organisation,
                "hopeless": pledge.organisation_id in hopeless,
            },
            organisation=pledge.organisation_id,
            campaign=campaign.pk,
            now=now,
        )
        for pledge in fallen
        for who, email, language in people[pledge.organisation_id]
    )
