"""The breaker: when a network refuses our app, its direct posts become hand-offs within seconds."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Representative
from coalition.members.states import Route
from coalition.networks.outcome import Reason
from coalition.publishing.models import Breaker, Post
from coalition.publishing.moves import move
from coalition.publishing.states import Move, State
from coalition.refusals import Refusal


def open_breaker(network: str, detail: str, *, now: datetime) -> bool:
    """Stop direct posts on this network and hand them to their people. True the first time."""
    try:
        with transaction.atomic(durable=True):
            Breaker.objects.create(network=network, detail=detail[:300], opened_at=now)
            note(Act("breaker opened", facts={"network": network, "detail": detail[:300]}), now=now)
    except IntegrityError:
        opened = False
    else:
        opened = True
    hand_over_all(network, now=now)  # also for refusals that come in behind the first
    return opened


@transaction.atomic
def hand_over_all(network: str, *, now: datetime) -> int:
    """Turn what waits, and what the refusal cost, into hand-offs, and write to their people."""
    if not Breaker.objects.filter(network=network, closed_at__isnull=True).exists():
        return 0
    here = Post.objects.filter(network=network)
    refused = here.filter(state=State.REFUSED, reason=Reason.APP)
    cost = list(refused.select_for_update().values_list("pk", flat=True))
    move(here.filter(pk__in=cost), Move.TRY_AGAIN, reason="", detail="", told_at=None)
    posts = list(  # locked: what a worker has just claimed is not handed over
        here.filter(state=State.APPROVED, route=Route.DIRECT, pledge__holds_since__isnull=False)
        .select_for_update(of=("self",))
        .select_related("account__organisation", "campaign")
    )
    here.filter(pk__in=[post.pk for post in posts]).update(route=Route.BY_HAND)
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


def hand_over_behind_breakers(*, now: datetime) -> int:
    """What was approved or refused after a breaker opened, or when its opening was cut short."""
    networks = Breaker.objects.filter(closed_at__isnull=True).values_list("network", flat=True)
    return sum(hand_over_all(network, now=now) for network in list(networks))


@transaction.atomic
def close_breaker(network: str, *, actor: str, campaign: int | None = None, now: datetime) -> None:
    """The app may post again; hand-offs stay hand-offs. `campaign`: from whose wall it was done."""
    if not Breaker.objects.filter(network=network, closed_at__isnull=True).update(closed_at=now):
        raise Refusal(_("Nothing is held back there any more: somebody else was first."))
    note(Act("breaker closed", actor, campaign, facts={"network": network}), now=now)
