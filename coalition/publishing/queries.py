"""Which posts are due, which wait for a person, and what may be shown of them."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import FETCH_RAISE, Exists, F, OuterRef, Q, QuerySet

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import is_going
from coalition.members.models import Account, Organisation
from coalition.members.states import NetworkChoices, Proof, Route, Trouble
from coalition.publishing.models import Attempt, Breaker, Hold, Picture, Pin, Post
from coalition.publishing.similarity import Likeness, groups, likeness
from coalition.publishing.states import SETTLED, PostKind, State
from coalition.publishing.waves import delay_in

NETWORKS_LONGEST: Final = timedelta(seconds=90)
"""Longer than any network works on a request that we have given up waiting for."""


def standing_posts(campaign: Campaign) -> QuerySet[Post]:
    """Approved posts for this hour T whose pledge holds: what leaves, by machine or by hand."""
    return Post.objects.filter(
        campaign=campaign,
        state=State.APPROVED,
        approved_for=campaign.exit_at,
        approved_sequence=campaign.date_sequence,
        pledge__holds_since__isnull=False,
    )


def direct_posts(campaign: Campaign) -> QuerySet[Post]:
    """Standing posts that a worker may send: connected account, no open breaker or hold."""
    return standing_posts(campaign).filter(
        ~Exists(Breaker.objects.filter(network=OuterRef("network"), closed_at__isnull=True)),
        ~Exists(Hold.objects.filter(ended_at__isnull=True)),
        route=Route.DIRECT,
        account__connected_at__isnull=False,
    )


def due_between(
    campaign: Campaign, posts: QuerySet[Post], earliest: datetime, latest: datetime
) -> QuerySet[Post]:
    """Those whose hour, T + offset, lies between and whose wait is over at `latest`."""
    if campaign.exit_at is None:
        return posts.none()
    return posts.alias(delay=delay_in(campaign)).filter(
        Q(not_before__isnull=True) | Q(not_before__lte=latest),
        delay__gte=(earliest - campaign.exit_at).total_seconds(),
        delay__lte=_whole_seconds(latest, campaign.exit_at),
    )


def _whole_seconds(now: datetime, since: datetime) -> int:
    """Rounded down: Django cuts a fraction off towards zero, which before T would be early."""
    return math.floor((now - since).total_seconds())


def due_posts(campaign: Campaign, now: datetime) -> QuerySet[Post]:
    """The schedule is a query: what may be sent at `now`, and nothing that is past its window."""
    if not is_going(campaign):
        return Post.objects.none()
    window = timedelta(seconds=campaign.window_seconds)
    return due_between(campaign, direct_posts(campaign), now - window, now).exclude(
        still_unsaid(campaign)
    )


def still_unsaid(campaign: Campaign) -> Q:
    """Farewells whose organisation's announcement is not out yet, where the campaign asks that."""
    if not campaign.farewell_after_announcement:
        return Q(pk__in=[])
    unsaid = Post.objects.filter(pledge=OuterRef("pledge"), kind=PostKind.ANNOUNCEMENT).exclude(
        state__in=SETTLED
    )
    return Q(Exists(unsaid), kind=PostKind.FAREWELL)


def overdue_posts(campaign: Campaign, now: datetime) -> QuerySet[Post]:
    """Direct posts past their window: never sent by a machine any more."""
    if campaign.exit_at is None or not is_going(campaign):
        return Post.objects.none()
    last = now - timedelta(seconds=campaign.window_seconds) - campaign.exit_at
    posts = standing_posts(campaign).alias(delay=delay_in(campaign))
    return posts.filter(route=Route.DIRECT, delay__lt=last.total_seconds())


def by_hand_posts(campaign: Campaign, now: datetime) -> QuerySet[Post]:
    """Hand-offs whose minute has come and whose link nobody has given yet.

    One that waits for its announcement comes before people at the end of its window all the same.
    """
    if campaign.exit_at is None or not is_going(campaign):
        return Post.objects.none()
    since = _whole_seconds(now, campaign.exit_at)
    posts = standing_posts(campaign).alias(delay=delay_in(campaign))
    return posts.filter(route=Route.BY_HAND, delay__lte=since).exclude(
        still_unsaid(campaign) & Q(delay__gte=since - campaign.window_seconds)
    )


def posts_for_people(campaign: Campaign, now: datetime) -> QuerySet[Post]:
    """What only a person can do now."""
    return Post.objects.filter(
        Q(pk__in=by_hand_posts(campaign, now).values("pk"))
        | Q(campaign=campaign, state__in=(State.REFUSED, State.MISSED))
        | Q(campaign=campaign, state=State.UNCERTAIN, needs_person=True)
    ).select_related("account__organisation", "pledge")


