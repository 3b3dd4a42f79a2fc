"""A refresh token of X is good once: two posts of one account must not both use it."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from pytest_django import Settings

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.celery import app
from coalition.members.actions import begin_renewing, end_renewing, keep_secret
from coalition.members.models import Account, Credential
from coalition.members.states import Route
from coalition.networks.wire import Limits
from coalition.publishing.actions import approve, write_post
from coalition.publishing.models import Attempt, Post
from coalition.publishing.release import release_batch
from coalition.publishing.renewing import LONGEST
from coalition.publishing.states import State
from coalition.publishing.turn import turn
from tests import environment, factories
from tests.fakex.server import FakeX
from tests.scene import database_url, until
from tests.testnet.hands import Hands
from tests.testnet.servers import Valkey

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


class OnItsOwn(Hands):
    """One worker process that hears its own queue alone."""

    name = "on-its-own"
    part: ClassVar[tuple[str, ...]] = ("worker", "--pool", "solo", "--loglevel", "INFO")
    ready = "ready."

    def __init__(self, queue: str, broker: str, **settings: str) -> None:
        super().__init__(database_url(), broker, **settings)
        self.queue = queue

    def command(self) -> list[str]:
        """Two of one name would not both get what is sent."""
        own = ["--queues", self.queue, "--hostname", f"{self.queue}@%h", "--without-mingle"]
        return [*super().command(), *own]


@pytest.mark.skipif(environment.on_sqlite(), reason="two processes need a server")
def test_two_processes_refresh_one_after_the_other_and_both_their_posts_go_out(
    fake_x: FakeX, valkey: Valkey
) -> None:
    """Used twice, X takes a refresh token for stolen: the account would be lost for the day."""
    broker = f"redis://127.0.0.1:{valkey.port}/6"
    live = {
        "NETWORKS": "live",
        "X_API": fake_x.url,
        "X_CLIENT_ID": fake_x.client_id,
        "X_CLIENT_SECRET": fake_x.client_secret,
    }
    fake_x.set_latency(700)
    with OnItsOwn("first", broker, **live), OnItsOwn("second", broker, **live):
        exit_at = datetime.now(UTC) + timedelta(seconds=6)
        pledge = factories.pledge(factories.going(exit_at=exit_at))
        account = with_an_old_token(factories.account(pledge.organisation), fake_x)
        posts = [
            factories.direct(pledge, on=account, language=language, text=text)
            for language, text in (("nl", "Wij gaan verder."), ("fr", "Nous partons ailleurs."))
        ]
        with app.connection_for_write(broker) as connection:
            for post, queue in zip(posts, ("first", "second"), strict=True):
                app.send_task("coalition.release", ([post.pk],), connection=connection, queue=queue)
        settled = Post.objects.exclude(state__in=(State.APPROVED, State.SENDING))
        until(lambda: settled.count() == 2, seconds=30, what="both settled")
    assert [*Post.objects.values_list("state", "detail")] == [("published", "")] * 2
    tokens = [one for one in fake_x.requests() if one["path"] == "/2/oauth2/token"]
    assert len(tokens) == 1
    assert Attempt.objects.values("worker").distinct().order_by().count() == 2
    assert Credential.objects.get().renewing_until is None


def test_who_dies_while_renewing_holds_the_next_one_up_no_longer_than_a_call_can_take() -> None:
    account = factories.account(factories.organisation(), network_id="1")
    keep_secret(account, {"access_token": "a"}, vault=wiring.vault(), now=factories.NOW)
    now, until_then = factories.NOW, factories.NOW + LONGEST
    assert begin_renewing(account.pk, until=until_then, now=now)
    assert not begin_renewing(account.pk, until=until_then + LONGEST, now=until_then)
    later = until_then + timedelta(seconds=1)
    assert begin_renewing(account.pk, until=later + LONGEST, now=later)
    end_renewing(account.pk, until=until_then)  # the first comes back after all
    assert not begin_renewing(account.pk, until=later + 2 * LONGEST, now=later)
    end_renewing(account.pk, until=later + LONGEST)
    assert begin_renewing(account.pk, until=later + 2 * LONGEST, now=later)


def test_a_renewal_mark_outlives_the_longest_call() -> None:
    limits = Limits()
    assert LONGEST.total_seconds() > 2 * (limits.connect + limits.answer)


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
    turn(release=lambda ids: batches.append(list(ids)), look=lambda _ids: None, shares=2, now=now)
    account_of = dict(Post.objects.values_list("pk", "account_id"))
    holders = [{account_of[pk] for pk in batch} for batch in batches]
    assert sorted(len(batch) for batch in batches) == [3, 6]
    assert holders[0] & holders[1] == set()
