"""A refresh token of X is good once: two posts of one account must not both use it."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.members.actions import keep_secret
from coalition.members.models import Account
from coalition.members.states import Route
from coalition.publishing.actions import approve, write_post
from coalition.publishing.models import Post
from coalition.publishing.release import release_batch
from coalition.publishing.states import State
from coalition.publishing.turn import turn
from tests import factories
from tests.fakex.server import FakeX

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_posts_of_one_account_refresh_once_and_both_go_out(
    fake_x: FakeX, settings: Settings
) -> None:
    settings.NETWORKS, settings.X_API = "live", fake_x.url
    settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = fake_x.client_id, fake_x.client_secret
    exit_at = datetime.now(UTC) + timedelta(seconds=3)
    campaign = factories.campaign(exit_at=None)
    Campaign.objects.filter(pk=campaign.pk).update(exit_at=exit_at, go_at=datetime.now(UTC))
    pledge = factories.pledge(campaign)
    account = with_an_old_token(factories.account(pledge.organisation), fake_x)
    for language, text in (("nl", "Wij gaan verder, elders."), ("fr", "Nous partons ailleurs.")):
        draft = factories.post(
            pledge, account, state=State.DRAFT, route=Route.DIRECT, language=language
        )
        write_post(draft, text, actor=factories.person(), now=factories.NOW)
        approve(draft, actor=factories.person(), now=factories.NOW)

    release_batch(list(Post.objects.values_list("pk", flat=True)), wiring.hands())

    assert [*Post.objects.values_list("state", flat=True)] == ["published", "published"]
    assert len(fake_x.effects()) == 2
    tokens = [one for one in fake_x.requests() if one["path"] == "/2/oauth2/token"]
    assert len(tokens) == 1


def with_an_old_token(account: Account, fake_x: FakeX) -> Account:
    user = fake_x.add_user(account.handle)
    tokens = fake_x.issue(user)
    Account.objects.filter(pk=account.pk).update(
        network_id=user.id, connected_at=factories.NOW, route=Route.DIRECT
    )
    account.refresh_from_db()
    secret = {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": datetime.now(UTC).isoformat(),
    }
    keep_secret(account, secret, vault=wiring.vault(), now=factories.NOW)
    return account


def test_an_accounts_posts_of_one_hour_go_to_one_worker() -> None:
    now = datetime.now(UTC)
    campaign = factories.campaign(exit_at=None)
    Campaign.objects.filter(pk=campaign.pk).update(exit_at=now + timedelta(seconds=9), go_at=now)
    pledge = factories.pledge(campaign)
    pledge.campaign.refresh_from_db()
    accounts = [
        factories.account(pledge.organisation, network_id=str(number)) for number in range(3)
    ]
    for language in ("nl", "fr", "de"):  # so that the posts of an account are not neighbours
        for account in accounts:
            factories.post(pledge, account, route=Route.DIRECT, language=language)
    batches: list[list[int]] = []
    turn(release=lambda ids: batches.append(list(ids)), look=lambda _ids: None, now=now)
    account_of = dict(Post.objects.values_list("pk", "account_id"))
    holders = [{account_of[pk] for pk in batch} for batch in batches]
    assert sorted(len(batch) for batch in batches) == [3, 6]
    assert holders[0] & holders[1] == set()
