"""Keeping an answer that is not given yet, for whoever of its people goes on with it."""

from collections.abc import Mapping
from datetime import datetime

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation, User
from coalition.pledges.models import PledgeDraft


def keep_draft(
    campaign: Campaign,
    organisation: Organisation,
    typed: Mapping[str, object],
    *,
    actor: User,
    now: datetime,
) -> None:
    """In place of the one before. Nothing counts, shows or is told."""
    PledgeDraft.objects.update_or_create(
        campaign=campaign,
        organisation=organisation,
        defaults={"typed": dict(typed), "kept_at": now, "kept_by": actor},
    )


def draft_of(campaign: Campaign, organisation: Organisation) -> PledgeDraft | None:
    """The one that waits; giving an answer takes it away."""
    rows = PledgeDraft.objects.select_related("kept_by")
    return rows.filter(campaign=campaign, organisation=organisation).first()