def unsettled(posts: Iterable[int]) -> set[int]:
    """Those on Bluesky of which a lost try may come true though a look did not find it yet.

    On X a person has looked.
    """
    lost = Attempt.objects.filter(post_id__in=posts, post__network=NetworkChoices.BLUESKY)
    return set(
        lost.filter(outcome="unknown", fence__gt=F("post__settled_fence")).values_list(
            "post_id", flat=True
        )
    )


def may_come_true(post: Post, now: datetime) -> bool:
    """A try was lost so lately that its network may still be at it."""
    return post.attempts.filter(outcome="unknown", ended_at__gt=now - NETWORKS_LONGEST).exists()


def posts_of(organisation: Organisation, campaign: Campaign) -> QuerySet[Post]:
    """An organisation's own posts in a campaign."""
    return (
        Post.objects.filter(account__organisation=organisation, campaign=campaign)
        .exclude(state=State.CANCELLED)
        .select_related("account__organisation", "campaign", "pledge", "card", "pin")
        .prefetch_related("pictures")
    )


def waits_for(account: Account) -> bool:
    """Whether any post of this account may still need what opens it."""
    return Post.objects.filter(account=account).exclude(state__in=SETTLED).exists()


def post_of(organisation: Organisation, campaign: Campaign, pk: int) -> Post | None:
    """One of its posts, also one that was given up."""
    rows = Post.objects.filter(account__organisation=organisation, campaign=campaign, pk=pk)
    return rows.select_related("account", "campaign", "pledge").first()


def posts_to_come(campaign: Campaign, organisation: Organisation | None = None) -> list[Post]:
    """Words that are still to go out, by organisation: of all whose word stands, or of one."""
    rows = Post.objects.filter(campaign=campaign, pledge__withdrawn_at__isnull=True)
    if organisation is not None:
        rows = rows.filter(account__organisation=organisation)
    return list(
        rows.exclude(text="")
        .exclude(state__in=SETTLED)
        .exclude(account__organisation__left_coalition_at__isnull=False)
        .select_related("account__organisation", "pledge")
        .prefetch_related("pictures")
        .order_by("account__organisation__name", "account__organisation", "network", "pk")
        .fetch_mode(FETCH_RAISE)
    )


def content_of(post: int, sha256: str) -> bytes:
    """The bytes of one picture; none where it was taken away meanwhile."""
    row = Picture.objects.filter(post_id=post, sha256=sha256).values_list("content", flat=True)
    return bytes(row.first() or b"")


def is_to_be_pinned(account: Account) -> bool:
    """Whether a post of this account waits to be pinned: its profile is changed then too."""
    return Pin.objects.filter(post__account=account, pinned_at__isnull=True).exists()


def picture_of(post: Post, place: int) -> Picture | None:
    """One picture of a post, with its bytes."""
    return Picture.objects.defer(None).filter(post=post, place=place).first()


def known_handles() -> dict[str, str]:
    """Handle → DID of the coalition's proved accounts: whom a Bluesky text can mention."""
    rows = Account.objects.filter(network=NetworkChoices.BLUESKY, trouble=Trouble.NONE).exclude(
        Q(network_id="") | Q(proof=Proof.CLAIMED)
    )
    return {handle.lower(): did for handle, did in rows.values_list("handle", "network_id")}


def likeness_of(post: Post) -> Likeness:
    """How alike this X text is to the other X texts of its language in its campaign."""
    others = _x_texts(post.campaign, post.language).exclude(
        account__organisation=post.account.organisation
    )
    return likeness(
        post.text, others.values_list("text", flat=True), limit=post.campaign.similarity_limit
    )


def likenesses(campaign: Campaign) -> dict[int, Likeness]:
    """Every X text's likeness with those of its own language, by post."""
    found: dict[int, Likeness] = {}
    by_language: dict[str, dict[int, str]] = {}
    for pk, language, text in _x_texts(campaign).values_list("pk", "language", "text"):
        by_language.setdefault(language, {})[pk] = text
    for texts in by_language.values():
        found |= groups(texts, limit=campaign.similarity_limit)
    return found


def _x_texts(campaign: Campaign, language: str = "") -> QuerySet[Post]:
    posts = Post.objects.filter(campaign=campaign, network=NetworkChoices.X).exclude(
        Q(text="") | Q(state=State.CANCELLED)
    )
    return posts.filter(language=language) if language else posts


def tally(campaign: Campaign, posts: Iterable[Post] | None = None) -> dict[State, int]:
    """How many posts stand in each state."""
    states = (
        [post.state for post in posts]
        if posts is not None
        else list(Post.objects.filter(campaign=campaign).values_list("state", flat=True))
    )
    return {state: states.count(state) for state in State}
