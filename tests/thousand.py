"""A thousand approved posts of five hundred organisations, on Bluesky and on the fake X."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from benchmarks.parts.rows import approve, draft, load_accounts, pledge, save
from coalition import wiring
from coalition.campaigns.models import Campaign, CampaignWords
from coalition.members.models import Account, Credential
from coalition.members.states import NetworkChoices, Proof, Route
from coalition.members.vault import address
from coalition.pledges.models import Pledge
from coalition.publishing.models import Post
from coalition.publishing.states import PostKind

type Token = tuple[str, str, str]
"""Somebody's id on X, their access token and their refresh token."""


def load(host: str, on_x: Sequence[Token], *, slug: str, seconds_ahead: float) -> None:
    """Rows as people would have left them; the campaign is open, and goes."""
    now = datetime.now(UTC)
    load_accounts(len(on_x), host)
    on_bluesky = list(Account.objects.order_by("pk"))
    save(Account, (_on_x(number, one, now) for number, one in zip(on_bluesky, on_x, strict=True)))
    of_x = list(Account.objects.filter(network=NetworkChoices.X).order_by("pk"))
    save(Credential, (_sealed(*pair, now) for pair in zip(of_x, on_x, strict=True)))
    campaign = Campaign(slug=slug, coalition_name="Koepel Voorbeeld", created_at=now, exit_at=now)
    campaign.save()
    save(
        CampaignWords,
        [CampaignWords(campaign=campaign, language="nl", name="Samen weg", call="Wij gaan.")],
    )
    save(Pledge, (pledge(campaign, account, now) for account in on_bluesky))
    pledges = dict(Pledge.objects.values_list("organisation_id", "pk"))
    accounts = [*on_bluesky, *of_x]
    drafts = [draft(campaign, account, pledges, now) for account in accounts]
    exit_at = datetime.now(UTC) + timedelta(seconds=seconds_ahead)
    for number, (post, account) in enumerate(zip(drafts, accounts, strict=True)):
        if account.network == NetworkChoices.X:
            post.kind, post.text = PostKind.FAREWELL, f"Afscheid nummer {number}."
        approve(post, account, exit_at, now)
    save(Post, drafts)
    Campaign.objects.update(exit_at=exit_at, opened_at=now, go_at=now)


def _on_x(beside: Account, one: Token, now: datetime) -> Account:
    return Account(
        organisation_id=beside.organisation_id,
        network=NetworkChoices.X,
        handle=f"organisation{beside.organisation_id}",
        network_id=one[0],
        route=Route.DIRECT,
        proof=Proof.CONNECTED,
        added_at=now,
        connected_at=now,
    )


def _sealed(account: Account, one: Token, now: datetime) -> Credential:
    expires_at = (now + timedelta(hours=2)).isoformat()
    secret = {"access_token": one[1], "refresh_token": one[2], "expires_at": expires_at}
    sealed = wiring.vault().seal(secret, address(account))
    return Credential(account=account, sealed=sealed.data, key_id=sealed.key_id, sealed_at=now)
