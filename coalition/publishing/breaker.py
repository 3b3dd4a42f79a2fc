"""The breaker: when a network refuses our app, its direct posts become hand-offs within seconds."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Representative
from coalition.members.states import Route
from coalition.networks.outcome import Reason
from coalition.publishing.models import Breaker, Post
from coalition.publishing.moves import move
from coalition.publishing.states import Move, State


def open_breaker(network: str, detail: str, *, now: datetime) -> bool:
    """Stop direct posts on this network and ask their people to post by hand. Once."""
    try:
        with transaction.atomic(durable=True):
            Breaker.objects.create(network=network, detail=detail[:300], opened_at=now)
            note(Act("breaker opened", facts={"network": network, "detail": detail[:300]}), now=now)
    except IntegrityError:
        return False
    hand_over_all(network, now=now)
    return True


@transaction.atomic
def hand_over_all(network: str, *, now: datetime) -> int:
    """Turn what waits, and what the app's refusal cost, into hand-offs, and write to their people."""
    refused = Post.objects.filter(network=network, state=State.REFUSED, reason=Reason.APP)
    move(refused, Move.TRY_AGAIN, route=Route.BY_HAND, reason="", detail="")
    open_here = Breaker.objects.filter(network=OuterRef("network"), closed_at__isnull=True)
    posts = list(
        Post.objects.filter(Exists(open_here), network=network, state=State.APPROVED)
        .filter(pledge__holds_since__isnull=False)
        .select_related("account__organisation", "campaign")
    )
    Post.objects.filter(pk__in=[post.pk for post in posts]).update(route=Route.BY_HAND)
    for post in posts:
        organisation = post.account.organisation
        for representative in Representative.objects.filter(
            organisation=organisation, removed_at__isnull=True
        ).select_related("user"):
            write_letter(
                "post-by-hand",
                key=f"post-by-hand:{post.pk}:{post.fence}:{representative.user_id}",
                to=representative.user.email,
                language=representative.user.language,
                context={"post": post, "campaign": post.campaign, "organisation": organisation},
                organisation=organisation.pk,
                campaign=post.campaign_id,
                now=now,
            )
    return len(posts)


@transaction.atomic
def close_breaker(network: str, *, actor: str, now: datetime) -> None:
    """The app may post again; hand-offs stay hand-offs."""
    if Breaker.objects.filter(network=network, closed_at__isnull=True).update(closed_at=now):
        note(Act("breaker closed", actor, facts={"network": network}), now=now)
