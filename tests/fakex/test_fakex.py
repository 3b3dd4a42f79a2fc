"""Posting, looking, paying: what the fake X answers, and what it writes down."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.fakex.length import weighted_length
from tests.fakex.server import FakeUser, FakeX, Tokens

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def http(fake_x: FakeX) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fake_x.url, trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture
def oxfam(fake_x: FakeX) -> FakeUser:
    return fake_x.add_user("oxfam_be")


@pytest.fixture
def tokens(fake_x: FakeX, oxfam: FakeUser) -> Tokens:
    return fake_x.issue(oxfam)


def post(http: httpx.Client, tokens: Tokens, text: str) -> httpx.Response:
    return http.post("/2/tweets", json={"text": text}, headers=tokens.headers)


def texts(answer: httpx.Response) -> list[str]:
    return [each["text"] for each in answer.json().get("data", [])]


def test_a_post_is_answered_with_its_id_and_logged(
    fake_x: FakeX, http: httpx.Client, oxfam: FakeUser, tokens: Tokens
) -> None:
    before = time.time()
    headers = {**tokens.headers, "X-Client-Request-Id": "attempt 1"}
    answer = http.post("/2/tweets", json={"text": "We leave. ✊🏽"}, headers=headers)
    [effect] = fake_x.effects()

    assert answer.status_code == 201
    assert answer.json() == {
        "data": {"id": effect.id, "text": "We leave. ✊🏽", "edit_history_tweet_ids": [effect.id]}
    }
    assert (effect.user, effect.username) == (oxfam.id, "oxfam_be")
    assert effect.text == "We leave. ✊🏽"
    assert effect.text_sha256 == hashlib.sha256("We leave. ✊🏽".encode()).hexdigest()
    assert effect.client_request == "attempt 1"
    assert before <= effect.received_at <= effect.applied_at <= time.time()
    in_its_id = ((int(effect.id) >> 22) + 1_288_834_974_657) / 1000
    assert abs(in_its_id - effect.applied_at) < 0.01


def test_ids_grow_within_a_millisecond(fake_x: FakeX, http: httpx.Client, tokens: Tokens) -> None:
    for number in range(20):
        post(http, tokens, f"Post {number}")
    ids = [int(effect.id) for effect in fake_x.effects()]
    assert ids == sorted(set(ids))


def test_the_same_text_twice_is_refused_as_x_refuses_it(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens
) -> None:
    assert post(http, tokens, "We leave.").status_code == 201
    again = post(http, tokens, "We  leave.\n")
    assert again.status_code == 403
    assert again.json() == {
        "detail": "You are not allowed to create a Tweet with duplicate content.",
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
    }
    assert len(fake_x.effects()) == 1


def test_another_user_may_say_the_same(fake_x: FakeX, http: httpx.Client, tokens: Tokens) -> None:
    post(http, tokens, "We leave.")
    other = fake_x.issue(fake_x.add_user("broederlijk"))
    assert post(http, other, "We leave.").status_code == 201


def test_duplicates_pass_where_a_test_allows_them(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens
) -> None:
    fake_x.allow_duplicates()
    statuses = [post(http, tokens, "We leave.").status_code for _ in range(2)]
    assert statuses == [201, 201]
    assert len(fake_x.effects()) == 2


def test_a_suspended_user_can_neither_post_nor_be_seen(
    fake_x: FakeX, http: httpx.Client, oxfam: FakeUser, tokens: Tokens
) -> None:
    fake_x.suspend(oxfam)
    refused = post(http, tokens, "We leave.")
    assert refused.status_code == 403
    assert refused.json()["type"].rsplit("/", 1)[1] == "user-suspended"
    assert http.get("/2/users/me", headers=tokens.headers).status_code == 403
    timeline = http.get(f"/2/users/{oxfam.id}/tweets", headers=tokens.headers)
    assert timeline.json()["errors"][0]["resource_type"] == "user"
    fake_x.suspend(oxfam, suspended=False)
    assert post(http, tokens, "We leave.").status_code == 201


def test_credits_run_out(fake_x: FakeX, http: httpx.Client, tokens: Tokens) -> None:
    fake_x.set_balance(0.22)
    assert post(http, tokens, "Find us at ngo.bsky.social").status_code == 201
    assert fake_x.balance() == 0.02
    broke = post(http, tokens, "Find us at https://ngo.example/en")
    assert (broke.status_code, broke.json()["title"]) == (402, "CreditsDepleted")
    assert post(http, tokens, "No link, so cheap").status_code == 201
    assert fake_x.balance() == 0.005
    assert post(http, tokens, "Not even a cheap one").status_code == 402
    assert len(fake_x.effects()) == 2


def test_limits_are_told_and_enforced(fake_x: FakeX, http: httpx.Client, tokens: Tokens) -> None:
    fake_x.enforce_rate_limits()
    answers = [post(http, tokens, f"Post {number}") for number in range(101)]
    assert [each.status_code for each in answers] == [201] * 100 + [429]
    assert answers[0].headers["x-rate-limit-limit"] == "100"
    assert answers[0].headers["x-rate-limit-remaining"] == "99"
    assert answers[0].headers["x-app-limit-24hour-remaining"] == "9999"
    refused = answers[-1].headers
    assert refused["x-rate-limit-remaining"] == "0"
    assert 890 < int(refused["x-rate-limit-reset"]) - time.time() <= 900
    assert "retry-after" not in refused
    assert len(fake_x.effects()) == 100

    other = fake_x.issue(fake_x.add_user("broederlijk"))
    assert post(http, other, "Still my own window").status_code == 201
    fake_x.shift_clock(901)
    assert post(http, tokens, "A new window").status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"text": 7}',
        b'{"text": " "}',
        b'{"text": "\\ud800"}',
        json.dumps({"text": "x" * 281}).encode(),
        json.dumps({"text": "é" * 140 + "漢" * 71}).encode(),
        b'{"text": "x", "media": {"media_ids": ["1"]}}',
    ],
)
def test_an_invalid_post_is_refused(
    fake_x: FakeX, http: httpx.Client, tokens: Tokens, body: bytes
) -> None:
    refused = http.post("/2/tweets", content=body, headers=tokens.headers)
    assert refused.status_code == 400
    assert refused.json()["type"].endswith("/invalid-request")
    assert fake_x.effects() == []


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("naïef", 5),
        ("cafe\u0301", 4),
        ("漢字", 4),
        ("👨‍👩‍👧‍👦", 2),
        ("🇧🇪 ✊🏽 1️⃣", 8),
        ("“quotes” – dash…", 17),
        ("€ 11", 5),
        ("https://www.11.be/nl/a-very-long-path?with=a&query=too", 23),
        ("See ngo.bsky.social.", 4 + 23 + 1),
        ("@ngo.bsky.social", 16),
        ("mail info@ngo.be", 16),
        ("a.b.c 3.14 e.g. this", 20),
    ],
)
def test_length_is_weighted(text: str, length: int) -> None:
    assert weighted_length(text) == length


def test_the_timeline_is_ours_newest_first(
    fake_x: FakeX, http: httpx.Client, oxfam: FakeUser, tokens: Tokens
) -> None:
    for number in range(7):
        post(http, tokens, f"Post {number}")
    path, effects = f"/2/users/{oxfam.id}/tweets", fake_x.effects()

    first = http.get(path, params={"max_results": 5}, headers=tokens.headers)
    assert texts(first) == [f"Post {number}" for number in (6, 5, 4, 3, 2)]
    assert first.json()["meta"]["newest_id"] == effects[6].id
    follow = {"max_results": 5, "pagination_token": first.json()["meta"]["next_token"]}
    assert texts(http.get(path, params=follow, headers=tokens.headers)) == ["Post 1", "Post 0"]
    since = http.get(path, params={"since_id": effects[4].id}, headers=tokens.headers)
    assert texts(since) == ["Post 6", "Post 5"]
    soon = (datetime.now(UTC) + timedelta(seconds=5)).isoformat()
    nothing = http.get(path, params={"start_time": soon}, headers=tokens.headers)
    assert nothing.json() == {"meta": {"result_count": 0}}
    past = {"start_time": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()}
    assert len(texts(http.get(path, params=past, headers=tokens.headers))) == 7
    assert http.get(path, params={"max_results": 4}, headers=tokens.headers).status_code == 400


def test_links_come_back_shortened_and_signs_escaped(
    http: httpx.Client, oxfam: FakeUser, tokens: Tokens
) -> None:
    created = post(http, tokens, "R&D <now> https://a.be/?x=1&y=2 or ngo.bsky.social!")
    assert created.json()["data"]["text"].startswith("R&amp;D &lt;now&gt; https://t.co/")
    answer = http.get(
        f"/2/users/{oxfam.id}/tweets",
        params={"tweet.fields": "created_at,entities"},
        headers=tokens.headers,
    )
    [seen] = answer.json()["data"]
    urls = seen["entities"]["urls"]
    assert [each["expanded_url"] for each in urls] == [
        "https://a.be/?x=1&y=2",
        "http://ngo.bsky.social",
    ]
    assert [seen["text"][each["start"] : each["end"]] for each in urls] == [
        each["url"] for each in urls
    ]
    assert datetime.fromisoformat(seen["created_at"]).tzinfo == UTC


@pytest.mark.parametrize("way", ["multipart", "json"])
def test_a_picture_goes_along_with_its_alt_text(
    fake_x: FakeX, http: httpx.Client, oxfam: FakeUser, tokens: Tokens, way: str
) -> None:
    category = {"media_category": "tweet_image"}
    encoded = {"media": base64.b64encode(PNG).decode()}
    headers = tokens.headers
    uploaded = (
        http.post("/2/media/upload", files={"media": PNG}, data=category, headers=headers)
        if way == "multipart"
        else http.post("/2/media/upload", json=encoded | category, headers=headers)
    )
    media = uploaded.json()["data"]["id"]
    alt = {"id": media, "metadata": {"alt_text": {"text": "An open door"}}}
    assert http.post("/2/media/metadata", json=alt, headers=headers).status_code == 200
    body = {"text": "We leave.", "media": {"media_ids": [media]}}
    stranger = fake_x.issue(fake_x.add_user("stranger"))
    assert http.post("/2/tweets", json=body, headers=stranger.headers).status_code == 400
    assert http.post("/2/tweets", json=body, headers=headers).status_code == 201
    [effect] = fake_x.effects()
    digest = hashlib.sha256(PNG).hexdigest()
    assert effect.media == ({"id": media, "sha256": digest, "alt_text": "An open door"},)
    fake_x.shift_clock(24 * 3600 + 1)
    fresh = fake_x.issue(oxfam)
    late = http.post("/2/tweets", json=body | {"text": "A day later"}, headers=fresh.headers)
    assert late.status_code == 400
    assert post(http, fresh, "A day later").status_code == 201
