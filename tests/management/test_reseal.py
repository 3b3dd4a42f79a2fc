"""`manage.py reseal`: another vault key, also in the middle of a release, by real processes."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection

from benchmarks.parts.deployment import Network
from benchmarks.parts.rows import did, token
from coalition.health.queries import keys_in_use
from coalition.members.actions import keep_secret
from coalition.members.models import Account, Credential
from coalition.members.resealing import reseal_some
from coalition.members.states import NetworkChoices, Route
from coalition.members.vault import Sealed, Vault, address, new_key_pair
from coalition.publishing.clock import database_now
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import environment, factories
from tests.fakex.server import FakeX
from tests.scene import database_url, until
from tests.testnet.hands import ROOT, Beat, Desk, Worker
from tests.testnet.servers import Valkey

pytestmark = [
    pytest.mark.usefixtures("committed"),
    pytest.mark.skipif(environment.on_sqlite(), reason="workers of their own need a server"),
]
OLD, NEW = new_key_pair("old"), new_key_pair("new")
BEFORE = Vault.from_settings("", [OLD[1]])
ONLY_OLD, ONLY_NEW, NEW_FIRST, OLD_FIRST = (
    {"VAULT_PRIVATE_KEYS": ",".join(pair[1] for pair in pairs)}
    for pairs in ([OLD], [NEW], [NEW, OLD], [OLD, NEW])
)
SENDERS = 25


@pytest.fixture
def broker(valkey: Valkey) -> str:
    return f"redis://127.0.0.1:{valkey.port}/8"


@pytest.fixture
def network() -> Iterator[Network]:
    with Network() as network:
        yield network


def reseal(broker: str, keys: dict[str, str], *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "reseal", *more],
        cwd=ROOT,
        env=Worker(database_url(), broker, **keys).environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def on_bluesky(number: int, network: Network) -> Account:
    account = factories.account(
        factories.organisation(),
        NetworkChoices.BLUESKY,
        network_id=did(number),
        host=network.url,
        route=Route.DIRECT,
    )
    secret = {
        "kind": "app password",
        "password": "abcd-efgh-ijkl-mnop",
        "host": network.url,
        "access_jwt": token(account.network_id),
        "refresh_jwt": "",
    }
    keep_secret(account, secret, vault=BEFORE, now=factories.NOW)
    return account


def on_x(fake_x: FakeX) -> Account:
    """Its token has run out: before its post leaves, a refresh token is used up, once for all."""
    account = factories.account(factories.organisation(), network_id="0", route=Route.DIRECT)
    user = fake_x.add_user(account.handle)
    tokens = fake_x.issue(user)
    Account.objects.filter(pk=account.pk).update(network_id=user.id)
    account.refresh_from_db()
    secret = {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": datetime.now(UTC).isoformat(),
    }
    keep_secret(account, secret, vault=BEFORE, now=factories.NOW)
    return account


def test_a_worker_that_can_not_open_the_new_key_yet_is_named_and_nothing_is_changed(
    broker: str, network: Network
) -> None:
    on_bluesky(1, network)
    with Worker(database_url(), broker, **ONLY_OLD):
        refused = reseal(broker, NEW_FIRST)
    assert refused.returncode == 1
    assert "can't open what is sealed with new yet: restart it first" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert keys_in_use() == {"old": 1}
    with Worker(database_url(), broker, **NEW_FIRST):
        done = reseal(broker, NEW_FIRST)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 secrets are sealed anew, with new." in done.stdout
    assert keys_in_use() == {"new": 1}


def test_without_its_queue_it_asks_to_be_told_that_no_worker_runs(network: Network) -> None:
    on_bluesky(1, network)
    refused = reseal("redis://127.0.0.1:9/0", NEW_FIRST)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "say --unasked" in refused.stderr
    assert reseal("redis://127.0.0.1:9/0", NEW_FIRST, "--unasked").returncode == 0
    assert keys_in_use() == {"new": 1}


def test_a_key_that_is_not_here_is_told(broker: str, network: Network) -> None:
    on_bluesky(1, network)
    lost = reseal(broker, ONLY_NEW, "--unasked")
    assert lost.returncode == 1
    assert "No key here opens these" in lost.stderr
    blind = reseal(broker, {"VAULT_PRIVATE_KEYS": "", "VAULT_PUBLIC_KEY": NEW[0]})
    assert "Nothing can be opened here" in blind.stderr
    unopened = reseal(broker, {**ONLY_OLD, "VAULT_PUBLIC_KEY": NEW[0]})
    assert "put its private key into VAULT_PRIVATE_KEYS first" in unopened.stderr


def test_in_the_middle_of_a_release_each_post_goes_once_and_no_credential_is_lost(
    broker: str, network: Network, fake_x: FakeX, tmp_path: Path
) -> None:
    """Keys go to and fro all the while; tokens of X are used up and replaced meanwhile."""
    live = {
        **OLD_FIRST,  # as before anybody rotated: what it renews is sealed with the old one
        "NETWORKS": "live",
        "DATA_DIR": str(tmp_path),
        "BLUESKY_PRIVATE_HOSTS": "127.0.0.1",
        "X_API": fake_x.url,
        "X_CLIENT_ID": fake_x.client_id,
        "X_CLIENT_SECRET": fake_x.client_secret,
    }
    fake_x.set_latency(150)
    with (
        Worker(database_url(), broker, **live),
        Desk(database_url(), broker, **live),
        Beat(database_url(), broker, **live),
    ):
        campaign = factories.going(exit_at=datetime.now(UTC) + timedelta(seconds=14))
        accounts = [on_bluesky(number, network) for number in range(SENDERS)]
        accounts += [on_x(fake_x) for _ in range(SENDERS)]
        for account in accounts:
            network_of = NetworkChoices(account.network)
            pledge = factories.pledge(campaign, account.organisation)
            factories.direct(pledge, network_of, on=account)
        resealed = to_and_fro(posts=len(accounts))
    assert resealed > 10 * len(accounts)
    assert Counter(Post.objects.values_list("state", flat=True)) == {State.PUBLISHED: 2 * SENDERS}
    on_the_network = Counter(uri for uri, _at in network.received())
    assert sorted(on_the_network.values()) == [1] * SENDERS
    assert sorted(Counter(one.user for one in fake_x.effects()).values()) == [1] * SENDERS
    assert reseal(broker, NEW_FIRST, "--unasked").returncode == 0
    only_new = Vault.from_settings("", [NEW[1]])
    kept = [
        only_new.open(Sealed(one.key_id, bytes(one.sealed)), address(one.account))
        for one in Credential.objects.select_related("account__organisation")
    ]
    assert len(kept) == 2 * SENDERS
    on_x_kept = [secret["refresh_token"] for secret in kept if "refresh_token" in secret]
    assert [refreshes(fake_x, one) for one in on_x_kept] == [True] * SENDERS


def refreshes(fake_x: FakeX, refresh_token: str) -> bool:
    """Whether X still takes it: a lost one was used up, and its family with it."""
    asked = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    answer = httpx.post(
        f"{fake_x.url}/2/oauth2/token", data=asked, auth=(fake_x.client_id, fake_x.client_secret)
    )
    return answer.is_success


def to_and_fro(posts: int) -> int:
    """Seal with one key and then with the other until all is out; how many were sealed anew."""
    ended, resealed = threading.Event(), []
    there, back = (
        Vault.from_settings("", [NEW[1], OLD[1]]),
        Vault.from_settings("", [OLD[1], NEW[1]]),
    )

    def rotate() -> None:
        try:
            while not ended.wait(0.05):
                for vault in (there, back):
                    done = reseal_some(Credential, 0, vault=vault, actor="us", now=database_now())
                    assert done.shut == ()
                    resealed.append(done.resealed)
        finally:
            connection.close()

    rotating = threading.Thread(target=rotate)
    rotating.start()
    try:
        out = Post.objects.filter(state=State.PUBLISHED)
        until(lambda: out.count() == posts, seconds=45, what="all are out")
    finally:
        ended.set()
        rotating.join()
    return sum(resealed)
