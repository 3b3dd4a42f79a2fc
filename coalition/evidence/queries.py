"""Why we say that each organisation has left: posts that are out, and what was reported."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from coalition.campaigns.models import Campaign
from coalition.evidence.labels import Farewell, Known, Standing, standing
from coalition.evidence.models import Evidence, Look, Question
from coalition.evidence.states import GONE_FROM, Label, Level
from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Trouble
from coalition.pledges.models import Pledge
from coalition.pledges.queries import named_publicly
from coalition.pledges.states import Answer
from coalition.publishing.models import Post
from coalition.publishing.states import PostKind, State

MUTE: Final = frozenset({Trouble.SUSPENDED, Trouble.LOST})
"""An account on X that can't say farewell any more."""
STRENGTH: Final = {level: strength for strength, level in enumerate(Level)}


@dataclass(slots=True)
class Told:
    """What was recorded of one organisation: of the whole, and of each of its accounts."""

    whole: list[Evidence] = field(default_factory=list)
    by_account: dict[int, Evidence] = field(default_factory=dict)
    announced: bool = False
    """Its announcement was read on Bluesky: that alone says nothing of X, but it confirms."""


def standings(campaign: Campaign, pledges: Iterable[Pledge]) -> dict[int, Standing]:
    """The public label of each organisation, by its id; three queries, whatever the count."""
    pledges = list(pledges)
    farewells: dict[int, list[Farewell]] = defaultdict(list)
    stays: set[int] = set()
    published = Post.objects.filter(campaign=campaign, state=State.PUBLISHED).select_related(
        "account"
    )
    out = {post.account_id: post for post in published if post.kind == PostKind.FAREWELL}
    announced = {
        post.account.organisation_id: post
        for post in published
        if post.kind == PostKind.ANNOUNCEMENT
    }
    accounts = (
        Account.objects.filter(
            network=NetworkChoices.X,
            organisation__in=[pledge.organisation_id for pledge in pledges],
        )
        .only("organisation_id", "leaves", "trouble")
        .annotate(is_back=Exists(_shown_now(campaign).filter(account=OuterRef("pk"))))
    )
    told = _told(campaign)
    for account in accounts:
        if not account.leaves:
            stays.add(account.organisation_id)
            continue
        post = out.get(account.pk)
        if post is None and account.trouble in MUTE:  # it says elsewhere that it left
            post = announced.get(account.organisation_id)
        farewells[account.organisation_id].append(
            _farewell(
                post,
                told[account.organisation_id].by_account.get(account.pk),
                announced=told[account.organisation_id].announced,
                back=account.is_back,
            )
        )
    found = {
        pledge.organisation_id: standing(
            Known(
                answer=Answer(pledge.answer),
                holds=pledge.holds_since is not None,
                condition_public=pledge.condition_public and pledge.confirmed_at is not None,
                withdrawn=pledge.withdrawn_at is not None,
                left_on=pledge.left_on,
                farewells=farewells[pledge.organisation_id],
                reports=_reports(told[pledge.organisation_id]),
                stays_somewhere=pledge.organisation_id in stays,
            ),
            exit_at=campaign.exit_at,
        )
        for pledge in pledges
    }
    return {organisation: label for organisation, label in found.items() if label is not None}


def _told(campaign: Campaign) -> dict[int, Told]:
    found: dict[int, Told] = defaultdict(Told)
    rows = Evidence.objects.filter(campaign=campaign, overturned_at__isnull=True)
    for one in rows.select_related("account"):
        told = found[one.organisation_id]
        if one.account is None:
            told.whole.append(one)
        elif one.account.network == NetworkChoices.BLUESKY:
            told.announced = True
        else:
            held = told.by_account.get(one.account.pk)
            if held is None or STRENGTH[Level(one.level)] >= STRENGTH[Level(held.level)]:
                one.url = one.url or (held.url if held else "")  # a look adds no link of its own
                told.by_account[one.account.pk] = one
    return found


def _farewell(post: Post | None, seen: Evidence | None, *, announced: bool, back: bool) -> Farewell:
    if post:
        return Farewell(post.published_at, post.url, back=back)
    if seen:
        sure = announced or seen.level != Level.SELF_REPORTED
        return Farewell(seen.left_at, seen.url, sure=sure, back=back)
    return Farewell(None, back=back)


