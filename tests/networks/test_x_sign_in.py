"""Before a post leaves for X: whose token it is, refreshed once, never twice."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from coalition.networks.network import Secret, Session, SupersededError
from coalition.networks.outcome import Postponed, Published, Reason, Refused
from tests.networks.loopback import CLOSE, HANG, Loopback, answer
from tests.networks.on_x import CREATED, DRAFT, NOW, kind, refusing, session, x

FRESH = {"access_token": "old", "refresh_token": "r1", "expires_at": "2027-01-20T12:30:00+00:00"}
STALE = {**FRESH, "expires_at": "2027-01-20T11:10:00+00:00"}
ME = answer(200, {"data": {"id": "77", "username": "ngo"}})
RENEWED = answer(
    200, {"access_token": "new", "refresh_token": "r2", "expires_in": 7200, "token_type": "bearer"}
)


class Kept:
    """Stands in for the vault; notes what was kept, and what had been asked by then."""

    def __init__(self, server: Loopback) -> None:
        self.server = server
        self.secrets: list[Secret] = []
        self.asked_before: list[str] = []

    async def __call__(self, secret: Secret) -> None:
        self.secrets.append(secret)
        self.asked_before = [request.path for request in self.server.requests]


def prepared_with(secret: Mapping[str, str], **answers: bytes | list[bytes]) -> tuple[Any, Kept]:
    async def scene() -> tuple[Any, Kept]:
        async with Loopback(**answers) as server, x(server.url) as network:
            kept = Kept(server)
            return await network.prepare(DRAFT, secret, kept), kept

    return asyncio.run(scene())


def test_a_fresh_token_is_checked_and_used() -> None:
    opened, kept = prepared_with(FRESH, me=ME)
    assert isinstance(opened, Session)
    assert opened.headers == {"Authorization": "Bearer old"}
    assert "old" not in repr(opened)
    assert kept.secrets == []


def test_an_old_token_is_refreshed_and_the_new_pair_kept_before_its_use() -> None:
    opened, kept = prepared_with(STALE, token=RENEWED, me=ME)
    assert isinstance(opened, Session)
    assert opened.headers == {"Authorization": "Bearer new"}
    ends = (NOW + timedelta(seconds=7200)).isoformat()
    assert kept.secrets == [{"access_token": "new", "refresh_token": "r2", "expires_at": ends}]
    assert kept.asked_before == ["/2/oauth2/token"]
    [asked] = kept.server.asked("token")
    assert asked.body == b"grant_type=refresh_token&refresh_token=r1&client_id=client-id"
    assert asked.headers["authorization"] == "Basic Y2xpZW50LWlkOmNsaWVudC1zZWNyZXQ="


def test_a_token_that_x_turns_away_is_refreshed_once() -> None:
    opened, kept = prepared_with(FRESH, me=[answer(401), ME], token=RENEWED)
    assert isinstance(opened, Session)
    assert len(kept.secrets) == 1


@pytest.mark.parametrize(
    ("token", "outcome"),
    [
        (refusing(400, error="invalid_request"), Reason.RECONNECT),
        (refusing(400, error="invalid_grant"), Reason.RECONNECT),
        (refusing(401, error="invalid_client"), Reason.APP),
        (refusing(429), Postponed),
        (refusing(503), Postponed),
        (answer(200, b"{"), Postponed),
        (HANG, Postponed),
        (CLOSE, Postponed),
    ],
)
def test_a_refresh_can_fail(token: bytes, outcome: Reason | type[Postponed]) -> None:
    failure, kept = prepared_with(STALE, token=token)
    assert kept.secrets == []
    assert len(kept.server.asked("token")) == 1
    if isinstance(outcome, Reason):
        assert isinstance(failure, Refused)
        assert failure.reason is outcome
    else:
        assert isinstance(failure, outcome)


@pytest.mark.parametrize(
    ("me", "outcome"),
    [
        (answer(200, {"data": {"id": "78"}}), Reason.WRONG_ACCOUNT),
        (answer(200, {}), Reason.WRONG_ACCOUNT),
        (refusing(402), Reason.APP),
        (refusing(403, type=kind("client-forbidden")), Reason.APP),
        (refusing(403, title="SpendCapReached"), Reason.APP),
        (refusing(403, detail="You have hit your spending limit."), Reason.APP),
        (refusing(403, title="User Suspended", type=kind("user-suspended")), Reason.SUSPENDED),
        (refusing(403), Reason.OTHER),
        (refusing(429), Postponed),
        (refusing(503), Postponed),
        (HANG, Postponed),
    ],
)
def test_the_check_can_fail(me: bytes, outcome: Reason | type[Postponed]) -> None:
    failure, _ = prepared_with(FRESH, me=me)
    if isinstance(outcome, Reason):
        assert isinstance(failure, Refused)
        assert failure.reason is outcome
    else:
        assert isinstance(failure, outcome)


def test_a_new_token_that_x_turns_away_ends_it() -> None:
    failure, kept = prepared_with(FRESH, me=answer(401), token=RENEWED)
    assert isinstance(failure, Refused)
    assert failure.reason is Reason.RECONNECT
    assert len(kept.secrets) == 1


def test_a_401_at_the_send_is_refreshed_once_and_then_given_up() -> None:
    async def scene() -> None:
        answers: dict[str, bytes | list[bytes]] = {
            "tweets": answer(401),
            "token": RENEWED,
            "me": ME,
        }
        async with Loopback(**answers) as server, x(server.url) as network:
            kept = Kept(server)
            first = await network.prepare(DRAFT, FRESH, kept)
            assert isinstance(first, Session)
            assert isinstance(await network.publish(DRAFT, first), Postponed)
            second = await network.prepare(DRAFT, FRESH, kept)
            assert isinstance(second, Session)
            assert second.headers == {"Authorization": "Bearer new"}
            outcome = await network.publish(DRAFT, second)
            assert isinstance(outcome, Refused)
            assert outcome.reason is Reason.RECONNECT
            assert (len(server.asked("token")), len(server.asked("tweets"))) == (1, 2)

    asyncio.run(scene())


def test_one_false_401_is_forgotten_after_a_post() -> None:
    async def scene() -> None:
        posts = [answer(401), CREATED, answer(401)]
        answers: dict[str, bytes | list[bytes]] = {"tweets": posts, "token": RENEWED, "me": ME}
        async with Loopback(**answers) as server, x(server.url) as network:
            told = [await network.publish(DRAFT, session(server.url, token)) for token in "abc"]
            assert [type(each) for each in told] == [Postponed, Published, Postponed]

    asyncio.run(scene())


def test_a_pair_that_came_too_late_to_be_kept_is_given_back() -> None:
    """Its secret was erased, or the account connected anew, while X was asked."""

    async def too_late(_: Secret) -> None:
        raise SupersededError

    async def scene() -> tuple[object, list[str]]:
        async with Loopback(token=RENEWED, revoke=answer(200, {"revoked": True})) as server:
            async with x(server.url) as network:
                opened = await network.prepare(DRAFT, STALE, too_late)
            return opened, [asked.body.decode() for asked in server.asked("revoke")]

    opened, revoked = asyncio.run(scene())
    assert isinstance(opened, Postponed)
    assert [dict(parse_qsl(body))["token"] for body in revoked] == ["r2", "new"]
