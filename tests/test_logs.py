"""Logs: JSON that a machine reads, one number a request, and no secret."""

import json
import logging
import logging.config
from collections.abc import Iterator
from io import StringIO

import pytest
from django.http import HttpRequest, HttpResponse

from coalition import logs


@pytest.fixture
def out() -> Iterator[StringIO]:
    """A logger of its own, configured as the site's."""
    form = logs.logging("INFO", "json")["formatters"]["json"]
    formatter = form.pop("()")(**form)
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield stream
    logger.removeHandler(handler)


def written(stream: StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_an_object(out: StringIO) -> None:
    logging.getLogger("tests.logs").warning("the queue is %s", "away")
    (line,) = written(out)
    assert (line["event"], line["level"], line["logger"]) == (
        "the queue is away",
        "warning",
        "tests.logs",
    )
    assert line["timestamp"].endswith("Z")


def test_what_is_logged_for_one_request_has_one_number(out: StringIO) -> None:
    logger = logging.getLogger("tests.logs")

    def answer(_request: HttpRequest) -> HttpResponse:
        logger.info("one")
        logger.info("two")
        return HttpResponse()

    logs.numbered(answer)(HttpRequest())
    logger.info("three")
    one, two, three = written(out)
    assert one["request"] == two["request"]
    assert len(one["request"]) == 16
    assert "request" not in three


@pytest.mark.parametrize(
    "words",
    [
        "answered 401 to Bearer abc123secret",
        "DPoP abc123secret",
        '{"accessJwt": "abc123secret", "x": 1}',
        "refresh_token=abc123secret&x=1",
        "password: abc123secret",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(words: str, out: StringIO) -> None:
    logging.getLogger("tests.logs").error(words)
    try:
        int(words)
    except ValueError:
        logging.getLogger("tests.logs").exception("failed")
    assert "abc123secret" not in out.getvalue()
    assert "…" in json.dumps(written(out), ensure_ascii=False)
