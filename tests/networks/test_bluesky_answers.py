"""Every row of the table of a PDS's answers, from real sockets."""

import asyncio
import json
from email.utils import formatdate

import pytest
from hypothesis import given

from coalition.networks.bluesky import publish, read_back
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.network import Bluesky
from coalition.networks.bluesky.record import key_time
from coalition.networks.network import Draft, Network, NetworkName, Session
from coalition.networks.outcome import (
    Absent,
    Outcome,
    Postponed,
    Published,
    Reason,
    Refused,
    Sighting,
    Unknown,
    Unseen,
)
from coalition.networks.wire import Limits, Reply
from tests.networks.loopback import CLOSE, HANG, JSON, RESET, Loopback, answer, closed_port

DID = f"did:plc:{'a' * 24}"
KEY = "3jzfcijpj2z2a"
URI = f"at://{DID}/app.bsky.feed.post/{KEY}"
URL = f"https://bsky.app/profile/ngo.be/post/{KEY}"
RECORD = '{"$type":"app.bsky.feed.post","createdAt":"2027-01-20T11:00:00.000Z","text":"ë 🦋"}'
DRAFT = Draft(post="1", account_id=DID, handle="ngo.be", text="ë 🦋", record_key=KEY, record=RECORD)
QUICK = Limits(connect=1, answer=0.3)
WRITTEN = answer(200, {"uri": URI, "cid": "b", "commit": {"cid": "c", "rev": KEY}})


def bluesky(url: str = "") -> Bluesky:
    return Bluesky(Hosts(plc=url, api=url, private=frozenset({"127.0.0.1"})), QUICK)


def session(url: str) -> Session:
    return Session(DID, url, {"Authorization": "Bearer token"})


def error(status: int, name: str, **headers: str) -> bytes:
    shown = {header.replace("_", "-"): value for header, value in headers.items()}
    return answer(status, {"error": name, "message": "…"}, shown)


def post(prepared: bytes) -> Outcome:
    async def scene() -> Outcome:
        async with Loopback(putRecord=prepared) as server, bluesky() as network:
            return await network.publish(DRAFT, session(server.url))

    return asyncio.run(scene())


def look(prepared: bytes) -> Sighting:
    async def scene() -> Sighting:
        async with Loopback(getRecord=prepared) as server, bluesky() as network:
            when = key_time(KEY)
            assert when is not None
            return await network.read_back(DRAFT, session(server.url), when)

    return asyncio.run(scene())


def test_it_is_a_network() -> None:
    network: Network = bluesky()
    assert network.name is NetworkName.BLUESKY


def test_the_frozen_record_goes_out_byte_for_byte_under_our_key() -> None:
    async def scene() -> None:
        async with Loopback(putRecord=WRITTEN) as server, bluesky() as network:
            outcome = await network.publish(DRAFT, session(server.url))
            assert outcome == Published(URI, URL, key_time(KEY))
            [request] = server.requests
            assert RECORD.encode() in request.body
            assert json.loads(request.body) == {
                "repo": DID,
                "collection": "app.bsky.feed.post",
                "rkey": KEY,
                "validate": True,
                "swapRecord": None,
                "record": json.loads(RECORD),
            }
            assert request.headers["authorization"] == "Bearer token"

    asyncio.run(scene())


def test_what_stood_there_already_is_published_too() -> None:
    assert post(answer(200, {"uri": URI, "cid": "b"})) == Published(URI, URL, None)


@pytest.mark.parametrize(
    ("prepared", "reason"),
    [
        (error(400, "InvalidRequest"), Reason.TEXT),
        (error(400, "InvalidRecord"), Reason.TEXT),
        (error(413, "PayloadTooLarge"), Reason.TEXT),
        (error(401, "AuthenticationRequired"), Reason.RECONNECT),
        (error(401, ""), Reason.RECONNECT),
        (error(400, "InvalidToken"), Reason.RECONNECT),
        (error(400, "AccountTakedown"), Reason.SUSPENDED),
        (error(401, "AccountDeactivated"), Reason.DEACTIVATED),
        (error(400, "RepoNotFound"), Reason.SUSPENDED),
        (error(403, "Forbidden"), Reason.OTHER),
        (answer(404, b"<html>"), Reason.OTHER),
    ],
)
def test_these_are_refusals(prepared: bytes, reason: Reason) -> None:
    outcome = post(prepared)
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason


