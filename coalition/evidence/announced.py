"""Reading announcements back from Bluesky, by machine: in each round once, where it can."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from asgiref.sync import async_to_sync
from django.db import transaction

from coalition.campaigns.lock import hold
from coalition.campaigns.models import Campaign
from coalition.evidence.actions import Reason, record
from coalition.evidence.looks import FIRST
from coalition.evidence.models import Evidence
from coalition.evidence.rounds import LATEST, round_begins, round_of
from coalition.evidence.states import Level
from coalition.journal.actions import MACHINE
from coalition.members.states import NetworkChoices
from coalition.networks.bluesky.there import which_are_there
from coalition.publishing.models import Post
from coalition.publishing.states import PostKind, State

if TYPE_CHECKING:
    from coalition.networks.bluesky.hosts import Hosts

AT_ONCE: Final = 20
ASKED_FOR: Final = timedelta(days=2)
"""What could not be read for so long waits for the next round."""


def read_announcements(hosts: "Hosts", *, now: datetime) -> int:
    """Ask each account's own host whether its announcement is there; how many were seen."""
    seen = 0
    for campaign in Campaign.objects.filter(exit_at__gt=now - LATEST, exit_at__lte=now):
        days, since = round_of(campaign, now), round_begins(campaign, now)
        if days and since and now < since + ASKED_FOR:
            seen += _read(_turn(_unread(campaign, since), now), days, hosts, now)
    return seen


def _unread(campaign: Campaign, since: datetime) -> list[Post]:
    """Announcements that nobody has looked at in this round; what is new comes a day later."""
    read = Evidence.objects.filter(
        campaign=campaign,
        account__network=NetworkChoices.BLUESKY,
        recorded_by=MACHINE,
        recorded_at__gte=since,
    )
    rows = Post.objects.filter(
        campaign=campaign,
        kind=PostKind.ANNOUNCEMENT,
        state=State.PUBLISHED,
        network_post_id__startswith="at://",
        published_at__lte=since,
    )
    return list(
        rows.exclude(account__in=read.values("account"))
        .select_related("campaign", "account__organisation")
        .order_by("pk")
    )


def _turn(posts: list[Post], now: datetime) -> list[Post]:
    """A few each minute, others the next: one host that is silent holds up nobody else."""
    if len(posts) <= AT_ONCE:
        return posts
    start = int(now.timestamp()) // 60 * AT_ONCE % len(posts)
    return (posts + posts)[start : start + AT_ONCE]


def _read(posts: Iterable[Post], days: int, hosts: "Hosts", now: datetime) -> int:
    """No transaction is open while hosts are asked."""
    posts = list(posts)
    if not posts:
        return 0
    there = async_to_sync(which_are_there)([post.network_post_id for post in posts], hosts)
    seen = [post for post in posts if there.get(post.network_post_id)]
    level = Level.SEEN if days == FIRST else Level.RECHECKED
    return sum(_keep(post, level, now) for post in seen)


@transaction.atomic
def _keep(post: Post, level: Level, now: datetime) -> bool:
    """Once a round, however many workers asked."""
    hold(post.campaign_id)
    kept = Evidence.objects.filter(account=post.account, level=level, recorded_by=MACHINE)
    since = round_begins(post.campaign, now)
    if since is None or kept.filter(recorded_at__gte=since).exists():
        return False
    reason = Reason(level, post.published_at or now, post.url)
    organisation = post.account.organisation
    record(post.campaign, organisation, reason, account=post.account, actor=MACHINE, now=now)
    return True
