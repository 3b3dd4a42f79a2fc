"""What the cast's people and the rehearsed networks do at T and soon after it."""

import secrets
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from coalition.management.demo.cast import CAST, Case
from coalition.management.demo.stage import Stage, domain_of, x_handle
from coalition.members.states import NetworkChoices, Route
from coalition.networks.network import NetworkName
from coalition.networks.rehearsal import LostAnswer, Step
from coalition.networks.x.identity import first_id_at
from coalition.publishing.actions import prove_by_hand
from coalition.publishing.models import Post
from coalition.publishing.states import State

BREATH: Final = 0.7
"""Seconds between two organisations that post by hand: somebody is watching."""


def script(name: NetworkName) -> dict[str, list[Step]]:
    """The two cases of the cast in which an answer does not come back, and the post is out."""
    case = Case.X_DUPLICATE if name is NetworkName.X else Case.BLUESKY_LOST_ANSWER
    detail = "duplicate" if name is NetworkName.X else "502 after the record was written"
    handle = x_handle if name is NetworkName.X else domain_of
    return {handle(player): [LostAnswer(detail)] for player in CAST if player.case is case}


def waiting_for_a_hand(stage: Stage) -> Iterator[Post]:
    """The farewells that people post themselves; who is known to report its link comes first."""
    first = {
        stage.organisations[player.name].pk for player in CAST if player.case is Case.REPORTS_LINK
    }
    posts = Post.objects.filter(
        campaign=stage.campaign,
        network=NetworkChoices.X,
        route=Route.BY_HAND,
        state=State.APPROVED,
        pledge__holds_since__isnull=False,
        pledge__withdrawn_at__isnull=True,
    ).select_related("campaign", "account__organisation", "pledge")
    yield from sorted(posts, key=lambda post: (post.account.organisation_id not in first, post.pk))


def report_link(stage: Stage, post: Post, now: datetime) -> None:
    """Somebody posted a second ago and gives the link, as a person would."""
    post_id = first_id_at(now - timedelta(seconds=1)) + secrets.randbits(20)
    link = f"https://x.com/{post.account.handle}/status/{post_id}"
    writer = stage.writers[post.account.organisation.name]
    prove_by_hand(post, link, actor=writer, now=now)


def follow(stage: Stage, asked: threading.Event) -> None:
    """One after another the others post by hand, until somebody ends the demo."""
    for post in waiting_for_a_hand(stage):
        if asked.wait(BREATH):
            return
        report_link(stage, post, datetime.now(UTC))
