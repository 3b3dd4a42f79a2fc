"""From an uploaded file to rows of plain text, whatever a spreadsheet made of it: CSV or XLSX."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from itertools import islice
from typing import Any, Final
from zipfile import ZipFile

from django.utils.translation import gettext_lazy as _

from coalition.refusals import Refusal

LARGEST: Final = 2 * 1024 * 1024
LARGEST_UNZIPPED: Final = 24 * 1024 * 1024
MOST_ROWS: Final = 5000
MOST_COLUMNS: Final = 60
BLANK_ROWS_ABOVE: Final = 20
CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
"""openpyxl makes an object of each, of a whole row before it looks at the next."""

HEADERS: Final[dict[str, str]] = {
    "name": "naam nom organisatie organisation organization vereniging verein association",
    "legal_name": "officiële naam|statutaire naam|juridische naam|nom légal|nom officiel"
    "|dénomination sociale|raison sociale|rechtlicher name|offizieller name|eingetragener name",
    "kind": "type soort art genre catégorie categorie",
    "membership": "lidmaatschap lid affiliation membre adhésion mitgliedschaft mitglied member",
    "language": "taal langue sprache",
    "domain": "domein domaine domeinnaam domänenname",
    "website": "web site|site web|site internet|webseite|webpagina|url|site",
    "contact_name": "contact|contactpersoon|naam contact|personne de contact|nom du contact"
    "|ansprechpartner|ansprechpartnerin|kontaktperson|kontakt",
    "contact_email": "email|e mail|mail|e mailadres|emailadres|courriel|adresse e mail"
    "|e mail adresse|contact e mail",
    "contact_phone": "phone telephone telefoon tel gsm mobile téléphone telefon portable handy",
    "x_handles": "x handle|x|twitter|x account|x accounts|compte x|comptes x|x konto|x konten",
    "bluesky_handles": "bluesky handle|bluesky|bluesky account|bluesky accounts|compte bluesky"
    "|comptes bluesky|bluesky konto|bluesky konten",
    "notes": "note nota notities opmerkingen remarques notizen bemerkungen anmerkungen",
}
"""What people call the columns in nl, fr, de and en, beside our own names."""
NO_NAME: Final = _(
    "No column is called “name”. The first row names the columns, and one is the name."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file, by our names of the columns."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was in the file. `not_unicode`: its letters were guessed, and a person should look."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...] = field(default_factory=tuple)
    not_unicode: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """The file as it stands: the names of its columns, and each row with its number."""

    header: tuple[str, ...]
    lines: tuple[tuple[int, tuple[str, ...]], ...]
    not_unicode: bool = False


def read(data: bytes) -> Sheet:
    """The rows of an uploaded file; refuses in one sentence what can't be a list of members."""
    grid = grid_of(data)
    return sheet_of(grid, guessed(grid.header))


def grid_of(data: bytes) -> Grid:
    """What stands in the file, whatever its columns are called; refuses what is no table."""
    if len(data) > LARGEST:
        raise Refusal(_("The file is larger than 2 MB. Leave out what isn't needed, or split it."))
    if data.startswith(b"PK\x03\x04"):
        lines, not_unicode = _lines_of_workbook(data), False
    else:
        text, not_unicode = _decoded(data)
        lines = _lines_of_text(text)
    numbered = enumerate(lines, start=1)
    above = islice(numbered, BLANK_ROWS_ABOVE + 1)
    first, header = next(((at, line) for at, line in above if any(line)), (1, ()))
    if not any(header):
        raise Refusal(NO_NAME)
    rows = []
    for number, line in numbered:
        if number - first > MOST_ROWS:
            raise Refusal(_("The file has more than 5,000 rows. Split it into smaller files."))
        if any(line):
            rows.append((number, tuple(line)))
    if not rows:
        raise Refusal(_("There are no rows below the names of the columns. Add the organisations."))
    return Grid(tuple(header), tuple(rows), not_unicode)


def guessed(header: Sequence[str], meant: Mapping[str, str] | None = None) -> dict[int, str]:
    """Which column each heading means: as somebody once said (`meant`, by `plain`), or by name."""
    meant = meant or {}
    found = (
        (at, meant.get(plain(one), KNOWN.get(plain(one), ""))) for at, one in enumerate(header)
    )
    return {at: column for at, column in found if column}


