import gzip
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coalition.progress.served import Snapshots
from coalition.progress.shelf import Answer, Shelf

NOON = datetime(2027, 1, 20, 11, 0, tzinfo=UTC)
PAGE = b"<p>ten of sixty</p>" * 40
TYPE = {"Content-Type": "text/html; charset=utf-8"}


class Behind:
    """The application behind: says what it is told to."""

    status = "200 OK"

    def __call__(
        self, _environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        start_response(self.status, [("Content-Type", "text/plain")])
        return [b"from behind"]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    write(shelf, NOON, PAGE)
    return shelf


def write(shelf: Shelf, at: datetime, body: bytes) -> None:
    answers = [
        Answer("nl/a/index.html", body, TYPE, "/nl/a/"),
        Answer("nl/a/whole.html", b"whole", TYPE),
        Answer("nl/a/data.json", b"{}", {"Content-Type": "application/json"}, "/nl/a/data.json"),
    ]
    shelf.write(answers, {answer.file for answer in answers}, at)


def ask(
    application: Snapshots, path: str = "/nl/a/", method: str = "GET", query: str = "", **more: str
) -> tuple[str, dict[str, str], bytes]:
    said: list[tuple[str, list[tuple[str, str]]]] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    asked = {f"HTTP_{name.upper()}": value for name, value in more.items()}
    body = application({**environ, **asked}, lambda *words: said.append((words[0], words[1])))
    status, headers = said[-1]
    assert len(said) == 1
    return status, dict(headers), b"".join(body)


@pytest.fixture
def ahead(shelf: Shelf, tmp_path: Path) -> Snapshots:
    del shelf
    return Snapshots(Behind(), tmp_path, ahead=True, https=False)


def test_the_page_comes_from_the_folder(ahead: Snapshots) -> None:
    status, headers, body = ask(ahead)
    assert (status, body, headers["Content-Type"]) == ("200 OK", PAGE, TYPE["Content-Type"])
    assert headers["Content-Length"] == str(len(PAGE))


def test_it_is_compressed_for_who_takes_that(ahead: Snapshots) -> None:
    _, headers, body = ask(ahead, accept_encoding="br, gzip")
    assert gzip.decompress(body) == PAGE
    assert (headers["Content-Encoding"], headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert "Content-Encoding" not in ask(ahead, accept_encoding="gzip;q=0, br")[1]
    assert headers["ETag"] != ask(ahead)[1]["ETag"]


@pytest.mark.parametrize("sent", ["{}", "W/{}", '"else", {}', "*"])
def test_who_has_it_gets_nothing_again(ahead: Snapshots, sent: str) -> None:
    tag = ask(ahead)[1]["ETag"]
    status, headers, body = ask(ahead, if_none_match=sent.format(tag))
    assert (status, headers["ETag"], body) == ("304 Not Modified", tag, b"")
    assert "Content-Length" not in headers


def test_a_tag_weighs_more_than_a_date(ahead: Snapshots) -> None:
    modified = ask(ahead)[1]["Last-Modified"]
    assert ask(ahead, if_modified_since=modified)[0] == "304 Not Modified"
    asked = {"if_modified_since": modified, "if_none_match": '"else"'}
    assert ask(ahead, **asked)[0] == "200 OK"


def test_head_gets_the_same_without_a_body(ahead: Snapshots) -> None:
    assert ask(ahead, method="HEAD") == (*ask(ahead)[:2], b"")


@pytest.mark.parametrize(
    "asked",
    [{"query": "kind=ngo"}, {"method": "POST"}, {"path": "/nl/b/"}, {"path": "/nl/a/whole.html"}],
)
def test_everything_else_is_asked_behind(ahead: Snapshots, asked: dict[str, str]) -> None:
    assert ask(ahead, **asked)[2] == b"from behind"


def test_a_new_writing_and_a_pin_show_at_once(ahead: Snapshots, shelf: Shelf) -> None:
    first = ask(ahead)
    write(shelf, NOON + timedelta(minutes=2), b"eleven of sixty")
    assert ask(ahead)[2] == b"eleven of sixty"
    shelf.pin(shelf.kept()[0])
    assert ask(ahead) == first
    shelf.pin(None)
    assert ask(ahead)[2] == b"eleven of sixty"


def test_nothing_written_means_ask_behind(tmp_path: Path) -> None:
    assert ask(Snapshots(Behind(), tmp_path, ahead=True, https=False))[2] == b"from behind"


def test_over_http_the_way_to_https_comes_first(shelf: Shelf, tmp_path: Path) -> None:
    del shelf
    guarded = Snapshots(Behind(), tmp_path, ahead=True, https=True)
    assert ask(guarded)[2] == b"from behind"
    assert ask(guarded, x_forwarded_proto="https")[2] == PAGE


@pytest.mark.parametrize(
    ("path", "query", "body"),
    [
        ("/nl/a/", "kind=ngo", b"whole"),
        ("/nl/a/", "", b"whole"),
        ("/nl/a/data.json", "", b"{}"),
        ("/nl/b/", "", b"from behind"),
    ],
)
def test_behind_nginx_it_stands_in_where_django_fails(
    shelf: Shelf, tmp_path: Path, path: str, query: str, body: bytes
) -> None:
    del shelf
    behind = Behind()
    application = Snapshots(behind, tmp_path, ahead=False, https=True)
    assert ask(application, path, query=query)[2] == b"from behind"
    behind.status = "500 Internal Server Error"
    status, _, said = ask(application, path, query=query)
    assert (status[:3], said) == ("500" if body == b"from behind" else "200", body)
    assert ask(application, path, "POST")[0] == behind.status
