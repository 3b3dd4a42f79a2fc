"""Reading campaigns and what was decided about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from coalition.campaigns.models import Campaign, CampaignWords, Decider, Decision, SavedView
from coalition.campaigns.phases import decides_by

if TYPE_CHECKING:
    from coalition.members.models import User


def all_campaigns() -> list[Campaign]:
    """Every campaign, drafts too, newest first: for coordinators."""
    return list(Campaign.objects.prefetch_related("words"))


def campaign_at(slug: str) -> Campaign | None:
    """The campaign of an address, draft or open."""
    return Campaign.objects.prefetch_related("words").filter(slug=slug).first()


def words_in(campaign: Campaign, language: str) -> CampaignWords | None:
    """What the campaign says in this language; else in English; else whatever there is."""
    words = {wording.language: wording for wording in campaign.words.all()}
    return words.get(language) or words.get("en") or next(iter(words.values()), None)


def decisions_about(campaign: Campaign) -> Sequence[Decision]:
    """Who has said what about the hour that is planned now."""
    if campaign.exit_at is None:
        return []
    return list(
        Decision.objects.select_related("decided_by").filter(
            campaign=campaign,
            about_exit_at=campaign.exit_at,
            date_sequence=campaign.date_sequence,
        )
    )


def next_deadline(now: datetime) -> datetime | None:
    """Until when go must be said about the next hour that comes; none while no hour is set."""
    dated = Campaign.objects.filter(exit_at__gt=now, called_off_at__isnull=True)
    hours = [decides_by(one, one.exit_at) for one in dated if one.exit_at]
    return min(hours, default=None)


def named_deciders(campaign: Campaign) -> "list[User]":
    """The people who were named to decide, and run the exit still; none: every coordinator may."""
    named = Decider.objects.select_related("person").filter(
        campaign=campaign, person__coordinator__removed_at=None, person__coordinator__isnull=False
    )
    return [one.person for one in named]


def saved_views(campaign: Campaign | None, page: str) -> list[SavedView]:
    """The views of one list that somebody kept, the oldest first."""
    return list(SavedView.objects.filter(campaign=campaign, page=page))


def saved_view(pk: int) -> SavedView | None:
    """One of them, with its campaign."""
    return SavedView.objects.select_related("campaign").filter(pk=pk).first()
