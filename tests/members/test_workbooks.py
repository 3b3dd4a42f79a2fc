"""Workbooks: what they claim of themselves, and what they hold."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from coalition.members.sheet import LARGEST, MOST_ROWS, read
from coalition.refusals import Refusal

pytestmark = pytest.mark.django_db


def workbook(*rows: list[object]) -> bytes:
    book, held = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(held)
    return held.getvalue()


def test_a_workbook_that_unzips_to_more_than_it_should_is_refused() -> None:
    held = BytesIO(workbook(["name"], ["A"]))
    with ZipFile(held, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * 50_000_000)
    assert len(held.getvalue()) < LARGEST
    with pytest.raises(Refusal, match="Unzipped, this file is too large"):
        read(held.getvalue())


def test_no_row_of_a_workbook_is_left_out_in_silence() -> None:
    names: list[list[object]] = [[f"Organisation {number}"] for number in range(MOST_ROWS)]
    assert len(read(workbook([], [], ["name"], *names)).rows) == MOST_ROWS
    with pytest.raises(Refusal, match="more than 5,000 rows"):
        read(workbook([], [], ["name"], *names, ["One more"]))


def test_a_workbook_that_claims_a_million_columns_is_read_by_what_it_holds() -> None:
    held = BytesIO()
    with ZipFile(BytesIO(workbook(["name"], ["A"]))) as good, ZipFile(held, "w") as forged:
        for part in good.infolist():
            text = good.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                text = text.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
                assert b"XFD1048576" in text
            forged.writestr(part, text)
    assert [row.cells for row in read(held.getvalue()).rows] == [{"name": "A"}]


def test_a_workbook_whose_next_row_is_a_trillion_rows_down_is_read_at_once() -> None:
    held = BytesIO()
    with ZipFile(BytesIO(workbook(["name"], ["A"], ["B"]))) as good, ZipFile(held, "w") as forged:
        for part in good.infolist():
            text = good.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                text = text.replace(b'<row r="3"', b'<row r="999999999999"')
                assert b"999999999999" in text
            forged.writestr(part, text)
    assert [row.cells for row in read(held.getvalue()).rows] == [{"name": "A"}]
