"""docs/api.md, asked and compared; “…” stands for whatever a deployment makes of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from coalition.web.progress.api.document import document
from tests.web.progress import world

DOCUMENT = (Path(__file__).parents[4] / "docs" / "api.md").read_text("utf-8")
EXAMPLES: list[tuple[str, str]] = re.findall(
    r"^`GET (\S+)`\n\n```json\n(.*?)```", DOCUMENT, re.DOTALL | re.MULTILINE
)


@pytest.fixture(autouse=True)
def after_the_hour() -> Iterator[None]:
    with time_machine.travel(world.AFTER, tick=False):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "expected"), EXAMPLES, ids=[path for path, _ in EXAMPLES])
def test_an_example_is_answered_as_it_is_written(
    client: Client, address: str, expected: str
) -> None:
    world.public(world.campaign())
    assert same(client.get(address).json(), json.loads(expected))


def test_no_example_was_overlooked() -> None:
    assert len(EXAMPLES) == DOCUMENT.count("```json") == 6


@pytest.mark.django_db
def test_every_address_that_is_named_is_there(client: Client) -> None:
    world.public(world.campaign())
    for address in re.findall(r"`EXIT(/[^`…]+)`", DOCUMENT):
        assert client.get(address).status_code == 200, address


@pytest.mark.django_db
def test_the_page_of_the_api_names_every_operation_and_field(client: Client) -> None:
    body = client.get("/api/v1/docs").content.decode()
    for path, operations in document()["paths"].items():
        assert f"GET {path}" in body
        assert operations["get"]["summary"] in body
    for name, schema in document()["components"]["schemas"].items():
        assert f'id="{name}"' in body
        for field in schema.get("properties", {}):
            assert f"<code>{field}</code>" in body
    assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!testserver)', body)
    assert " style=" not in body
    assert "<script>" not in body


def same(found: object, expected: object) -> bool:
    if expected == "…":
        return isinstance(found, str) and bool(found)
    if isinstance(expected, dict) and isinstance(found, dict):
        return found.keys() == expected.keys() and all(
            same(found[key], expected[key]) for key in expected
        )
    if isinstance(expected, list) and isinstance(found, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return found == expected
