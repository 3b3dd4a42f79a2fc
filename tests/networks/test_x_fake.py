"""X against the fake X, a process of its own that writes down what became visible."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from coalition.networks.network import Draft, Secret, Session
from coalition.networks.outcome import Absent, Postponed, Published, Reason, Refused, Unknown
from coalition.networks.wire import Limits
from coalition.networks.x.network import X
from coalition.networks.x.refresh import Client
from tests.fakex.faults import Kind
from tests.fakex.server import FakeUser, FakeX

TEXT = "Wij gaan & “ë” 🦋\n\nZie ngo.be/nl, of https://ngo.be/?a=1&b=2 en ngo.bsky.social."

type Scene = Callable[[X, Draft, Session], Awaitable[None]]


class Vault:
    """Holds one secret."""

    def __init__(self, fake_x: FakeX, user: FakeUser, *, minutes: float = 120) -> None:
        pair = fake_x.issue(user)
        ends = datetime.now(UTC) + timedelta(minutes=minutes)
        self.secret: Secret = {
            "access_token": pair.access_token,
            "refresh_token": pair.refresh_token,
            "expires_at": ends.isoformat(),
        }

    async def keep(self, secret: Secret) -> None:
        self.secret = secret


@pytest.fixture
def user(fake_x: FakeX) -> FakeUser:
    return fake_x.add_user("ngo_be")


def draft(user: FakeUser, text: str = TEXT) -> Draft:
    return Draft(post="1", account_id=user.id, handle=user.username, text=text)


def network(fake_x: FakeX) -> X:
    client = Client(fake_x.client_id, fake_x.client_secret)
    return X(client, host=fake_x.url, limits=Limits(connect=1, answer=1))


def play(fake_x: FakeX, user: FakeUser, scene: Scene) -> None:
    async def scenes() -> None:
        vault = Vault(fake_x, user)
        async with network(fake_x) as x:
            opened = await x.prepare(draft(user), vault.secret, vault.keep)
            assert isinstance(opened, Session)
            await scene(x, draft(user), opened)

    asyncio.run(scenes())


def test_a_post_goes_out_and_is_found_again(fake_x: FakeX, user: FakeUser) -> None:
    began = datetime.now(UTC)

    async def scene(x: X, post: Draft, session: Session) -> None:
        outcome = await x.publish(post, session)
        assert isinstance(outcome, Published)
        assert await x.read_back(post, session, began) == outcome

    play(fake_x, user, scene)
    assert [effect.text for effect in fake_x.effects()] == [TEXT]


@pytest.mark.parametrize(
    "kind",
    [
        Kind.COMMIT_THEN_HANG,
        Kind.COMMIT_THEN_STATUS,
        Kind.COMMIT_THEN_CUT,
        Kind.COMMIT_THEN_RESET,
    ],
)
def test_a_lost_answer_is_found_by_looking(fake_x: FakeX, user: FakeUser, kind: Kind) -> None:
    began = datetime.now(UTC)

    async def scene(x: X, post: Draft, session: Session) -> None:
        fake_x.arm(kind)
        assert isinstance(await x.publish(post, session), Unknown)
        assert isinstance(await x.read_back(post, session, began), Published)
        assert await x.publish(post, session) == Unknown("duplicate")

    play(fake_x, user, scene)
    assert len(fake_x.effects()) == 1


@pytest.mark.parametrize("kind", [Kind.HANG, Kind.RESET, Kind.STATUS])
def test_a_lost_request_is_absent(fake_x: FakeX, user: FakeUser, kind: Kind) -> None:
    began = datetime.now(UTC)

    async def scene(x: X, post: Draft, session: Session) -> None:
        fake_x.arm(kind)
        assert isinstance(await x.publish(post, session), Unknown)
        assert await x.read_back(post, session, began) == Absent()

    play(fake_x, user, scene)
    assert fake_x.effects() == []


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        ("credits", Reason.APP),
        ("spend-cap", Reason.APP),
        ("client-forbidden", Reason.APP),
        ("user-suspended", Reason.SUSPENDED),
        ("forbidden", Reason.OTHER),
    ],
)
def test_refusals_have_their_reason(
    fake_x: FakeX, user: FakeUser, problem: str, reason: Reason
) -> None:
    async def scene(x: X, post: Draft, session: Session) -> None:
        fake_x.arm(Kind.STATUS, problem=problem)
        outcome = await x.publish(post, session)
        assert isinstance(outcome, Refused)
        assert outcome.reason is reason

    play(fake_x, user, scene)
    assert fake_x.effects() == []


def test_the_used_refresh_token_is_not_used_again(fake_x: FakeX, user: FakeUser) -> None:
    async def scene() -> None:
        vault = Vault(fake_x, user, minutes=5)
        async with network(fake_x) as x:
            for _ in range(3):
                opened = await x.prepare(draft(user), vault.secret, vault.keep)
                assert isinstance(opened, Session)
            fresh = vault.secret
            vault.secret = {**fresh, "expires_at": datetime.now(UTC).isoformat()}
            assert isinstance(await x.prepare(draft(user), vault.secret, vault.keep), Session)
            lost = {**fresh, "expires_at": datetime.now(UTC).isoformat()}
            again = await x.prepare(draft(user), lost, vault.keep)
            assert isinstance(again, Refused)
            assert again.reason is Reason.RECONNECT

    asyncio.run(scene())


def test_a_false_401_costs_one_refresh(fake_x: FakeX, user: FakeUser) -> None:
    async def scene() -> None:
        vault = Vault(fake_x, user)
        async with network(fake_x) as x:
            opened = await x.prepare(draft(user), vault.secret, vault.keep)
            assert isinstance(opened, Session)
            fake_x.arm(Kind.STATUS, status=401)
            assert isinstance(await x.publish(draft(user), opened), Postponed)
            again = await x.prepare(draft(user), vault.secret, vault.keep)
            assert isinstance(again, Session)
            assert again.headers != opened.headers
            assert isinstance(await x.publish(draft(user), again), Published)

    asyncio.run(scene())


def test_somebody_elses_token_is_noticed_before_t(fake_x: FakeX, user: FakeUser) -> None:
    async def scene() -> None:
        vault = Vault(fake_x, fake_x.add_user("stranger"))
        async with network(fake_x) as x:
            told = await x.prepare(draft(user), vault.secret, vault.keep)
            assert isinstance(told, Refused)
            assert told.reason is Reason.WRONG_ACCOUNT

    asyncio.run(scene())
