"""Importing the member list: what each row would do, and that applying does exactly that."""

from io import BytesIO

import pytest
from openpyxl import Workbook
from pytest_django import DjangoAssertNumQueries

from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.entries import tidy_domain
from coalition.members.importing import Fate, Plan, apply, plan
from coalition.members.models import Account, Organisation
from coalition.members.sheet import LARGEST, MOST_ROWS, Sheet, read
from coalition.refusals import Refusal
from tests.factories import NOW, account, coordinator, organisation

pytestmark = pytest.mark.django_db

THREE = """name,domain,language,contact_email,x_handles
De Denkbeeldige Waterput,waterput.example,nl,info@waterput.example,@waterput
Les Jardins Imaginaires,jardins.example,fr,info@jardins.example,jardins; jardins_be
"Moestuin, Maandag & co",moestuin.example,nl,,
"""


def dry(text: str) -> Plan:
    return plan(read(text.encode()).rows)


def fates(planned: Plan) -> list[Fate]:
    return [line.fate for line in planned.lines]


def do(text: str) -> Plan:
    rows = read(text.encode()).rows
    return apply(rows, agreed=plan(rows).digest, actor=coordinator(), now=NOW)


def workbook(*rows: list[object]) -> bytes:
    book, held = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(held)
    return held.getvalue()


def test_a_first_import_is_all_new_and_the_second_changes_nothing() -> None:
    assert fates(do(THREE)) == [Fate.NEW] * 3
    assert fates(dry(THREE)) == [Fate.UNCHANGED] * 3
    assert list(Organisation.objects.values_list("name", "domain", "language")) == [
        ("De Denkbeeldige Waterput", "waterput.example", "nl"),
        ("Les Jardins Imaginaires", "jardins.example", "fr"),
        ("Moestuin, Maandag & co", "moestuin.example", "nl"),
    ]
    handles = Account.objects.values_list("handle", flat=True)
    assert sorted(handles) == ["jardins", "jardins_be", "waterput"]


def test_an_import_writes_to_the_journal_and_sends_no_letter() -> None:
    do(THREE)
    assert Entry.objects.filter(verb="imported").count() == 3
    assert Letter.objects.count() == 0


def test_a_dry_run_changes_nothing() -> None:
    dry(THREE)
    assert Organisation.objects.count() == 0


def test_a_changed_field_is_shown_as_old_and_new() -> None:
    do(THREE)
    planned = dry(THREE.replace("info@waterput", "pers@waterput"))
    assert fates(planned) == [Fate.CHANGED, Fate.UNCHANGED, Fate.UNCHANGED]
    [change] = planned.lines[0].changes
    assert (change.field, change.old, change.new) == (
        "contact_email",
        "info@waterput.example",
        "pers@waterput.example",
    )
    do(THREE.replace("info@waterput", "pers@waterput"))
    assert Organisation.objects.get(name__contains="Waterput").contact_email.startswith("pers@")


def test_an_empty_cell_never_empties_a_field() -> None:
    organisation("Waterput", domain="waterput.example", contact_phone="+32 2 123 45 67")
    planned = dry("name;telefoon\nWaterput;\n")
    assert fates(planned) == [Fate.UNCHANGED]


def test_applying_what_was_not_agreed_is_refused_and_changes_nothing() -> None:
    rows = read(THREE.encode()).rows
    agreed = plan(rows).digest
    organisation("De Denkbeeldige Waterput", domain="waterput.example")
    with pytest.raises(Refusal, match="changed since you looked"):
        apply(rows, agreed=agreed, actor=coordinator(), now=NOW)
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    "header",
    [
        "name;legal_name;kind;membership;language;website;contact_email;contact_phone",
        "NAAM;Officiële naam;Soort;Lidmaatschap;Taal;Website;E-mail;Telefoon",
        "Nom;Raison sociale;Type;Membre;Langue;Site web;Courriel;Téléphone",
        " Name ;Rechtlicher Name;Art;Mitglied;Sprache;Webseite;E-Mail;Telefon",
    ],
)
def test_columns_are_known_in_four_languages(header: str) -> None:
    do(f"{header}\nA;A vzw;ngo;member;nl;https://www.A.example/over-ons;a@a.example;02 123 45 67\n")
    [found] = Organisation.objects.values(
        *("name", "legal_name", "kind", "domain", "contact_email", "contact_phone")
    )
    assert found == {
        "name": "A",
        "legal_name": "A vzw",
        "kind": "ngo",
        "domain": "a.example",
        "contact_email": "a@a.example",
        "contact_phone": "02 123 45 67",
    }


