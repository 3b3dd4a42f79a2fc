"""The claim: of all who want to send a post, one gets it, and only if it is due at that moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from coalition.campaigns.lock import share
from coalition.campaigns.models import Campaign
from coalition.publishing.crash import point
from coalition.publishing.models import Attempt, Post
from coalition.publishing.moves import move
from coalition.publishing.queries import due_posts
from coalition.publishing.states import Move

LEASE: Final = timedelta(seconds=90)
"""How long a worker may hold a post. A call must begin well before its end and ends by time-out."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A post that is ours to send, the number of our claim, and the words that it is for."""

    post: int
    fence: int
    approval: str


@transaction.atomic(durable=True)
def claim(
    campaign: int, ids: Sequence[int], *, worker: str, now: datetime, lease: timedelta = LEASE
) -> list[Claimed]:
    """Claim those of `ids` that are due at `now`. Everything is read again here, under the lock.

    If this commit's answer is lost, nothing is sent: the lease runs out and the posts are looked for.
    """
    share(campaign)
    due = due_posts(Campaign.objects.get(pk=campaign), now).filter(pk__in=ids)
    taken = list(
        due.select_for_update(skip_locked=True, of=("self",))
        .order_by("offset_seconds", "pk")
        .values_list("pk", "fence", "approval_sha256")
    )
    claimed = [Claimed(pk, fence + 1, approval) for pk, fence, approval in taken]
    if not claimed:
        return []
    move(
        Post.objects.filter(pk__in=[one.post for one in claimed]),
        Move.CLAIM,
        fence=F("fence") + 1,
        lease_until=now + lease,
    )
    Attempt.objects.bulk_create(
        [Attempt(post_id=one.post, fence=one.fence, worker=worker, began_at=now) for one in claimed]
    )
    point("inside claim")
    return claimed