def _reports(told: Told) -> list[tuple[Level, datetime, str]]:
    raised = told.announced
    return [
        (
            Level.SEEN if raised and one.level == Level.SELF_REPORTED else Level(one.level),
            one.left_at,
            one.url,
        )
        for one in told.whole
    ]


def _shown_now(campaign: Campaign) -> QuerySet[Question]:
    """Accounts that post again, and that is public."""
    return Question.objects.filter(
        campaign=campaign, shown_at__isnull=False, closed_at__isnull=True
    )


def overturned(campaign: Campaign) -> list[Evidence]:
    """What was said of somebody and was not so, with the organisation it was said of."""
    return list(
        Evidence.objects.filter(campaign=campaign, overturned_at__isnull=False).select_related(
            "organisation"
        )
    )


def standing_evidence(campaign: Campaign) -> list[Evidence]:
    """What is said of each organisation and stands, the newest first."""
    rows = Evidence.objects.filter(campaign=campaign, overturned_at__isnull=True)
    return list(rows.select_related("organisation", "account").order_by("-recorded_at", "-pk"))


def evidence_at(campaign: Campaign, pk: int) -> Evidence | None:
    """One reason."""
    return Evidence.objects.filter(campaign=campaign, pk=pk).select_related("organisation").first()


def looks_of(campaign: Campaign) -> list[Look]:
    """Every account that a person is to look at, or has looked at; the newest round first."""
    rows = Look.objects.filter(campaign=campaign).select_related(
        "account__organisation", "looked_by"
    )
    return list(rows.order_by("-days", "account__organisation__name", "account__handle"))


def look_at(campaign: Campaign, pk: int) -> Look | None:
    """One look."""
    return (
        Look.objects.filter(campaign=campaign, pk=pk)
        .select_related("campaign", "account__organisation")
        .first()
    )


def _questions(campaign: Campaign) -> QuerySet[Question]:
    return Question.objects.filter(campaign=campaign).select_related(
        "campaign", "account__organisation", "asked_by"
    )


def questions_of(campaign: Campaign) -> list[Question]:
    """What was asked about accounts that seem to post again; open ones first, then the newest."""
    found = _questions(campaign).order_by("-asked_at", "-pk")
    return sorted(found, key=lambda one: one.closed_at is not None)


def shown_questions(campaign: Campaign) -> list[Question]:
    """Those that the public may read, also when they are closed by now: of who is named alone."""
    named = named_publicly(campaign).values("organisation")
    return list(
        _questions(campaign).filter(shown_at__isnull=False, account__organisation__in=named)
    )


def question_at(campaign: Campaign, pk: int) -> Question | None:
    """One question."""
    return _questions(campaign).filter(pk=pk).first()


def open_questions_to(organisation: int, campaign: Campaign) -> list[Question]:
    """What this organisation was asked and is not closed."""
    return list(
        _questions(campaign).filter(account__organisation_id=organisation, closed_at__isnull=True)
    )


def leaving_accounts(organisations: Iterable[int]) -> list[Account]:
    """The accounts on X that these organisations declared as leaving."""
    return list(
        Account.objects.filter(
            network=NetworkChoices.X, leaves=True, organisation__in=list(organisations)
        ).select_related("organisation")
    )


def left_accounts(
    campaign: Campaign, labels: Mapping[int, Standing]
) -> list[tuple[Account, datetime]]:
    """Each account that has left and is not held to post again, with since when."""
    out = dict(
        Post.objects.filter(
            campaign=campaign, kind=PostKind.FAREWELL, state=State.PUBLISHED
        ).values_list("account_id", "published_at")
    )
    told, asked = _told(campaign), _open_questions(campaign)
    found = []
    for account in leaving_accounts(labels):
        standing_, mine = labels[account.organisation_id], told[account.organisation_id]
        if account.pk in asked or standing_.label not in GONE_FROM:
            continue
        seen = mine.by_account.get(account.pk)
        since = out.get(account.pk) or (seen.left_at if seen else None)
        if since is None and standing_.label is not Label.PARTLY:
            on = standing_.on
            day = datetime(on.year, on.month, on.day, tzinfo=UTC) if on else None
            since = standing_.at or day
        if since:
            found.append((account, since))
    return found


def _open_questions(campaign: Campaign) -> frozenset[int]:
    rows = Question.objects.filter(campaign=campaign, closed_at__isnull=True)
    return frozenset(rows.values_list("account_id", flat=True))
