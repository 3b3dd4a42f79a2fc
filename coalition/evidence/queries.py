"""Why we say that each organisation has left: posts that are out, and what was reported."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from coalition.campaigns.models import Campaign
from coalition.evidence.labels import Farewell, Known, Standing, standing
from coalition.evidence.models import Evidence
from coalition.evidence.states import Level
from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Trouble
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer
from coalition.publishing.models import Post
from coalition.publishing.states import PostKind, State

MUTE: Final = frozenset({Trouble.SUSPENDED, Trouble.LOST})
"""An account on X that can't say farewell any more."""


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
    accounts = Account.objects.filter(
        network=NetworkChoices.X,
        organisation__in=[pledge.organisation_id for pledge in pledges],
    ).only("organisation_id", "leaves", "trouble")
    for account in accounts:
        if not account.leaves:
            stays.add(account.organisation_id)
            continue
        post = out.get(account.pk)
        if post is None and account.trouble in MUTE:  # it says elsewhere that it left
            post = announced.get(account.organisation_id)
        farewells[account.organisation_id].append(
            Farewell(post.published_at, post.url) if post else Farewell(None)
        )
    reports = defaultdict(list)
    for evidence in Evidence.objects.filter(campaign=campaign, overturned_at__isnull=True):
        reports[evidence.organisation_id].append(
            (Level(evidence.level), evidence.left_at, evidence.url)
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
                reports=reports[pledge.organisation_id],
                stays_somewhere=pledge.organisation_id in stays,
            ),
            exit_at=campaign.exit_at,
        )
        for pledge in pledges
    }
    return {organisation: label for organisation, label in found.items() if label is not None}


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
    return list(rows.select_related("organisation").order_by("-recorded_at", "-pk"))
