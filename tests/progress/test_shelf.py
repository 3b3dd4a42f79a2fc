import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coalition.progress.shelf import KEPT, Answer, Shelf, Written

NOON = datetime(2027, 1, 20, 11, 0, tzinfo=UTC)
PAGE = b"<p>ten of sixty</p>" * 40


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def put(shelf: Shelf, at: datetime, **bodies: bytes) -> Written:
    answers = [
        Answer(f"nl/{name}.html", body, {"Content-Type": "text/html"}, f"/nl/{name}.html")
        for name, body in bodies.items()
    ]
    return shelf.write(answers, {answer.file for answer in answers}, at)


def served(tmp_path: Path, name: str) -> bytes:
    return (tmp_path / "now" / "www" / "nl" / f"{name}.html").read_bytes()


def test_a_page_lies_there_whole_and_compressed(shelf: Shelf, tmp_path: Path) -> None:
    assert put(shelf, NOON, a=PAGE) == Written(1, 0)
    assert served(tmp_path, "a") == PAGE
    packed = tmp_path / "now" / "www" / "nl" / "a.html.gz"
    assert gzip.decompress(packed.read_bytes()) == PAGE
    assert packed.stat().st_mode & 0o777 == 0o644


def test_what_is_small_is_not_compressed(shelf: Shelf, tmp_path: Path) -> None:
    put(shelf, NOON, a=PAGE)
    put(shelf, NOON, a=b"short")
    assert [path.name for path in (tmp_path / "now/www/nl").iterdir()] == ["a.html"]


def test_what_did_not_change_is_left_alone(shelf: Shelf, tmp_path: Path) -> None:
    put(shelf, NOON, a=PAGE, b=PAGE)
    before = (tmp_path / "now/www/nl/a.html").stat()
    assert put(shelf, NOON + timedelta(seconds=5), a=PAGE, b=PAGE + b"!") == Written(1, 0)
    assert (tmp_path / "now/www/nl/a.html").stat().st_ino == before.st_ino
    assert put(shelf, NOON + timedelta(seconds=6), a=PAGE, b=PAGE + b"!") == Written(0, 0)


def test_two_contents_never_share_a_second(shelf: Shelf, tmp_path: Path) -> None:
    times = set()
    for number in range(5):  # within one second, by a clock that even goes back
        put(shelf, NOON - timedelta(milliseconds=number), a=b"%d" % number)
        times.add((tmp_path / "now/www/nl/a.html").stat().st_mtime)
    assert len(times) == 5


def test_what_is_not_public_any_more_vanishes_with_its_folder(shelf: Shelf, tmp_path: Path) -> None:
    put(shelf, NOON, a=PAGE)
    assert shelf.write([], set(), NOON) == Written(0, 1)
    assert list((tmp_path / "live" / "www").iterdir()) == []


def test_what_could_not_be_made_this_time_stays(shelf: Shelf, tmp_path: Path) -> None:
    put(shelf, NOON, a=PAGE)
    assert shelf.write([], {"nl/a.html"}, NOON) == Written(0, 0)
    assert served(tmp_path, "a") == PAGE


def test_an_older_one_can_be_pinned_while_newer_ones_are_written(
    shelf: Shelf, tmp_path: Path
) -> None:
    put(shelf, NOON, a=b"right")
    put(shelf, NOON + timedelta(minutes=2), a=b"wrong")
    (name,) = shelf.kept()
    assert shelf.pin(name)
    assert (served(tmp_path, "a"), shelf.pinned()) == (b"right", name)
    put(shelf, NOON + timedelta(minutes=4), a=b"right again")
    assert served(tmp_path, "a") == b"right"
    assert shelf.pin(None)
    assert (served(tmp_path, "a"), shelf.pinned()) == (b"right again", None)


def test_one_that_is_not_there_cannot_be_pinned(shelf: Shelf, tmp_path: Path) -> None:
    put(shelf, NOON, a=b"right")
    assert not shelf.pin("../../etc")
    assert served(tmp_path, "a") == b"right"


def test_a_few_older_ones_are_kept_and_the_pinned_one_always(shelf: Shelf) -> None:
    put(shelf, NOON, a=b"0")
    put(shelf, NOON + timedelta(minutes=1), a=b"1")
    (pinned,) = shelf.kept()
    shelf.pin(pinned)
    for number in range(2, KEPT + 5):
        put(shelf, NOON + timedelta(minutes=number), a=b"%d" % number)
        put(shelf, NOON + timedelta(minutes=number, seconds=30), a=b"%d!" % number)
    assert len(shelf.kept()) == KEPT + 1
    assert shelf.kept()[-1] == pinned


def test_one_process_at_a_time_writes(shelf: Shelf, tmp_path: Path) -> None:
    with shelf.alone() as first, Shelf(tmp_path).alone() as second:
        assert (first, second) == (True, False)
    with shelf.alone() as again:
        assert again
