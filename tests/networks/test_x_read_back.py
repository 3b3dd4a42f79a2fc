"""Finding our post in the account's own timeline."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Absent, Published, Sighting, Unseen
from coalition.networks.wire import Limits, Reply
from coalition.networks.x.identity import first_id_at, post_time
from coalition.networks.x.network import X
from coalition.networks.x.read_back import _found
from coalition.networks.x.refresh import Client
from tests.networks.loopback import CLOSE, HANG, JSON, Loopback, answer

SINCE = datetime(2027, 1, 20, 11, 0, 0, tzinfo=UTC)
ID = str(first_id_at(SINCE + timedelta(seconds=1)))
TEXT = "Wij gaan & jij? “ë”\n\nZie ngo.be/nl of https://NGO.be/"
SHORT = {
    "urls": [
        {"url": "https://t.co/a1", "expanded_url": "http://ngo.be/nl"},
        {"url": "https://t.co/b2", "expanded_url": "https://ngo.be"},
    ]
}
OURS: dict[str, Any] = {
    "id": ID,
    "author_id": "77",
    "text": "Wij gaan &amp; jij? “e\u0308”\n\nZie https://t.co/a1 of https://t.co/b2",
    "entities": SHORT,
}


def seen(prepared: bytes, text: str = TEXT) -> tuple[Sighting, Loopback]:
    async def scene() -> tuple[Sighting, Loopback]:
        draft = Draft(post="1", account_id="77", handle="ngo", text=text)
        network = X(Client("id"), limits=Limits(connect=1, answer=0.3))
        async with Loopback(**{"/2/users/77/tweets": prepared}) as server, network:
            found = await network.read_back(draft, Session("77", server.url), SINCE)
            return found, server

    return asyncio.run(scene())


def timeline(*posts: dict[str, Any], **more: object) -> bytes:
    body: dict[str, object] = {"meta": {"result_count": len(posts), **more}}
    return answer(200, {**body, "data": posts} if posts else body)


def test_our_text_is_found_however_x_rewrote_it() -> None:
    found, server = seen(timeline({**OURS, "id": "1", "text": "iets anders"}, OURS))
    assert found == Published(ID, f"https://x.com/ngo/status/{ID}", post_time(ID))
    [request] = server.requests
    assert "start_time=2027-01-20T10:59:55Z" in request.path.replace("%3A", ":")


@pytest.mark.parametrize(
    "post",
    [
        {**OURS, "author_id": "78"},
        {**OURS, "text": OURS["text"] + "!"},
        {**OURS, "id": str(first_id_at(SINCE - timedelta(minutes=1)))},
        {**OURS, "entities": {"urls": [{"url": "https://t.co/a1", "expanded_url": "http://x.be"}]}},
        {**OURS, "id": "nonsense"},
        {},
    ],
)
def test_another_post_is_not_ours(post: dict[str, Any]) -> None:
    assert seen(timeline(post))[0] == Absent()


def test_a_long_post_is_compared_whole() -> None:
    whole = {"text": OURS["text"], "entities": SHORT}
    assert isinstance(
        seen(timeline({**OURS, "text": "Wij gaan…", "note_tweet": whole}))[0], Published
    )


def test_a_text_that_speaks_of_entities_is_found() -> None:
    post = {**OURS, "text": "Schrijf &amp;amp; voor &amp;", "entities": {}}
    assert isinstance(seen(timeline(post), "Schrijf &amp; voor &")[0], Published)


def test_an_empty_timeline_is_an_absence() -> None:
    assert seen(timeline())[0] == Absent()


@pytest.mark.parametrize(
    "prepared",
    [
        answer(200, {"errors": [{"title": "Forbidden"}]}),  # suspended: no data, and yet 200
        answer(200, {}),
        answer(200, {"meta": {}}),
        answer(200, b"{"),
        answer(200, {"data": []}),
        answer(200, {"data": "x", "meta": {}}),
        answer(401),
        answer(404),
        answer(429, headers={"Retry-After": "60"}),
        answer(503),
        timeline({}, next_token="more"),
        HANG,
        CLOSE,
    ],
)
def test_what_cannot_be_read_is_no_absence(prepared: bytes) -> None:
    assert isinstance(seen(prepared)[0], Unseen)


@given(body=JSON)
def test_no_timeline_breaks_the_reading(body: object) -> None:
    reply = Reply(200, {}, json.dumps(body).encode())
    draft = Draft(post="1", account_id="77", handle="ngo", text=TEXT)
    assert isinstance(_found(reply, draft, SINCE), Absent | Unseen)


def test_a_rate_limit_says_when_to_look_again() -> None:
    found, _ = seen(answer(429, headers={"Retry-After": "60"}))
    assert isinstance(found, Unseen)
    assert 60 <= found.seconds <= 62
