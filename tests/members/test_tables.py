"""Tables for spreadsheets: whole, and never a formula."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from coalition.members.sheet import read
from coalition.members.tables import Table, as_csv, as_xlsx, cell

NASTY = ["=1+1", "+32 2 555", "-x", "@sum", "\ttab", " =1", "plain", "ë, “quoted”\nline"]


def test_no_cell_of_csv_begins_like_a_formula() -> None:
    text = as_csv(Table("t", ["name"], [[cell] for cell in NASTY])).decode("utf-8-sig")
    lines = text.split("\r\n")
    assert lines[1:7] == ["'=1+1", "'+32 2 555", "'-x", "'@sum", "'\ttab", "' =1"]
    assert [cell(f"{sign}1") for sign in "=+-@\t\r\n"] == [f"'{sign}1" for sign in "=+-@\t\r\n"]


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    book = load_workbook(BytesIO(as_xlsx([Table("t", ["name"], [[cell] for cell in NASTY])])))
    kinds = {cell.data_type for row in book["t"].iter_rows() for cell in row}
    assert kinds == {"s"}


def test_what_no_sheet_can_hold_spoils_no_file() -> None:
    table = Table("t", ["notes"], [["before\x0bafter\x00"]])
    assert load_workbook(BytesIO(as_xlsx([table])))["t"]["A2"].value == "beforeafter"
    assert "\x0b" not in as_csv(table).decode("utf-8-sig")


@pytest.mark.parametrize("guarded", ["'+32 2 555", "'@waterput"])
def test_a_guarded_cell_is_read_as_it_was(guarded: str) -> None:
    data = f'name,contact_phone\nA,"{guarded}"'.encode()
    assert read(data).rows[0].cells["contact_phone"] == guarded.removeprefix("'")
