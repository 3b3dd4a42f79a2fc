"""The sheets: the same rows in each form, and no cell that calculates."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from tests import factories
from tests.web.progress import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def after_the_hour() -> Iterator[None]:
    with time_machine.travel(world.AFTER, tick=False):
        yield


def workbook(client: Client) -> list[list[str]]:
    answer = client.get("/nl/samen-weg/data.xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="samen-weg.xlsx"'
    sheet = load_workbook(BytesIO(answer.content)).active
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n", "inlineStr"}
    return [[cell.value or "" for cell in row] for row in sheet.rows]


def test_the_workbook_says_what_the_table_says(client: Client) -> None:
    world.public(world.campaign())
    table = client.get("/nl/samen-weg/data.csv").content.decode()
    assert workbook(client) == list(csv.reader(StringIO(table)))
    assert [row[0] for row in workbook(client)] == ["name", "Waterput", "Omroep", "Brug"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "=HYPERLINK(1)"])
def test_no_cell_of_the_workbook_is_a_formula(client: Client, name: str) -> None:
    factories.pledge(world.campaign(), factories.organisation(name))
    assert workbook(client)[1][0] == f"'{name}"


def test_evidence_in_a_sheet_is_an_address_of_the_web(client: Client) -> None:
    of = factories.pledge(world.campaign())
    factories.post(of, state="published", url="javascript:alert(1)")
    for path in ("data.csv", "data.json", "data.xlsx"):
        assert b"javascript" not in client.get(f"/nl/samen-weg/{path}").content
    assert workbook(client)[1][-1] == ""
