"""Lists made to hurt: each is refused in one sentence, or read as what it says, and at once."""

import struct
import time
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from coalition.members.importing import Fate, plan
from coalition.members.sheet import LARGEST, LARGEST_UNZIPPED, read
from coalition.refusals import Refusal

pytestmark = pytest.mark.django_db
SHEET = "xl/worksheets/sheet1.xml"
SECONDS, MEGABYTES = 20, 200  # on a machine that does other things too


def workbook(*rows: list[object]) -> bytes:
    book, held = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(held)
    return held.getvalue()


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """A good workbook whose only sheet was changed by hand."""
    held = BytesIO()
    with (
        ZipFile(BytesIO(workbook(["name"], ["A"]))) as good,
        ZipFile(held, "w", ZIP_DEFLATED) as bad,
    ):
        for part in good.infolist():
            text = good.read(part)
            bad.writestr(part.filename, change(text) if part.filename == SHEET else text)
    return held.getvalue()


def padded(text: bytes) -> bytes:
    return text.replace(b"</sheetData>", b" " * (LARGEST_UNZIPPED + 1) + b"</sheetData>")


def laughing(text: bytes) -> bytes:
    """A document type in which each word stands for ten of the next."""
    words = b"".join(
        b'<!ENTITY w%d "%s">' % (level, b"&w%d;" % (level + 1) * 10) for level in range(9)
    )
    kind = b"<!DOCTYPE worksheet [" + words + b'<!ENTITY w9 "ha">]>'
    assert b"<t>A</t>" in text
    return kind + text.replace(b"<t>A</t>", b"<t>&w0;</t>")


def outside(text: bytes) -> bytes:
    kind = b'<!DOCTYPE worksheet [<!ENTITY w SYSTEM "file:///etc/hostname">]>'
    return kind + text.replace(b"<t>A</t>", b"<t>&w;</t>")


def deep(text: bytes) -> bytes:
    return text.replace(b"<t>A</t>", b"<t>" * 100_000 + b"A" + b"</t>" * 100_000)


def wide(text: bytes) -> bytes:
    """One row of half a million cells, all that fits."""
    cells = b'<c t="n"><v>1</v></c>' * 500_000
    return text.replace(b"</row></sheetData>", cells + b"</row></sheetData>")


def lying() -> bytes:
    """What unzips to far more than its own list of contents says."""
    bad = bytearray(with_sheet(padded))
    at, changed = 0, 0
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = 0
        while (at := bad.find(mark, at)) != -1:
            (size,) = struct.unpack_from("<L", bad, at + place)
            if size > LARGEST_UNZIPPED:
                struct.pack_into("<L", bad, at + place, 900)
                changed += 1
            at += 4
    assert changed
    return bytes(bad)


BOMBS: dict[str, Callable[[], bytes]] = {
    "a sheet of nothing": lambda: with_sheet(padded),
    "words that stand for words": lambda: with_sheet(laughing),
    "a file of this machine": lambda: with_sheet(outside),
    "a hundred thousand levels": lambda: with_sheet(deep),
    "half a million columns": lambda: with_sheet(wide),
    "more than 2 MB": lambda: b"name\n" + b"x" * LARGEST,
    "one cell of 2 MB": lambda: b'name\n"' + b"x" * (LARGEST - 100),
    "a million columns": lambda: b"a," * (LARGEST // 2 - 10),
    "a million rows": lambda: b"name\n" + b"x\n" * (LARGEST // 2 - 10),
    "a zip in a zip": lambda: zipped(zipped(b"\0" * 10_000_000)),
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(1000),
}


def zipped(content: bytes) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        archive.writestr("list.csv", content)
    return held.getvalue()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_one_sentence_and_at_once(name: str) -> None:
    data = BOMBS[name]()
    tracemalloc.start()
    began = time.monotonic()
    try:
        with pytest.raises(Refusal):
            read(data)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert time.monotonic() - began < SECONDS
    assert peak < MEGABYTES << 20


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    data = lying()
    assert len(data) < LARGEST
    with pytest.raises(Refusal):
        read(data)


def test_a_formula_is_never_calculated() -> None:
    """What stands in a cell as a text stays a text; a formula's own result is all that counts."""
    sheet = read(
        workbook(["name", "notes"], ["A", "=1+1"], ["B", '=HYPERLINK("https://x.example")'])
    )
    assert [row.cells for row in sheet.rows] == [{"name": "A"}, {"name": "B"}]
    typed = read(b"name,notes\nA,=1+1\nB,@SUM(A1)\n")
    assert [row.cells["notes"] for row in typed.rows] == ["=1+1", "@SUM(A1)"]


@pytest.mark.parametrize("column", ["name", "notes", "contact_email", "x_handles"])
def test_a_cell_that_is_far_too_long_is_its_rows_mistake_alone(column: str) -> None:
    long = "x" * 100_000 + ("@example.org" if column == "contact_email" else "")
    other = "" if column == "name" else f",{column}"
    row = long if column == "name" else f"Long,{long}"
    planned = plan(read(f"name{other}\n{row}\nShort\n".encode()).rows)
    assert [line.fate for line in planned.lines] == [Fate.INVALID, Fate.NEW]
