"""Forgetting what opens an account: when its people ask, and on the date that was promised."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from coalition.campaigns.lock import hold
from coalition.campaigns.models import Campaign
from coalition.journal.actions import MACHINE, Act, note
from coalition.mail.actions import write_letter
from coalition.members.actions import erase_secret
from coalition.members.keeping import LONGEST
from coalition.members.models import Account, Credential
from coalition.members.queries import people_of
from coalition.members.states import Route, Rule
from coalition.publishing.models import Post
from coalition.publishing.states import State


def erase_what_was_promised(now: datetime) -> int:
    """Every credential whose campaigns are over for as long as they said, or whose owner left."""
    over = [
        campaign.pk
        for campaign in Campaign.objects.all()
        if (ended := campaign.called_off_at or campaign.exit_at)
        and ended + _kept_for(campaign) <= now
    ]
    needed = Account.objects.filter(
        Q(organisation__pledges__campaign__isnull=False)
        & ~Q(organisation__pledges__campaign__in=over)
    ).exclude(organisation__left_coalition_at__isnull=False)
    finished = (
        Account.objects.filter(credential__isnull=False)
        .filter(
            Q(organisation__left_coalition_at__isnull=False)
            | Q(organisation__pledges__campaign__in=over)
        )
        .exclude(pk__in=needed.values("pk"))
        .distinct()
        .order_by("pk")
    )
    return sum(
        erase(
            account,
            rule=Rule.LEFT if account.organisation.left_coalition_at else Rule.PROMISED,
            actor=MACHINE,
            now=now,
        )
        for account in finished.select_related("organisation")
    )


def _kept_for(campaign: Campaign) -> timedelta:
    """A day less than promised: telling the network takes up to that, and then nothing is left."""
    promised = timedelta(days=campaign.erase_credentials_after_days)
    return promised - LONGEST if promised > 2 * LONGEST else promised


@transaction.atomic
def erase(account: Account, *, rule: Rule, actor: str, now: datetime) -> bool:
    """Forget the secret, hand over what we would have posted, and certify it to its people.

    A post that is being sent is waited for: its sender holds the secret in memory anyway.
    """
    campaigns = Campaign.objects.filter(posts__account=account).distinct().order_by("pk")
    for campaign in campaigns:
        hold(campaign.pk)
    credential = Credential.objects.filter(account=account).first()
    sealed_at = credential.sealed_at if credential else now
    posts = Post.objects.filter(account=account)
    if posts.filter(state=State.SENDING).exists():
        return False
    ours = posts.filter(route=Route.DIRECT, state__in=(State.DRAFT, State.APPROVED))
    note(
        *(
            Act("handed over", actor, post.campaign_id, account.organisation_id, {"post": post.pk})
            for post in ours
        ),
        now=now,
    )
    ours.update(route=Route.BY_HAND)
    erase_secret(account, rule=rule, actor=actor, now=now)
    for person in people_of(account.organisation) if credential else ():
        write_letter(
            "erased",
            key=f"erased:{account.pk}:{sealed_at:%Y%m%dT%H%M%S.%f}:{person.pk}",
            to=person.user.email,
            language=person.user.language,
            context={
                "account": account,
                "organisation": account.organisation,
                "sealed_at": sealed_at,
                "erased_at": now,
            },
            organisation=account.organisation_id,
            now=now,
        )
    return True
