"""Whatever people write stays text in every answer, and whoever asks how moves no address."""

import csv
import json
from html.parser import HTMLParser
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from django.apps import apps
from django.db.models import CharField, TextField

from coalition.members.tables import FORMULA
from tests.web import doors
from tests.web.doors import DOORS
from tests.web.town import Town, ask

pytestmark = pytest.mark.django_db
NASTY = "=</title></textarea></script><kanarie>'\" onkanarie=1 x=\"<kanarie b='"
FORMED = {  # columns whose form the code itself gives
    *("slug", "state", "network", "language", "kind", "key", "host", "network_id", "time_zone"),
    *("record", "record_key", "verb", "worker", "outcome", "occasion", "subject", "to", "page"),
    *(
        "handle",
        "domain",
        "target",
        "email",
        "contact_email",
        "what",
        "colour",
        "trouble",
        "fingerprint",
    ),
    *("placed", "worded", "proof_page", "key_id", "network_post_id", "username", "password"),
}
FILES = ("application/zip", "application/vnd", "image/png", "text/css", "text/javascript")


def deface() -> int:
    """Write it into every column that takes anybody's words; how many columns those are."""
    columns = 0
    for model in apps.get_app_config("coalition").get_models():
        for field in model._meta.concrete_fields:
            text = isinstance(field, CharField | TextField) and type(field) in {
                CharField,
                TextField,
            }
            free = text and not field.choices and not field.unique and field.name not in FORMED
            if not free or (field.max_length or 1000) < len(NASTY) or "sha256" in field.name:
                continue
            if model.__name__ in {"Entry", "Attempt", "Post"} and field.name != "text":
                continue  # the database refuses
            if model.__name__ == "Letter" and field.name == "link":
                continue  # where it leads, as the code writes it
            model._default_manager.update(**{field.name: NASTY})
            columns += 1
    return columns


class Seen(HTMLParser):
    """Elements and attributes that nobody of the house wrote."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [tag, *(name for name, _value in attrs)]
        self.found += [name for name in names if "kanarie" in name]


def broken(kind: str, body: bytes) -> list[str]:
    if kind.startswith(FILES):
        return []
    text = body.decode("utf-8-sig")
    match kind.partition(";")[0]:
        case "text/html":
            return Seen(text).found
        case "application/json" | "application/problem+json":
            json.loads(text)
        case "application/atom+xml" | "image/svg+xml":
            tree = ET.fromstring(text)  # noqa: S314 — our own answer
            return [one.tag for one in tree.iter() if "kanarie" in one.tag]
        case "text/csv":
            cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
            return [cell for cell in cells if cell.startswith(FORMULA)]
        case "text/calendar":
            return [line for line in text.split("\r\n") if line.startswith("kanarie")]
        case other if "kanarie" in text and other != "text/plain":
            return [other]
    return []


def test_no_word_of_anybody_becomes_markup_anywhere() -> None:
    town = Town()
    assert deface() > 25
    asked, wrong = set(), []
    for name in sorted(doors.names()):
        for role in (doors.NOBODY, doors.OWNER, doors.COORDINATOR):
            address = town.address(name, town.ours)
            answer = ask(town.browsers[role], "GET", address)
            assert answer.status_code < 500, address
            kind = answer.get("Content-Type", "")
            found = broken(kind, answer.getvalue())
            wrong += [f"{address} ({role}): {one}" for one in found]
            if b"kanarie" in answer.getvalue():
                asked.add(name)
    assert wrong == []
    assert len(asked) > 25, asked


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Forwarded-Server"]
)
def test_who_asks_under_another_name_changes_no_address_on_a_page(header: str) -> None:
    town = Town()
    browser = town.browsers[doors.NOBODY]
    for name in sorted(doors.names()):
        if DOORS[name] is not None:
            address = town.address(name, town.ours)
            elsewhere = "host=elsewhere.example" if header == "Forwarded" else "elsewhere.example"
            answer = browser.get(address, headers={header: elsewhere})
            assert b"elsewhere.example" not in answer.getvalue(), address
            assert "elsewhere.example" not in str(answer.headers), address
