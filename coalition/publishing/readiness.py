"""The readiness board: what would fail if the hour were now, organisation by organisation."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import FETCH_RAISE, Case, Max, Q, TextChoices, When
from django.db.models.functions import Lower
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import last_wave_at
from coalition.members.models import Account, Organisation
from coalition.members.states import NetworkChoices, Proof, Route, Trouble
from coalition.pledges.models import Pledge
from coalition.pledges.queries import standing_promises
from coalition.publishing.models import Post
from coalition.publishing.states import State
from coalition.publishing.waves import wave_of


class Verdict(TextChoices):
    """How it would end for one organisation, worst first."""

    FAILS = "fails", _("will fail")
    SHAKY = "shaky", _("may fail")
    READY = "ready", _("ready")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be there."""

    verdict: Verdict
    words: str | Words


@dataclass(frozen=True, slots=True)
class Readiness:
    """One organisation, and what is still missing."""

    organisation: Organisation
    pledge: Pledge
    account: Check
    home: Check
    route: Check
    text: Check
    date: Check
    phone: Check
    leaves_at: datetime | None
    """Its own minute; none while all leave together."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """All of them, in the order of the table."""
        return (self.account, self.home, self.route, self.text, self.date, self.phone)

    @property
    def verdict(self) -> Verdict:
        """The worst of the checks."""
        return min((check.verdict for check in self.checks), key=list(Verdict).index)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it would end for one pledge, and nothing more: what a thousand of them need."""

    pledge: int
    verdict: Verdict


def outlooks(campaign: Campaign) -> list[Outlook]:
    """Of every organisation that leaves and isn't out yet, the worst first; one query.

    The same verdicts as `readiness` gives, in the database's words: a test holds them together.
    """
    rows = (
        standing_promises(campaign)
        .filter(holds_since__isnull=False)
        .annotate(**_facts(campaign))
        .order_by(Lower("organisation__name"), "pk")
        .values(
            *("pk", "date_confirmed_for", "date_confirmed_sequence"),
            *(*_facts(campaign), "organisation__contact_phone"),
        )
    )
    hour = (campaign.exit_at, campaign.date_sequence)
    found = [
        Outlook(row["pk"], _verdict(row, hour))
        for row in rows
        if row["posts_to_come"] or not row["posts_there"]
    ]
    order = list(Verdict)
    return sorted(found, key=lambda one: order.index(one.verdict))


def _facts(campaign: Campaign) -> dict[str, Max]:
    """What is so of at least one account or post: 1, else 0."""
    leaving = Q(
        organisation__accounts__network=NetworkChoices.X, organisation__accounts__leaves=True
    )
    home = Q(
        organisation__accounts__network=NetworkChoices.BLUESKY, organisation__accounts__trouble=""
    )
    claimed = Q(organisation__accounts__proof=Proof.CLAIMED)
    post = Q(posts__isnull=False) & ~Q(posts__state=State.CANCELLED)
    for_this_hour = Q(
        posts__approved_for=campaign.exit_at, posts__approved_sequence=campaign.date_sequence
    )
    unfit = Q(posts__state=State.APPROVED) & (
        ~for_this_hour if campaign.exit_at else Q(posts__isnull=False)
    )
    return {
        "leaves": _any(leaving),
        "leaves_in_trouble": _any(leaving & ~Q(organisation__accounts__trouble="")),
        "leaves_claimed": _any(leaving & claimed),
        "has_home": _any(home),
        "has_proved_home": _any(home & ~claimed),
        "posts_there": _any(post),
        "posts_to_come": _any(post & ~Q(posts__state=State.PUBLISHED)),
        "posts_unfit": _any(post & (Q(posts__text="") | Q(posts__state=State.DRAFT) | unfit)),
        "posts_unconnected": _any(
            post
            & ~Q(posts__state=State.PUBLISHED)
            & Q(posts__route=Route.DIRECT, posts__account__connected_at__isnull=True)
        ),
    }


def _any(condition: Q) -> Max:
    return Max(Case(When(condition, then=1), default=0))


def _verdict(row: Mapping[str, Any], hour: tuple[datetime | None, int]) -> Verdict:
    if (
        not (row["leaves"] and row["has_home"] and row["posts_there"])
        or row["leaves_in_trouble"]
        or row["posts_unfit"]
        or row["posts_unconnected"]
    ):
        return Verdict.FAILS
    agreed = hour[0] and (row["date_confirmed_for"], row["date_confirmed_sequence"]) == hour
    sure = row["has_proved_home"] and not row["leaves_claimed"]
    return (
        Verdict.READY if agreed and sure and row["organisation__contact_phone"] else Verdict.SHAKY
    )


