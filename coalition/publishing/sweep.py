"""Tidying at every tick: leases that ran out, hours that passed, people who must be told."""

from datetime import datetime

from django.db import transaction

from coalition.campaigns.lock import share
from coalition.campaigns.models import Campaign
from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Coordinator, Representative, User
from coalition.publishing.models import Attempt, Post
from coalition.publishing.moves import move
from coalition.publishing.queries import (
    NETWORKS_LONGEST,
    overdue_posts,
    posts_for_people,
    unsettled,
)
from coalition.publishing.states import Move, State


@transaction.atomic(durable=True)
def sweep_leases(now: datetime) -> int:
    """A worker that held a post too long is gone or stuck: perhaps sent, so somebody must look."""
    lost = list(
        Post.objects.select_for_update(skip_locked=True)
        .filter(state=State.SENDING, lease_until__lt=now)
        .values_list("pk", "fence", "campaign_id")
    )
    for pk, fence, campaign in lost:
        detail = "the worker did not come back"
        Attempt.objects.filter(post_id=pk, fence=fence, ended_at__isnull=True).update(
            ended_at=now, outcome="unknown", detail=detail
        )
        move(
            Post.objects.filter(pk=pk, fence=fence),
            Move.LOSE_SIGHT,
            lease_until=None,
            armed_until=None,
            detail=detail,
        )
        note(Act("unknown", campaign=campaign, facts={"post": pk, "attempt": fence}), now=now)
    return len(lost)


@transaction.atomic(durable=True)
def mark_missed(campaign: Campaign, now: datetime) -> int:
    """Late is missed, not sent: from here on only a person moves it."""
    share(campaign.pk)
    campaign.refresh_from_db()
    overdue = list(
        overdue_posts(campaign, now)
        .select_for_update(skip_locked=True, of=("self",))
        .values_list("pk", flat=True)
    )
    doubted = list(unsettled(overdue))
    later = {"not_before": now + NETWORKS_LONGEST, "armed_until": None, "looks": 0}
    move(Post.objects.filter(pk__in=doubted), Move.DOUBT, needs_person=False, **later)
    missed = move(Post.objects.filter(pk__in=overdue), Move.MISS)
    if missed:
        note(Act("missed", campaign=campaign.pk, facts={"posts": missed}), now=now)
    return missed


@transaction.atomic(durable=True)
def tell_people(campaign: Campaign, now: datetime, limit: int = 100) -> int:
    """Put what only a person can do in front of that person, once for each time it happens."""
    waiting = list(
        posts_for_people(campaign, now)
        .filter(told_at__isnull=True)
        .exclude(state=State.APPROVED)  # hand-offs have their own reminders
        .select_for_update(skip_locked=True, of=("self",))[:limit]
    )
    for post in waiting:
        for person in _people_of(post):
            write_letter(
                "needs-you",
                key=f"needs-you:{post.pk}:{post.fence}:{post.state}:{person.pk}",
                to=person.email,
                language=person.language,
                context={
                    "post": post,
                    "campaign": campaign,
                    "organisation": post.account.organisation,
                },
                organisation=post.account.organisation_id,
                campaign=campaign.pk,
                now=now,
            )
    Post.objects.filter(pk__in=[post.pk for post in waiting]).update(told_at=now)
    return len(waiting)


def _people_of(post: Post) -> list[User]:
    representatives = Representative.objects.filter(
        organisation=post.account.organisation, removed_at__isnull=True
    ).select_related("user")
    coordinators = Coordinator.objects.filter(removed_at__isnull=True).select_related("user")
    people = {one.user_id: one.user for one in representatives}
    people |= {one.user_id: one.user for one in coordinators}
    return list(people.values())
