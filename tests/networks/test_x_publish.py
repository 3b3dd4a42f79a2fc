"""Every row of the table of X's answers, from real sockets."""

import asyncio
import json
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.networks.network import Network, NetworkName, Session
from coalition.networks.outcome import Outcome, Postponed, Published, Reason, Refused, Unknown
from coalition.networks.wire import Reply
from coalition.networks.x.identity import post_time
from coalition.networks.x.publish import classify
from tests.networks.loopback import CLOSE, HANG, JSON, RESET, Loopback, answer, closed_port
from tests.networks.on_x import CREATED, DRAFT, ID, kind, post, refusing, session, x


def test_it_is_a_network() -> None:
    network: Network = x("https://api.x.com")
    assert network.name is NetworkName.X


def test_the_approved_text_goes_out_once_byte_for_byte() -> None:
    async def scene() -> None:
        async with Loopback(tweets=CREATED) as server, x(server.url) as network:
            outcome = await network.publish(DRAFT, session(server.url, "old"))
            assert outcome == Published(ID, f"https://x.com/ngo/status/{ID}", post_time(ID))
            [request] = server.requests
            assert (request.method, request.path) == ("POST", "/2/tweets")
            assert request.headers["authorization"] == "Bearer old"
            assert json.loads(request.body) == {"text": DRAFT.text}

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("prepared", "reason"),
    [
        (refusing(400, title="Invalid Request", type=kind("invalid-request")), Reason.TEXT),
        (refusing(422), Reason.TEXT),
        (refusing(402, title="CreditsDepleted", type=kind("credits")), Reason.APP),
        (refusing(402), Reason.APP),
        (refusing(403, type="https://api.x.com/2/problems/client-forbidden"), Reason.APP),
        (refusing(403, type=kind("client-forbidden") + "/"), Reason.APP),
        (refusing(403, type=kind("oauth1-permissions")), Reason.APP),
        (refusing(403, title="SpendCapReached", type=kind("credits")), Reason.APP),
        (refusing(403, detail="reached its billing cycle spend cap."), Reason.APP),
        (refusing(429, title="UsageCapExceeded", type=kind("usage-capped")), Reason.APP),
        (refusing(403, title="SpendCapReached"), Reason.APP),
        (refusing(403, detail="You have hit your spending limit."), Reason.APP),
        (refusing(403, title="User Suspended", type=kind("user-suspended")), Reason.SUSPENDED),
        (refusing(403, detail="You are not permitted to perform this action."), Reason.OTHER),
        (refusing(403), Reason.OTHER),
        (answer(403, b"<html>forbidden</html>"), Reason.OTHER),
    ],
)
def test_these_are_refusals(prepared: bytes, reason: Reason) -> None:
    outcome = post(prepared)
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason


DUPLICATE = {
    "detail": "You are not allowed to create a Tweet with duplicate content.",
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
}


def test_a_duplicate_may_be_our_own_lost_attempt() -> None:
    assert post(answer(403, DUPLICATE)) == Unknown("duplicate")


@pytest.mark.parametrize(
    "prepared",
    [
        *(answer(status) for status in (500, 502, 503, 504, 404, 408, 409, 418, 302, 307, 204)),
        answer(500, {"type": kind("client-forbidden")}),
        answer(201, b"{"),
        answer(201, {"data": {"id": 1880000000000000000}}),
        answer(201, {"data": {"id": "nonsense"}}),
        answer(201, {"data": {"id": "１２３"}}),
        answer(201, {"data": {"id": "9" * 20}}),
        answer(201, {"data": {"id": "9" * 9000}}),
        answer(201, {"data": []}),
        answer(201, {"errors": []}),
        answer(201, {"data": {"id": ID}}, {"Content-Length": "9999"}),
        HANG,
        RESET,
        CLOSE,
    ],
)
def test_all_else_after_the_request_left_is_unknown(prepared: bytes) -> None:
    assert isinstance(post(prepared), Unknown)


@given(status=st.integers(200, 599), body=JSON)
def test_no_answer_is_beyond_the_table(status: int, body: object) -> None:
    outcome = classify(Reply(status, {}, json.dumps(body).encode()), DRAFT)
    assert isinstance(outcome, Refused | Postponed | Unknown)


def test_a_redirect_is_not_followed() -> None:
    async def scene() -> None:
        async with Loopback(**{"/": CREATED}) as elsewhere:
            moved = answer(307, headers={"Location": f"{elsewhere.url}/2/tweets"})
            async with Loopback(tweets=moved) as server, x(server.url) as network:
                assert isinstance(await network.publish(DRAFT, session(server.url, "old")), Unknown)
            assert elsewhere.requests == []

    asyncio.run(scene())


@pytest.mark.parametrize(
    "url",
    [
        f"http://127.0.0.1:{closed_port()}",
        f"https://127.0.0.1:{closed_port()}",
        "http://no-such-host.invalid",
    ],
)
def test_what_never_left_is_postponed(url: str) -> None:
    async def scene() -> Outcome:
        async with x(url) as network:
            return await network.publish(DRAFT, session(url, "old"))

    assert isinstance(asyncio.run(scene()), Postponed)


def test_a_rate_limit_is_waited_for() -> None:
    when = {"Date": formatdate(1_800_000_000, usegmt=True), "x-rate-limit-reset": "1800000300"}
    outcome = post(answer(429, {"title": "Too Many Requests"}, when))
    assert isinstance(outcome, Postponed)
    assert 300 <= outcome.seconds <= 302


def test_another_account_than_the_pinned_one_sends_nothing() -> None:
    async def scene() -> None:
        async with Loopback(tweets=CREATED) as server, x(server.url) as network:
            outcome = await network.publish(DRAFT, Session("78", server.url))
            assert outcome == Refused(Reason.WRONG_ACCOUNT, "78")
            assert server.requests == []

    asyncio.run(scene())
