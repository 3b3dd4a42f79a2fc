"""Recording why we say that somebody has left, and taking it back when it was not so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.lock import hold
from coalition.campaigns.models import Campaign
from coalition.evidence.models import Evidence
from coalition.evidence.states import Level
from coalition.journal.actions import Act, note
from coalition.members.models import Account, Organisation
from coalition.publishing.links import post_on_x
from coalition.publishing.models import Post
from coalition.publishing.moves import move_one
from coalition.publishing.queries import unsettled
from coalition.publishing.states import SETTLED, Move, PostKind, State
from coalition.refusals import Refusal

ON_ITS_WAY: Final = (State.SENDING, State.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Reason:
    """What is recorded of one organisation, or of one of its accounts."""

    level: Level
    left_at: datetime
    url: str = ""


@transaction.atomic
def record(
    campaign: Campaign,
    organisation: Organisation,
    reason: Reason,
    *,
    account: Account | None = None,
    actor: str,
    now: datetime,
) -> Evidence:
    """One more reason, dated, with who looked."""
    made = Evidence.objects.create(
        campaign=campaign,
        organisation=organisation,
        account=account,
        level=reason.level,
        left_at=reason.left_at,
        url=reason.url,
        recorded_at=now,
        recorded_by=actor,
    )
    facts: dict[str, object] = {"level": reason.level, "evidence": made.pk}
    if account:
        facts["handle"] = account.handle
    note(Act("evidence recorded", actor, campaign.pk, organisation.pk, facts), now=now)
    return made


@transaction.atomic
def say_left(
    campaign: Campaign,
    accounts: Iterable[Account],
    reason: Reason,
    *,
    actor: str,
    now: datetime,
) -> list[Evidence]:
    """These accounts have left by themselves; the farewell that waits for T never goes again."""
    hold(campaign.pk)
    if reason.left_at > now:
        raise Refusal(_("That day lies ahead. Say it once you have left."))
    made = []
    for account in accounts:
        _give_up_farewells(campaign, account)
        Account.objects.filter(pk=account.pk).update(left_at=reason.left_at)
        made.append(
            record(campaign, account.organisation, reason, account=account, actor=actor, now=now)
        )
    if not made:
        raise Refusal(_("Which account has left? Choose at least one."))
    return made


def by_its_link(account: Account, link: str, *, now: datetime) -> Reason:
    """A link to its farewell on X: of this account, and its hour is in the id."""
    url, at = post_on_x(account.handle, link)
    if at > now:
        raise Refusal(_("That post is from %(day)s: it can't be this one.") % {"day": at.date()})
    return Reason(Level.LINK, at, url)


def _give_up_farewells(campaign: Campaign, account: Account) -> None:
    waiting = Post.objects.filter(
        campaign=campaign, account=account, kind=PostKind.FAREWELL
    ).exclude(state__in=SETTLED)
    for post in waiting:
        if post.state in ON_ITS_WAY or unsettled([post.pk]) or not move_one(post, Move.GIVE_UP):
            raise Refusal(
                _("The farewell of @%(handle)s is being sent, or perhaps out: look at it first.")
                % {"handle": account.handle}
            )


@transaction.atomic
def overturn(evidence: Evidence, *, actor: str, now: datetime) -> None:
    """It was not so. The public log says that it was said, and is not any more."""
    standing = Evidence.objects.filter(pk=evidence.pk, overturned_at__isnull=True)
    if not standing.update(overturned_at=now):
        raise Refusal(_("Somebody else was first: look at how it stands now."))
    others = Evidence.objects.filter(account=evidence.account_id, overturned_at__isnull=True)
    if evidence.account_id and not others.exists():
        Account.objects.filter(pk=evidence.account_id).update(left_at=None)
    facts = {"level": evidence.level, "evidence": evidence.pk}
    note(
        Act("evidence overturned", actor, evidence.campaign_id, evidence.organisation_id, facts),
        now=now,
    )
    evidence.refresh_from_db()