def readiness(campaign: Campaign, shown: Sequence[int] | None = None) -> list[Readiness]:
    """Every organisation that leaves, those that will fail first; three queries.

    `shown`: only these pledges.
    """
    held = standing_promises(campaign).filter(holds_since__isnull=False)
    own = Q() if shown is None else Q(pledge__in=shown)
    pledges = list(
        (held if shown is None else held.filter(pk__in=shown))
        .select_related("organisation")
        .fetch_mode(FETCH_RAISE)
    )
    accounts: dict[int, list[Account]] = defaultdict(list)
    for account in Account.objects.filter(
        organisation__in=[pledge.organisation_id for pledge in pledges]
    ).fetch_mode(FETCH_RAISE):
        accounts[account.organisation_id].append(account)
    posts: dict[int, list[Post]] = defaultdict(list)
    for post in (
        Post.objects.filter(own, campaign=campaign)
        .exclude(state=State.CANCELLED)
        .select_related("account")
        .fetch_mode(FETCH_RAISE)
    ):
        posts[post.pledge_id].append(post)
    found = [
        _readiness(campaign, pledge, accounts[pledge.organisation_id], posts[pledge.pk])
        for pledge in pledges
        if not _all_out(posts[pledge.pk])
    ]
    order = list(Verdict)
    return sorted(
        found, key=lambda one: (order.index(one.verdict), one.organisation.name.casefold())
    )


def _all_out(posts: Sequence[Post]) -> bool:
    return bool(posts) and all(post.state == State.PUBLISHED for post in posts)


def _readiness(
    campaign: Campaign, pledge: Pledge, accounts: Sequence[Account], posts: Sequence[Post]
) -> Readiness:
    leaving = [one for one in accounts if one.network == NetworkChoices.X and one.leaves]
    homes = [one for one in accounts if one.network == NetworkChoices.BLUESKY]
    return Readiness(
        organisation=pledge.organisation,
        pledge=pledge,
        account=_account(leaving),
        home=_home(homes),
        route=_route(posts),
        text=_text(campaign, posts),
        date=_date(campaign, pledge),
        phone=Check(Verdict.READY, pledge.organisation.contact_phone)
        if pledge.organisation.contact_phone
        else Check(Verdict.SHAKY, _("no phone number")),
        leaves_at=_own_minute(campaign, pledge),
    )


def _own_minute(campaign: Campaign, pledge: Pledge) -> datetime | None:
    if campaign.exit_at is None or last_wave_at(campaign, campaign.exit_at) == campaign.exit_at:
        return None
    return campaign.exit_at + timedelta(seconds=wave_of(pledge, campaign))


def _account(leaving: Sequence[Account]) -> Check:
    if not leaving:
        return Check(Verdict.FAILS, _("none given"))
    troubled = next((one for one in leaving if one.trouble), None)
    if troubled:
        return Check(Verdict.FAILS, Trouble(troubled.trouble).label)
    weakest = min((Proof(one.proof) for one in leaving), key=list(Proof).index)
    return Check(Verdict.SHAKY if weakest is Proof.CLAIMED else Verdict.READY, weakest.label)


def _home(homes: Sequence[Account]) -> Check:
    sound = [one for one in homes if not one.trouble]
    if not sound:
        return Check(
            Verdict.FAILS,
            Trouble(homes[0].trouble).label if homes else _("none yet"),
        )
    best = max((Proof(one.proof) for one in sound), key=list(Proof).index)
    return Check(Verdict.SHAKY if best is Proof.CLAIMED else Verdict.READY, best.label)


def _route(posts: Sequence[Post]) -> Check:
    if not posts:
        return Check(Verdict.FAILS, _("nothing chosen"))
    direct = [post for post in posts if post.route == Route.DIRECT]
    if any(post.account.connected_at is None for post in direct if post.state != State.PUBLISHED):
        return Check(Verdict.FAILS, _("we post, but the account isn't connected"))
    if not direct:
        return Check(Verdict.READY, _("by hand"))
    return Check(Verdict.READY, _("we post") if len(direct) == len(posts) else _("partly by hand"))


def _text(campaign: Campaign, posts: Sequence[Post]) -> Check:
    if any(not post.text for post in posts) or not posts:
        return Check(Verdict.FAILS, _("not written"))
    if any(post.state == State.DRAFT for post in posts):
        return Check(Verdict.FAILS, _("written, not approved"))
    if any(post.state == State.APPROVED and not post.stands_for(campaign) for post in posts):
        return Check(Verdict.FAILS, _("approved for another hour"))
    return Check(Verdict.READY, _("approved"))


def _date(campaign: Campaign, pledge: Pledge) -> Check:
    if campaign.exit_at is None:
        return Check(Verdict.SHAKY, _("no date yet"))
    if not pledge.agrees_to_the_date(campaign):
        return Check(Verdict.SHAKY, _("not confirmed"))
    return Check(Verdict.READY, _("confirmed"))