def sheet_of(grid: Grid, columns: Mapping[int, str]) -> Sheet:
    """The rows by our names of the columns; refuses columns that mean the same, or no name."""
    for column, times in Counter(columns.values()).items():
        if times > 1:
            raise Refusal(
                _("Two columns both mean “%(column)s”. Remove one of them, or rename it.")
                % {"column": column}
            )
    if "name" not in columns.values():
        raise Refusal(NO_NAME)
    cells_of = (
        (number, {c: line[at] for at, c in columns.items() if at < len(line) and line[at]})
        for number, line in grid.lines
    )
    rows = tuple(Row(number, cells) for number, cells in cells_of if cells)
    if not rows:
        raise Refusal(_("There are no rows below the names of the columns. Add the organisations."))
    ignored = (one for at, one in enumerate(grid.header) if one and at not in columns)
    return Sheet(rows, tuple(ignored), grid.not_unicode)


def plain(heading: str) -> str:
    """A heading without what people write differently: case, accents, signs."""
    bare = unicodedata.normalize("NFKD", heading.casefold())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", bare).strip()


def _known() -> Iterator[tuple[str, str]]:
    for column, others in HEADERS.items():
        yield plain(column), column
        for other in others.split("|" if "|" in others else " "):
            yield plain(other), column


KNOWN: Final = dict(_known())


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text, and whether its letters had to be guessed."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), False
    try:
        return data.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), True


def _lines_of_text(text: str) -> Iterator[Sequence[str]]:
    if "\0" in text:
        raise Refusal(
            _("This is neither CSV nor XLSX. Save the list as one of them and try again.")
        )
    first = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        for line in reader:
            yield [tidy(cell) for cell in line[:MOST_COLUMNS]]
    except csv.Error as error:
        raise Refusal(
            _("Row %(row)s can't be read as CSV. Look for a quote that isn't closed.")
            % {"row": reader.line_num}
        ) from error


def _lines_of_workbook(data: bytes) -> Iterator[Sequence[str]]:
    """The first sheet. openpyxl itself, as tablib would believe the size that a sheet claims."""
    from openpyxl import load_workbook

    try:
        _refuse_bomb(data)
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        last = BLANK_ROWS_ABOVE + 1 + MOST_ROWS + 1  # one more than may be, so that it is refused
        cells = sheet.iter_rows(max_row=last, max_col=MOST_COLUMNS, values_only=True)
        yield from _written(cells)
    except Refusal:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it raise
        raise Refusal(
            _("This workbook can't be opened. Save it again as XLSX or CSV, then try once more.")
        ) from error


def _refuse_bomb(data: bytes) -> None:
    with ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        large = sum(part.file_size for part in parts) > LARGEST_UNZIPPED
        sheets = [part for part in parts if not large and "/worksheets/" in part.filename]
        cells = (sum(1 for _cell in CELL.finditer(archive.read(part))) for part in sheets)
        large = large or sum(cells) > MOST_ROWS * MOST_COLUMNS
    if large:
        raise Refusal(_("Unzipped, this file is too large. Save only the list and try again."))


def _written(rows: Iterable[Sequence[Any]]) -> Iterator[list[str]]:
    waiting = 0
    for row in rows:
        line = [_as_text(cell) for cell in row]
        if not any(line):  # a sheet goes on for a million empty rows
            waiting += 1
            continue
        yield from ([] for _empty in range(waiting))
        waiting = 0
        yield line


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return tidy(str(cell))


def tidy(cell: str) -> str:
    """A cell without what can't be seen; line ends stay only inside it."""
    shown = unicodedata.normalize("NFC", cell).replace("\r\n", "\n").replace("\r", "\n")
    seen = "".join(
        letter
        for letter in shown.replace("\N{NO-BREAK SPACE}", " ")
        if letter in "\n\t" or unicodedata.category(letter) not in {"Cf", "Cc"}
    ).strip(" \n")
    return re.sub(r"^'(?=[=+\-@])", "", seen)  # as a table of ours guards a cell
