"""Tables for spreadsheets: CSV of one, XLSX of several. No cell is ever a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet would calculate instead of show."""
# what XML may not hold, and no sheet takes: a name with one would spoil the whole file
_UNWRITABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, its heads, its rows."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[object]]


def cell(value: object) -> str:
    """One cell that no spreadsheet takes for a formula; hours in UTC, ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = writable(str(value))
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def writable(text: str) -> str:
    """The text without the signs that no file for other programs can hold."""
    return _UNWRITABLE.sub("", text)


def as_csv(table: Table) -> bytes:
    """UTF-8 with a mark at its head, as every spreadsheet reads it."""
    return as_text(table).encode("utf-8-sig")


def as_text(table: Table) -> str:
    """Comma-separated lines, safe to open in a spreadsheet."""
    out = StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(table.heads)
    lines.writerows([cell(value) for value in row] for row in table.rows)
    return out.getvalue()


def as_xlsx(tables: Iterable[Table]) -> bytes:
    """One workbook, a sheet each, every cell plain text."""
    import tablib

    book = tablib.Databook()
    for table in tables:
        sheet = tablib.Dataset(headers=list(table.heads), title=table.name[:31])
        for row in table.rows:
            sheet.append([cell(value) for value in row])
        book.add_sheet(sheet)
    workbook: bytes = book.export("xlsx")
    return workbook
