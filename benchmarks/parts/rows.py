"""The rows of an exit: organisations, connected accounts, pledges and approved direct posts."""

import base64
import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.members.models import Account, Credential, Organisation
from coalition.members.states import NetworkChoices, Proof, Route
from coalition.members.vault import address
from coalition.networks.bluesky.record import COLLECTION
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, Visibility
from coalition.publishing.compose import approval_sha256, freeze_record
from coalition.publishing.models import Hold, Post
from coalition.publishing.states import PostKind, State

AT_A_TIME = 1000


def load_accounts(number: int, host: str) -> None:
    """Organisations with one connected account each; their sessions are fresh for two hours."""
    now = datetime.now(UTC)
    save(
        Organisation,
        (
            Organisation(
                slug=f"organisation-{n}",
                name=f"Organisation {n}",
                domain=f"organisation{n}.example",
                created_at=now,
            )
            for n in range(number)
        ),
    )
    save(
        Account,
        (
            Account(
                organisation=organisation,
                network=NetworkChoices.BLUESKY,
                handle=f"{organisation.slug}.example.org",
                network_id=did(organisation.pk),
                host=host,
                route=Route.DIRECT,
                proof=Proof.CONNECTED,
                added_at=now,
                connected_at=now,
            )
            for organisation in Organisation.objects.iterator()
        ),
    )
    save(Credential, (credential(account, now) for account in Account.objects.iterator()))


def did(number: int) -> str:
    """A DID of the right shape."""
    letters = "".join("abcdefghijklmnopqrstuvwxyz234567"[number >> 5 * n & 31] for n in range(4))
    return f"did:plc:{letters.rjust(24, 'a')}"


def credential(account: Account, now: datetime) -> Credential:
    """A sealed session as a sign-in leaves it."""
    secret = {
        "kind": "app password",
        "password": "abcd-efgh-ijkl-mnop",
        "host": account.host,
        "access_jwt": token(account.network_id),
        "refresh_jwt": "",
    }
    sealed = wiring.vault().seal(secret, address(account))
    return Credential(
        account=account, sealed=sealed.data, key_id=sealed.key_id, generation=1, sealed_at=now
    )


def token(subject: str) -> str:
    """A session's token; only its host would check the signature."""
    claims = {"scope": "com.atproto.appPass", "sub": subject, "exp": int(time.time()) + 7200}
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.sig"


def empty() -> None:
    """No campaign, no post, no journal, and nothing ever sent: every run starts alike."""
    tables = "coalition_entry, coalition_attempt, coalition_campaign"
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")
    if sent := wiring.sent():  # or the emptied database would be held for an older one
        sent.unlink(missing_ok=True)
    Hold.objects.all().delete()


def load_campaign(posts: int, seconds_ahead: float) -> Campaign:
    """A campaign that goes, with approved direct posts at T; it is not open yet."""
    empty()
    now = datetime.now(UTC)
    campaign = Campaign(slug="exit", coalition_name="Koepel", created_at=now, exit_at=now)
    campaign.save()
    accounts = list(Account.objects.order_by("pk")[:posts])
    save(Pledge, (pledge(campaign, account, now) for account in accounts))
    pledges = dict(Pledge.objects.values_list("organisation_id", "pk"))
    drafts = [draft(campaign, account, pledges, now) for account in accounts]
    campaign.exit_at = datetime.now(UTC) + timedelta(seconds=seconds_ahead)
    campaign.go_at = now
    campaign.save()
    for post, account in zip(drafts, accounts, strict=True):
        approve(post, account, campaign.exit_at, now)
    save(Post, drafts)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return campaign


def pledge(campaign: Campaign, account: Account, now: datetime) -> Pledge:
    """A firm promise that holds."""
    return Pledge(
        campaign=campaign,
        organisation_id=account.organisation_id,
        answer=Answer.LEAVE,
        visibility=Visibility.NAMED,
        answered_at=now,
        confirmed_at=now,
        holds_since=now,
    )


def draft(campaign: Campaign, account: Account, pledges: dict[int, int], now: datetime) -> Post:
    """Words of their own."""
    return Post(
        campaign=campaign,
        pledge_id=pledges[account.organisation_id],
        account=account,
        network=account.network,
        kind=PostKind.ANNOUNCEMENT,
        language="nl",
        text=f"Wij zijn verhuisd: volg ons hier. #samen {account.handle}",
        route=Route.DIRECT,
        created_at=now,
    )


def approve(post: Post, account: Account, exit_at: datetime, now: datetime) -> None:
    """As a second person's approval leaves a post."""
    post.record_key, post.record = freeze_record(post, {}, exit_at=exit_at, now=now)
    post.approved_at, post.approved_for, post.state = now, exit_at, State.APPROVED
    post.approval_sha256 = approval_sha256(post, account, exit_at)


def save[M: Model](model: type[M], rows: Iterable[M]) -> None:
    """Many rows at once."""
    model._default_manager.bulk_create(rows, batch_size=AT_A_TIME)


def open_campaign(campaign: Campaign) -> None:
    """From now on every tick sees it."""
    Campaign.objects.filter(pk=campaign.pk).update(opened_at=datetime.now(UTC))


def requests() -> list[dict[str, Any]]:
    """The same posts, as the bare script gets them."""
    return [
        {
            "url": f"{post.account.host}/xrpc/com.atproto.repo.putRecord",
            "headers": {
                "Authorization": f"Bearer {token(post.account.network_id)}",
                "Content-Type": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": "leave-together",
            },
            "body": json.dumps(
                {
                    "repo": post.account.network_id,
                    "collection": COLLECTION,
                    "rkey": post.record_key,
                    "validate": True,
                    "swapRecord": None,
                    "record": json.loads(post.record),
                }
            ),
        }
        for post in Post.objects.select_related("account").order_by("pk")
    ]
