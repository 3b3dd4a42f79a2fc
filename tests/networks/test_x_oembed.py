"""Whose a post on X is, asked of X: what every answer means, and that only X is asked."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest

from coalition.networks.x.oembed import look_at
from coalition.networks.x.sight import NotShown, Shown, Sight, Silent
from tests.networks.loopback import CLOSE, RESET, Loopback, answer, closed_port

ID = "1880000000000000000"
OURS = {"author_url": "https://x.com/ngo"}


def sight(*prepared: bytes) -> Sight:
    """What is made of these answers, in order."""

    async def scene() -> Sight:
        async with Loopback(**{"/oembed": list(prepared)}) as x:
            return await look_at("ngo", ID, host=x.url)

    return asyncio.run(scene())


@pytest.mark.parametrize("author", ["https://x.com/Ngo_1", "https://twitter.com/Ngo_1/"])
def test_the_author_is_whoever_x_names(author: str) -> None:
    assert sight(answer(200, {"author_url": author, "author_name": "NGO"})) == Shown("Ngo_1")


def test_it_asks_for_this_post_without_a_key_or_a_cookie() -> None:
    async def scene() -> Loopback:
        async with Loopback(**{"/oembed": answer(200, OURS)}) as x:
            await look_at("ngo", ID, host=x.url)
            return x

    [request] = asyncio.run(scene()).requests
    asked = parse_qs(urlsplit(request.path).query)
    assert asked == {"url": [f"https://x.com/ngo/status/{ID}"], "omit_script": ["1"]}
    assert not request.headers.keys() & {"authorization", "cookie", "referer"}


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_x_does_not_show_is_not_shown(status: int) -> None:
    assert sight(answer(status)) == NotShown()


@pytest.mark.parametrize("status", [301, 400, 401, 429, 500, 503])
def test_any_other_status_says_nothing(status: int) -> None:
    assert sight(answer(status)) == Silent(f"HTTP {status}")


@pytest.mark.parametrize(
    "body",
    [
        *({}, b"[]", b"<html>", {"author_url": None}, {"author_url": "https://x.com/"}),
        {"author_url": "https://x.com/a/b"},
        {"author_url": "https://[x"},
        {"author_url": "https://x.com/<b>"},
    ],
)
def test_an_answer_without_an_author_says_nothing(body: object) -> None:
    assert sight(answer(200, body)) == Silent("an answer without an author")


@pytest.mark.parametrize("bad", [RESET, CLOSE, answer(200, {**OURS, "html": "x" * 70_000})])
def test_an_answer_that_is_no_whole_one_says_nothing(bad: bytes) -> None:
    assert isinstance(sight(bad), Silent)


def test_nobody_there_says_nothing() -> None:
    nobody = f"http://127.0.0.1:{closed_port()}"
    assert isinstance(asyncio.run(look_at("ngo", ID, host=nobody)), Silent)


def test_one_step_on_is_followed_and_only_to_x() -> None:
    async def scene() -> tuple[Sight, Sight, int]:
        async with Loopback(**{"moved": answer(200, OURS), "/oembed": b""}) as x:
            on = {"Location": f"{x.url}/oembed?moved"}
            x.answers["/oembed"] = [answer(302, headers=on)]
            followed = await look_at("ngo", ID, host=x.url)
            async with Loopback(**{"/oembed": answer(200, OURS)}) as elsewhere:
                away = {"Location": f"{elsewhere.url}/oembed"}
                x.answers["/oembed"] = [answer(302, headers=away)]
                stopped = await look_at("ngo", ID, host=x.url)
                return followed, stopped, len(elsewhere.requests)

    assert asyncio.run(scene()) == (Shown("ngo"), Silent("HTTP 302"), 0)
