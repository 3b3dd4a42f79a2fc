"""The launch wall: what is out, what is under way, and what only a person can do now."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import FETCH_RAISE, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.members.states import Route
from coalition.publishing.models import Breaker, Hold, Post
from coalition.publishing.queries import posts_for_people
from coalition.publishing.states import State


class Heap(TextChoices):
    """Where a post lies on the wall."""

    OUT = "out", _("published")
    SENDING = "sending", _("being sent")
    WAITING = "waiting", _("waiting")
    BY_HAND = "by hand", _("by hand")
    UNCERTAIN = "uncertain", _("uncertain")
    REFUSED = "refused", _("refused")
    MISSED = "missed", _("missed")
    NOT_READY = "not ready", _("not ready")


TROUBLED = frozenset({Heap.UNCERTAIN, Heap.REFUSED, Heap.MISSED})


class Place(TextChoices):
    """How far one organisation is; each is drawn as one dot."""

    GONE = "full", _("out")
    PARTLY = "half", _("partly out")
    TROUBLED = "trouble", _("needs a person")
    WAITING = "ring", _("to come")
    NOT_READY = "none", _("not ready")


@dataclass(frozen=True, slots=True)
class Spot:
    """One organisation's dot."""

    organisation: Organisation
    place: Place


@dataclass(frozen=True, slots=True)
class Wall:
    """The wall at one moment."""

    tally: dict[Heap, int]
    spots: tuple[Spot, ...]
    for_people: tuple[Post, ...]
    last_out_at: datetime | None
    breakers: tuple[Breaker, ...]
    hold: Hold | None

    @property
    def posts(self) -> int:
        """All posts that this exit is about."""
        return sum(self.tally.values())

    @property
    def out(self) -> int:
        """So many of them are out."""
        return self.tally[Heap.OUT]


def wall(campaign: Campaign, *, now: datetime) -> Wall:
    """Posts of pledges that stand, and whatever is out or perhaps out; four queries."""
    posts = list(
        Post.objects.filter(
            Q(pledge__holds_since__isnull=False)
            | Q(state__in=(State.SENDING, State.PUBLISHED, State.UNCERTAIN)),
            campaign=campaign,
        )
        .exclude(state=State.CANCELLED)
        .select_related("account__organisation")
        .fetch_mode(FETCH_RAISE)
    )
    counted = Counter(heap_of(post, campaign) for post in posts)
    of: dict[int, list[Post]] = defaultdict(list)
    for post in posts:
        of[post.account.organisation_id].append(post)
    spots = [Spot(own[0].account.organisation, _place(own, campaign)) for own in of.values()]
    return Wall(
        tally={heap: counted[heap] for heap in Heap},
        spots=tuple(sorted(spots, key=lambda spot: spot.organisation.name.casefold())),
        for_people=tuple(
            sorted(posts_for_people(campaign, now).fetch_mode(FETCH_RAISE), key=_urgency)
        ),
        last_out_at=max((post.published_at for post in posts if post.published_at), default=None),
        breakers=tuple(Breaker.objects.filter(closed_at__isnull=True)),
        hold=Hold.objects.filter(ended_at__isnull=True).first(),
    )


def heap_of(post: Post, campaign: Campaign) -> Heap:
    """Where one post lies."""
    match State(post.state):
        case State.PUBLISHED:
            return Heap.OUT
        case State.SENDING:
            return Heap.SENDING
        case State.UNCERTAIN:
            return Heap.UNCERTAIN
        case State.REFUSED:
            return Heap.REFUSED
        case State.MISSED:
            return Heap.MISSED
        case State.DRAFT | State.CANCELLED:
            return Heap.NOT_READY
        case State.APPROVED if not post.stands_for(campaign):
            return Heap.NOT_READY
        case State.APPROVED:
            return Heap.BY_HAND if post.route == Route.BY_HAND else Heap.WAITING


def _place(posts: Sequence[Post], campaign: Campaign) -> Place:
    heaps = {heap_of(post, campaign) for post in posts}
    if heaps == {Heap.OUT}:
        return Place.GONE
    if heaps & TROUBLED:
        return Place.TROUBLED
    if Heap.OUT in heaps:
        return Place.PARTLY
    return Place.NOT_READY if Heap.NOT_READY in heaps else Place.WAITING


def _urgency(post: Post) -> tuple[int, str]:
    order = (State.UNCERTAIN, State.REFUSED, State.MISSED, State.APPROVED)
    return order.index(State(post.state)), post.account.organisation.name.casefold()


def posts_in(campaign: Campaign) -> list[Post]:
    """Every post of this campaign that was not given up, by organisation."""
    return list(
        Post.objects.select_related("account__organisation")
        .filter(campaign=campaign)
        .exclude(state=State.CANCELLED)
        .order_by("account__organisation__name", "network", "pk")
    )


def post_in(campaign: Campaign, pk: int) -> Post | None:
    """One post of this campaign, with its attempts."""
    return (
        Post.objects.select_related("account__organisation", "campaign", "pledge", "card")
        .prefetch_related("attempts", "pictures")
        .filter(campaign=campaign, pk=pk)
        .first()
    )


def posts_by(organisation: Organisation) -> list[Post]:
    """All posts of one organisation, the latest campaign first."""
    return list(
        Post.objects.filter(account__organisation=organisation)
        .select_related("account", "campaign")
        .order_by("-campaign", "network", "pk")
    )
