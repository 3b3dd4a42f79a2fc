"""What we no longer use is given back to X: both tokens, and again until X has heard."""

import asyncio
from datetime import UTC, datetime

import pytest

from coalition.networks.network import Secret
from coalition.networks.wire import Limits
from coalition.networks.x.network import X
from coalition.networks.x.refresh import Client
from tests.fakex.seen import FakeUser
from tests.fakex.server import FakeX
from tests.testnet.server import free_port

QUICK = Limits(connect=1, answer=1)


@pytest.fixture
def user(fake_x: FakeX) -> FakeUser:
    return fake_x.add_user("waterput")


def secret_of(fake_x: FakeX, user: FakeUser) -> Secret:
    tokens = fake_x.issue(user)
    ends = datetime.fromtimestamp(tokens.expires_at, UTC).isoformat()
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": ends,
    }


def given_back(secret: Secret, url: str, client_secret: str = FakeX.client_secret) -> bool:
    async def scene() -> bool:
        client = Client(FakeX.client_id, client_secret)
        async with X(client, host=url, limits=QUICK) as network:
            return await network.give_back(secret)

    return asyncio.run(scene())


def test_both_tokens_end_the_long_lived_one_first(fake_x: FakeX, user: FakeUser) -> None:
    other = fake_x.add_user("zaad")
    secret = secret_of(fake_x, user)
    fake_x.issue(other)
    assert given_back(secret, fake_x.url)
    assert fake_x.revocations() == [(user.id, "refresh"), (user.id, "access")]


def test_what_x_does_not_know_any_more_is_given_back(fake_x: FakeX, user: FakeUser) -> None:
    secret = secret_of(fake_x, user)
    assert given_back(secret, fake_x.url)
    assert given_back(secret, fake_x.url)
    assert len(fake_x.revocations()) == 2


def test_an_answer_about_our_own_app_is_none_about_the_tokens(
    fake_x: FakeX, user: FakeUser
) -> None:
    assert not given_back(secret_of(fake_x, user), fake_x.url, "another secret")
    assert fake_x.revocations() == []


@pytest.mark.parametrize("skip", [0, 1])
def test_where_x_stumbles_it_is_done_again_and_then_done(
    fake_x: FakeX, user: FakeUser, skip: int
) -> None:
    secret = secret_of(fake_x, user)
    fake_x.arm("status", on="revoke", user=user, skip=skip, status=503)
    assert not given_back(secret, fake_x.url)
    assert given_back(secret, fake_x.url)
    assert sorted(fake_x.revocations()) == [(user.id, "access"), (user.id, "refresh")]


def test_an_x_that_is_not_there_has_not_heard(fake_x: FakeX, user: FakeUser) -> None:
    assert not given_back(secret_of(fake_x, user), f"http://127.0.0.1:{free_port()}")


def test_a_secret_without_tokens_needs_nobody(fake_x: FakeX) -> None:
    assert given_back({"kind": "rehearsal"}, fake_x.url)
    assert fake_x.revocations() == []