@pytest.mark.parametrize(
    "prepared",
    [
        *(answer(status) for status in (500, 502, 503, 504, 302, 307, 408, 409)),
        error(400, "InvalidSwap"),
        error(500, "InternalServerError"),
        answer(200, b"{"),
        answer(200, {"uri": "at://did:plc:other/app.bsky.feed.post/x"}),
        answer(200, {"uri": URI}, {"Content-Length": "9999"}),
        HANG,
        RESET,
        CLOSE,
    ],
)
def test_all_else_after_the_request_left_is_unknown(prepared: bytes) -> None:
    assert isinstance(post(prepared), Unknown)


def test_what_never_left_is_postponed() -> None:
    async def scene() -> Outcome:
        async with bluesky() as network:
            return await network.publish(DRAFT, session(f"http://127.0.0.1:{closed_port()}"))

    assert isinstance(asyncio.run(scene()), Postponed)


def test_a_host_that_resolves_to_a_private_address_gets_nothing() -> None:
    async def scene() -> None:
        async with Loopback(putRecord=WRITTEN) as server, Bluesky(limits=QUICK) as network:
            elsewhere = session(server.url.replace("127.0.0.1", "localhost"))
            assert isinstance(await network.publish(DRAFT, elsewhere), Postponed)
            assert server.requests == []

    asyncio.run(scene())


def test_an_expired_token_asks_for_a_new_sign_in_at_once() -> None:
    outcome = post(error(400, "ExpiredToken"))
    assert isinstance(outcome, Postponed)
    assert outcome.seconds == 0


def test_a_rate_limit_is_waited_for() -> None:
    date = formatdate(1_800_000_000, usegmt=True)
    outcome = post(error(429, "RateLimitExceeded", Date=date, RateLimit_Reset="1800000120"))
    assert isinstance(outcome, Postponed)
    assert 120 <= outcome.seconds <= 122


def test_another_account_than_the_pinned_one_sends_nothing() -> None:
    async def scene() -> Outcome:
        async with bluesky() as network:
            return await network.publish(DRAFT, Session("did:plc:other", "http://127.0.0.1:9"))

    assert asyncio.run(scene()) == Refused(Reason.WRONG_ACCOUNT, "did:plc:other")


@pytest.mark.parametrize(
    ("prepared", "sighting"),
    [
        (answer(200, {"uri": URI, "value": json.loads(RECORD)}), Published(URI, URL)),
        (error(400, "RecordNotFound"), Absent()),
    ],
)
def test_reading_back_decides(prepared: bytes, sighting: Sighting) -> None:
    assert look(prepared) == sighting


def test_another_record_under_our_key_is_a_conflict() -> None:
    seen = look(answer(200, {"uri": URI, "value": {**json.loads(RECORD), "text": "anders"}}))
    assert isinstance(seen, Refused)
    assert seen.reason is Reason.CONFLICT


@pytest.mark.parametrize(
    "prepared",
    [
        *(answer(status) for status in (400, 401, 404, 500, 502, 503, 307)),
        error(400, "RepoNotFound"),
        error(404, "RecordNotFound"),
        error(500, "RecordNotFound"),
        answer(200, b"{"),
        answer(200, {"uri": "at://did:plc:other/x/y", "value": json.loads(RECORD)}),
        answer(200, {"uri": URI}),
        HANG,
        CLOSE,
    ],
)
def test_what_cannot_be_read_is_no_absence(prepared: bytes) -> None:
    assert isinstance(look(prepared), Unseen)


@given(body=JSON)
def test_no_answer_is_beyond_the_tables(body: object) -> None:
    for status in (200, 400, 401, 429, 500):
        reply = Reply(status, {}, json.dumps(body).encode())
        assert isinstance(publish.classify(reply, DRAFT), Refused | Postponed | Unknown)
        assert isinstance(read_back.classify(reply, DRAFT), Unseen)
