"""Until when a press kit is nobody's business: a pure function of timestamps."""

from datetime import datetime

from coalition.campaigns.models import Campaign
from coalition.press.models import PressKit


def kit_of(campaign: Campaign) -> PressKit | None:
    """Its press kit; None while nobody has begun one."""
    found: PressKit | None = getattr(campaign, "press_kit", None)
    return found


def embargo_ends_at(campaign: Campaign) -> datetime | None:
    """The instant that journalists are told; None while there is none."""
    kit = kit_of(campaign)
    return (kit.public_at or campaign.exit_at) if kit else None


def public_from(campaign: Campaign) -> datetime | None:
    """From when everybody may read it; None: not as things stand.

    What was halted before that instant stays private: a statement about an exit that does not
    happen must not come out by itself. Where T is that instant, T must have its go.
    """
    kit, at = kit_of(campaign), embargo_ends_at(campaign)
    if kit is None or at is None or campaign.opened_at is None:
        return None
    if any(
        halted and halted <= at
        for halted in (campaign.called_off_at, campaign.stopped_at, campaign.no_go_at)
    ):
        return None
    if kit.public_at is None and campaign.go_at is None:
        return None
    return max(at, campaign.opened_at)


def is_public(campaign: Campaign, now: datetime) -> bool:
    """Whether everybody may read its press kit now."""
    at = public_from(campaign)
    return at is not None and at <= now
