"""What went wrong with a campaign's posts, in sum: no account is named."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import last_wave_at
from coalition.members.states import NetworkChoices, Route
from coalition.publishing.models import Attempt, Post
from coalition.publishing.states import State


class Mishap(TextChoices):
    """How a post did not go as it should."""

    REFUSED = "refused", _("refused by the network, and left at that")
    MISSED = "missed", _("missed: its window was over")
    UNCERTAIN = "uncertain", _("perhaps out; nobody could tell")
    UNPROVED = "unproved", _("by hand, and no link was ever given")
    LATE = "late", _("out, but after its window")
    TRIES_REFUSED = "tries refused", _("tries that the network refused")
    TRIES_LOST = "tries lost", _("tries whose answer was lost, and that were looked up")


LEFT_AT_THAT: Final = {
    State.REFUSED: Mishap.REFUSED,
    State.MISSED: Mishap.MISSED,
    State.UNCERTAIN: Mishap.UNCERTAIN,
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How it went: posts that are out, and every mishap by network."""

    out: int
    by_machine: int
    mishaps: Sequence[tuple[Mishap, dict[NetworkChoices, int]]]


def ending(campaign: Campaign) -> Ending:
    """Two queries, whatever the count."""
    posts = list(
        Post.objects.filter(campaign=campaign, pledge__holds_since__isnull=False)
        .exclude(state__in=(State.CANCELLED, State.DRAFT))
        .only("state", "route", "network", "published_at")
    )
    found: Counter[tuple[Mishap, str]] = Counter()
    for post in posts:
        mishap = _of(post, campaign)
        if mishap:
            found[mishap, post.network] += 1
    tries = Attempt.objects.filter(post__campaign=campaign, outcome__in=("refused", "unknown"))
    for network, outcome, count in tries.values_list("post__network", "outcome").annotate(
        Count("pk")
    ):
        lost = outcome == "unknown"
        found[Mishap.TRIES_LOST if lost else Mishap.TRIES_REFUSED, network] += count
    out = [post for post in posts if post.state == State.PUBLISHED]
    return Ending(
        out=len(out),
        by_machine=sum(post.route == Route.DIRECT for post in out),
        mishaps=[
            (mishap, {network: found[mishap, network] for network in NetworkChoices})
            for mishap in Mishap
            if any(found[mishap, network] for network in NetworkChoices)
        ],
    )


def _of(post: Post, campaign: Campaign) -> Mishap | None:
    state = State(post.state)
    if state in LEFT_AT_THAT:
        return LEFT_AT_THAT[state]
    if state is State.APPROVED:
        return Mishap.UNPROVED if post.route == Route.BY_HAND else Mishap.MISSED
    if state is State.PUBLISHED and post.published_at and campaign.exit_at:
        ends_at = last_wave_at(campaign, campaign.exit_at)
        late = post.published_at > ends_at + timedelta(seconds=campaign.window_seconds)
        return Mishap.LATE if late else None
    return None