@pytest.mark.parametrize(
    "data",
    [
        b'\xef\xbb\xbfname,notes\r\n"Waterput, vzw",caf\xc3\xa9\r\n',
        'name;notes\n"Waterput, vzw";café\n'.encode(),
        "name\tnotes\r\nWaterput, vzw\tcafé".encode(),
        "name;notes\r\nWaterput, vzw;café\r\n".encode("utf-16"),
        b'\r\n\r\nname;notes\r\n"Waterput, vzw";caf\xc3\xa9\r\n;\r\n',
        workbook(["Name", "Notes"], ["Waterput, vzw", "café"], [], [None, None]),
    ],
)
def test_what_spreadsheets_write_is_read(data: bytes) -> None:
    sheet = read(data)
    assert [row.cells for row in sheet.rows] == [{"name": "Waterput, vzw", "notes": "café"}]
    assert not sheet.not_unicode


def test_a_file_that_is_not_unicode_is_read_as_western_european_and_said_to_be() -> None:
    sheet = read("name;notes\nL’Été;naïef\n".encode("cp1252"))
    assert sheet == Sheet(sheet.rows, (), not_unicode=True)
    assert sheet.rows[0].cells == {"name": "L’Été", "notes": "naïef"}


def test_a_row_keeps_the_number_that_the_spreadsheet_shows() -> None:
    assert [row.number for row in read(b"name\nA\n\nB\n").rows] == [2, 4]
    assert [row.number for row in read(workbook(["name"], ["A"], [], ["B"])).rows] == [2, 4]


