"""Paper for the day: what each organisation posts, when, and whom it rings when nothing answers."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from coalition.members.states import Route
from coalition.publishing.queries import posts_to_come
from coalition.publishing.states import State
from coalition.publishing.waves import delay_of

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.members.models import Organisation
    from coalition.publishing.models import Post


@dataclass(frozen=True, slots=True)
class Line:
    """One post, and its own minute."""

    post: "Post"
    at: datetime
    by_hand: bool
    stands: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One organisation's paper."""

    organisation: "Organisation"
    lines: tuple[Line, ...]

    @property
    def hour(self) -> datetime:
        """When its first post leaves."""
        return min(line.at for line in self.lines)


def sheets(campaign: "Campaign", organisation: "Organisation | None" = None) -> list[Sheet]:
    """One for each organisation that has words to post, or that of `organisation`; two queries."""
    exit_at = campaign.exit_at
    if exit_at is None:
        return []
    found = groupby(
        posts_to_come(campaign, organisation), key=lambda post: post.account.organisation
    )
    return [
        Sheet(of, tuple(_line(post, campaign, exit_at) for post in posts)) for of, posts in found
    ]


def _line(post: "Post", campaign: "Campaign", exit_at: datetime) -> Line:
    return Line(
        post=post,
        at=exit_at + delay_of(post, campaign),
        by_hand=post.route == Route.BY_HAND,
        stands=post.state != State.DRAFT and post.stands_for(campaign),
    )
