"""The phase of a campaign: a pure function of its timestamps and now."""

from datetime import datetime, timedelta
from enum import StrEnum

from coalition.campaigns.models import Campaign


class Phase(StrEnum):
    """Where a campaign stands, in the order it usually goes."""

    DRAFT = "draft"  # nothing is public
    GATHERING = "gathering"  # open, no date
    DATED = "dated"  # T is known
    FROZEN = "frozen"  # texts can't change any more
    RELEASING = "releasing"  # between T and the end of the window
    OVER = "over"
    STOPPED = "stopped"
    CALLED_OFF = "called off"


def phase(campaign: Campaign, now: datetime) -> Phase:
    """Where this campaign stands at `now`."""
    if campaign.called_off_at:
        return Phase.CALLED_OFF
    if not campaign.opened_at or campaign.opened_at > now:
        return Phase.DRAFT
    if campaign.exit_at is None:
        return Phase.GATHERING
    if now >= window_ends_at(campaign, campaign.exit_at):
        return Phase.OVER
    if campaign.stopped_at:
        return Phase.STOPPED
    if now >= campaign.exit_at:
        return Phase.RELEASING
    if now >= freezes_at(campaign, campaign.exit_at):
        return Phase.FROZEN
    return Phase.DATED


def window_ends_at(campaign: Campaign, exit_at: datetime) -> datetime:
    """Beyond this instant no post of T goes by itself, not one of the last wave either."""
    return last_wave_at(campaign, exit_at) + timedelta(seconds=campaign.window_seconds)


def last_wave_at(campaign: Campaign, exit_at: datetime) -> datetime:
    """When the last of the members leave; T itself when all leave together."""
    minutes = campaign.members_after_minutes + max(0, campaign.spread_minutes - 1)
    return exit_at + timedelta(minutes=minutes)


def freezes_at(campaign: Campaign, exit_at: datetime) -> datetime:
    """From this instant texts and answers can't change without a coordinator."""
    return exit_at - timedelta(hours=campaign.freeze_hours)


def decides_by(campaign: Campaign, exit_at: datetime) -> datetime:
    """Until this instant go can be said; without a quorum by then it is no-go."""
    return exit_at - timedelta(minutes=campaign.decide_before_minutes)


def is_going(campaign: Campaign) -> bool:
    """Whether posts may leave at all: open, dated, go said, neither stopped nor called off."""
    return bool(
        campaign.opened_at
        and campaign.exit_at
        and campaign.go_at
        and not campaign.no_go_at
        and not campaign.stopped_at
        and not campaign.called_off_at
    )
