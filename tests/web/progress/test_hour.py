"""The hour in a calendar, read by a strict parser that is not the one that wrote it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from coalition.campaigns.actions import call_off, set_exit_at
from coalition.campaigns.models import Campaign
from tests import factories
from tests.factories import NOW, T
from tests.web.progress import world

pytestmark = pytest.mark.django_db

LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]+))*):(.*)')
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "STATUS", "URL", "DESCRIPTION"}


@pytest.fixture(autouse=True)
def before_the_hour() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


def unfolded(content: bytes) -> list[str]:
    """RFC 5545, 3.1: lines end in CRLF, none is longer than 75 octets, a space continues one."""
    assert content.endswith(b"\r\n")
    raw = content[:-2].split(b"\r\n")
    assert max(map(len, raw)) <= 75
    assert not any(b"\r" in line or b"\n" in line for line in raw)
    assert all(line.decode("utf-8").strip() for line in raw)
    return content.decode("utf-8")[:-2].replace("\r\n ", "").split("\r\n")


def event(client: Client, language: str = "nl") -> dict[str, str]:
    answer = client.get(f"/{language}/samen-weg/exit.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfolded(answer.content)
    begin, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    around = [*lines[:begin], *lines[end + 1 :]]
    assert [around[0], around[-1]] == ["BEGIN:VCALENDAR", "END:VCALENDAR"]
    assert {"VERSION:2.0", "METHOD:PUBLISH", "PRODID:-//Leaving together//"} <= set(around)
    found: dict[str, str] = {}
    for line in lines[begin + 1 : end]:
        match = LINE.fullmatch(line)
        assert match, line
        assert match[1] not in found
        found[match[1]] = match[3]
    assert set(found) >= ONCE
    return found


def instant(value: str) -> datetime:
    assert re.fullmatch(r"\d{8}T\d{6}Z", value)
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def words(value: str) -> str:
    """RFC 5545, 3.3.11: only these may be escaped, and they must be."""
    assert not set(re.sub(r"\\[nN,;\\]", "", value)) & set("\\,;")
    return re.sub(r"\\([nN,;\\])", lambda m: "\n" if m[1] in "nN" else m[1], value)


def test_it_is_the_hour_in_utc_and_on_the_campaigns_own_clock(client: Client) -> None:
    world.campaign()
    found = event(client)
    assert instant(found["DTSTART"]) == T
    assert instant(found["DTEND"]) == T + timedelta(minutes=15)
    assert "20 januari 2027, 12:00 (Europe/Brussels)" in words(found["DESCRIPTION"])
    assert (found["SUMMARY"], found["STATUS"]) == ("Samen weg", "CONFIRMED")
    assert found["URL"] == "http://testserver/nl/samen-weg/"


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_is_the_one_that_was_meant(client: Client, fold: int) -> None:
    twice = datetime(2027, 10, 31, 2, 30, fold=fold, tzinfo=ZoneInfo("Europe/Brussels"))
    world.campaign(exit_at=twice.astimezone(UTC))
    found = event(client)
    assert instant(found["DTSTART"]) == datetime(2027, 10, 31, fold, 30, tzinfo=UTC)
    assert "31 oktober 2027, 02:30" in words(found["DESCRIPTION"])


def test_it_stays_the_same_event_and_its_sequence_grows_as_the_hour_moves(client: Client) -> None:
    made = world.campaign()
    seen = [event(client)]
    for days in (1, 2):
        set_exit_at(made, T + timedelta(days=days), actor=factories.person(), now=NOW)
        seen.append(event(client))
    call_off(made, actor=factories.person(), now=NOW)
    seen.append(event(client))
    assert {one["UID"] for one in seen} == {"samen-weg@testserver"}
    assert [one["SEQUENCE"] for one in seen] == ["1", "2", "3", "4"]
    assert [one["STATUS"] for one in seen] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    assert instant(seen[2]["DTSTART"]) == T + timedelta(days=2)


def test_while_nothing_goes_it_is_not_certain(client: Client) -> None:
    made = world.campaign()
    Campaign.objects.filter(pk=made.pk).update(stopped_at=NOW)
    assert event(client)["STATUS"] == "TENTATIVE"


def test_long_words_and_odd_signs_are_folded_and_escaped(client: Client) -> None:
    name = "Überall; œuvré, ñandú \\ 日本語 " * 4
    factories.campaign(slug="samen-weg", words={"nl": {"name": name.strip(), "call": ""}})
    assert words(event(client)["SUMMARY"]) == name.strip()
