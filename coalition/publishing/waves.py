"""A post's own hour: T, its wave, and its own offset. Computed where it is asked, copied nowhere.

A wave is the same for all posts of one organisation, and the same each time it is computed.
"""

from datetime import timedelta
from typing import Final

from django.db.models import BigIntegerField, Case, F, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from coalition.campaigns.models import Campaign
from coalition.pledges.models import Pledge
from coalition.publishing.models import Post

MIX: Final = 2_654_435_761
"""Neighbours on the list leave minutes apart."""
ROUND: Final = 2**31
MINUTE: Final = 60
WHOLE: Final = BigIntegerField()


def delay_of(post: Post, campaign: Campaign) -> timedelta:
    """How long after T this post leaves."""
    return timedelta(seconds=post.offset_seconds + wave_seconds(post, campaign))


def wave_seconds(post: Post, campaign: Campaign) -> int:
    """How long after T its organisation's wave is."""
    return wave_of(post.pledge, campaign)


def wave_of(pledge: Pledge, campaign: Campaign) -> int:
    """How long after T, in seconds, an organisation's own minute is."""
    if pledge.goes_first:
        return 0
    mixed = pledge.organisation_id * MIX % ROUND
    return MINUTE * (campaign.members_after_minutes + mixed % max(1, campaign.spread_minutes))


def delay_in(campaign: Campaign) -> Combinable:
    """The same in the database's words, in seconds."""
    if not campaign.members_after_minutes and campaign.spread_minutes <= 1:
        return F("offset_seconds")  # as nearly always: an index knows it
    minutes: Combinable = _whole(campaign.members_after_minutes)
    if campaign.spread_minutes > 1:
        mixed = Cast("pledge__organisation_id", WHOLE) * _whole(MIX) % _whole(ROUND)
        minutes = minutes + mixed % _whole(campaign.spread_minutes)
    wave = Case(
        When(pledge__goes_first=True, then=_whole(0)),
        default=minutes * _whole(MINUTE),
        output_field=WHOLE,
    )
    return Cast("offset_seconds", WHOLE) + wave


def _whole(number: int) -> Value:
    return Value(number, output_field=WHOLE)
