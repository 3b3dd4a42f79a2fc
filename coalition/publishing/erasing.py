"""Forgetting what opens an account: on X after the farewell, when asked to, and when promised."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from coalition.campaigns.lock import hold
from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import window_ends_at
from coalition.journal.actions import MACHINE, Act, note
from coalition.mail.actions import write_letter
from coalition.members.actions import erase_secret
from coalition.members.keeping import LONGEST, set_trouble
from coalition.members.models import Account, Credential
from coalition.members.queries import people_of
from coalition.members.states import NetworkChoices, Route, Rule, Trouble
from coalition.publishing.models import Post
from coalition.publishing.queries import waits_for
from coalition.publishing.states import SETTLED, PostKind, State


def erase_what_was_promised(now: datetime) -> int:
    """Every credential whose campaigns are over for as long as they said, or whose owner left."""
    over = [
        campaign.pk
        for campaign in Campaign.objects.all()
        if (ended := campaign.called_off_at or campaign.exit_at)
        and ended + _kept_for(campaign) <= now
    ]
    return sum(
        erase(
            account,
            rule=Rule.LEFT if account.organisation.left_coalition_at else Rule.PROMISED,
            actor=MACHINE,
            now=now,
        )
        for account in _finished(over)
    )


def erase_what_is_done(now: datetime) -> int:
    """X's access as soon as the farewell is out and no post of the account waits for anything.

    Not before the last window is over: until then workers and locks belong to the release.
    """
    over = [
        campaign.pk
        for campaign in Campaign.objects.all()
        if campaign.called_off_at
        or (campaign.exit_at and window_ends_at(campaign, campaign.exit_at) <= now)
    ]
    posts = Post.objects.filter(account=OuterRef("pk"))
    done = _finished(over).filter(
        Exists(posts.filter(kind=PostKind.FAREWELL, state=State.PUBLISHED)),
        ~Exists(posts.exclude(state__in=SETTLED)),
        network=NetworkChoices.X,
    )
    return sum(erase(account, rule=Rule.DONE, actor=MACHINE, now=now) for account in done)


def _finished(over: Sequence[int]) -> QuerySet[Account]:
    """Accounts with a credential of which every campaign is one of these, or whose owner left."""
    needed = Account.objects.filter(
        Q(organisation__pledges__campaign__isnull=False)
        & ~Q(organisation__pledges__campaign__in=over)
    ).exclude(organisation__left_coalition_at__isnull=False)
    return (
        Account.objects.filter(credential__isnull=False)
        .filter(
            Q(organisation__left_coalition_at__isnull=False)
            | Q(organisation__pledges__campaign__in=over)
        )
        .exclude(pk__in=needed.values("pk"))
        .distinct()
        .order_by("pk")
        .select_related("organisation")
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
    posts = Post.objects.filter(account=account)
    if posts.filter(state=State.SENDING).exists():
        return False
    if rule is Rule.DONE:
        if credential is None or _is_used(credential, now):
            return False
        if account.trouble == Trouble.RECONNECT:  # nobody has to connect it any more
            set_trouble(account, Trouble.NONE, now=now)
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
    if credential:
        _certify(account, credential.sealed_at, rule, now)
    return True


def _is_used(credential: Credential, now: datetime) -> bool:
    """Read again under the lock: somebody may have tried a post again, or renews a token."""
    renewing = bool(credential.renewing_until and credential.renewing_until > now)
    return renewing or waits_for(credential.account)


def _certify(account: Account, sealed_at: datetime, rule: Rule, now: datetime) -> None:
    for person in people_of(account.organisation):
        write_letter(
            "erased",
            key=f"erased:{account.pk}:{sealed_at:%Y%m%dT%H%M%S.%f}:{person.pk}",
            to=person.user.email,
            language=person.user.language,
            context={
                "account": account,
                "organisation": account.organisation,
                "done": rule is Rule.DONE,
                "sealed_at": sealed_at,
                "erased_at": now,
            },
            organisation=account.organisation_id,
            now=now,
        )