def test_an_unknown_column_is_ignored_and_named() -> None:
    assert read(b"name,Lidgeld 2026\nA,100\n").ignored == ("Lidgeld 2026",)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"naam2;domein\nA;b.example\n", "No column is called “name”"),
        (b"", "No column is called “name”"),
        (b"name\n", "no rows below"),
        (b"name;naam\nA;B\n", "Two columns both mean “name”"),
        (b"\x89PNG\x00\x00", "neither CSV nor XLSX"),
        (b"PK\x03\x04 not really", "can't be opened"),
        (b"name\n" + b"A\n" * (MOST_ROWS + 1), "more than 5,000 rows"),
        (b"name\n" + b"A" * LARGEST, "larger than 2 MB"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        read(data)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("contact_email\nA;foo@", "Row 2, contact_email: “foo@” is not an e-mail address"),
        ("domain\nA;localhost", "Row 2, domain: “localhost” is not a domain"),
        ("website\nA;https://facebook.com/a", "Row 2, website: facebook.com belongs to everybody"),
        ("notes\nA;=1+1", "Row 2, notes: “=1+1” begins like a formula"),
        ("legal_name\nA;@SUM(A1)", "Row 2, legal_name: “@SUM(A1)” begins like a formula"),
        ("contact_phone\nA;+cmd|calc", "Row 2, contact_phone: “+cmd|calc” is not a phone"),
        ("language\nA;es", "Row 2, language: “es” is not known. Use one of: nl, fr, de, en"),
        ("kind\nA;club", "Row 2, kind: “club” is not known"),
        (
            "x_handles\nA;@too_long_for_any_name",
            "Row 2, x_handles: “@too_long_for_any_name” can't be a name on X",
        ),
        ("bluesky_handles\nA;waterput", "Row 2, bluesky_handles: “waterput” can't be a name"),
        (f"contact_name\nA;{'x' * 121}", "Row 2, contact_name: this is 121 characters long"),
        ("notes\n;lonely", "Row 2, name: the name is missing"),
    ],
)
def test_a_cell_that_can_not_be_used_is_named_by_row_column_and_remedy(
    cells: str, sentence: str
) -> None:
    [line] = dry(f"name;{cells}\n").lines
    assert line.fate is Fate.INVALID
    assert sentence in line.sentence


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("https://www.Waterput.example/nl/?a=b#c", "waterput.example"),
        ("WATERPUT.EXAMPLE.", "waterput.example"),
        ("http://user@waterput.example:8080/", "waterput.example"),
        ("café.example", "xn--caf-dma.example"),
        ("xn--caf-dma.example", "xn--caf-dma.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("127.0.0.1", ""),
        ("water put.example", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_domain_is_written_in_one_way(written: str, domain: str) -> None:
    assert tidy_domain(written) == domain


def test_doubles_in_the_file_point_to_the_first_row() -> None:
    planned = dry(
        "name;website\n"
        "Waterput;https://waterput.example\n"
        "WATERPUT ;\n"
        "De Put;www.WATERPUT.example.\n"
        "Ander;ander.example\n"
    )
    assert [(line.fate, line.sentence) for line in planned.lines] == [
        (Fate.NEW, ""),
        (Fate.DUPLICATE, "The same name as row 2. Keep one of the two."),
        (Fate.DUPLICATE, "The same domain as row 2. Keep one of the two."),
        (Fate.NEW, ""),
    ]


def test_a_known_domain_under_another_name_is_left_to_a_person() -> None:
    organisation("Waterput", domain="waterput.example")
    [line] = dry("name;domain\nDe Put;waterput.example\n").lines
    assert line.fate is Fate.DUPLICATE
    assert line.sentence.startswith("The domain waterput.example belongs to “Waterput” already.")


def test_near_namesakes_stay_apart() -> None:
    organisation("Koepel Voorbeeld", domain="koepelvoorbeeld.example", language="nl")
    planned = dry(
        "name;domain;language\n"
        "Koepel Voorbeeld-Sud;koepel-sud.example;fr\n"
        "Koepel Voorbeeld;koepel-andere.example;fr\n"
        "Koepel Voorbeeld;koepel-derde.example;nl\n"
    )
    assert fates(planned) == [Fate.NEW, Fate.NEW, Fate.DUPLICATE]


def test_a_domain_is_filled_in_where_none_was() -> None:
    organisation("Waterput", domain="")
    assert fates(do("name;domain\nwaterput;waterput.example\n")) == [Fate.CHANGED]
    assert Organisation.objects.get().domain == "waterput.example"


def test_an_account_belongs_to_one_organisation() -> None:
    account(organisation("Waterput"), handle="Waterput")
    planned = dry("name;x\nAnder;@waterput\nDerde;derde\nVierde;x.com/DERDE\n")
    assert fates(planned) == [Fate.INVALID, Fate.NEW, Fate.INVALID]
    assert "@waterput is already the account of “Waterput”" in planned.lines[0].sentence


def test_rows_that_can_not_be_used_are_left_out_and_the_others_go_in() -> None:
    assert fates(do("name;language\nA;nl\nB;xx\nC;fr\n")) == [Fate.NEW, Fate.INVALID, Fate.NEW]
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["A", "C"]


def test_what_can_not_be_seen_does_not_make_a_name_another_one() -> None:
    organisation("Waterput", domain="")
    assert fates(dry("name\nWater\u200bput\u202e\n")) == [Fate.UNCHANGED]


def test_a_thousand_rows_take_as_many_queries_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = read(("name\n" + "\n".join(f"Org {n}" for n in range(1000))).encode()).rows
    with django_assert_num_queries(2):
        plan(rows)
