"""The feed, as a feed reader reads it."""

from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import struct_time
from typing import Any

import feedparser
import pytest
import time_machine
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.publishing.models import Post
from tests.factories import NOW, T
from tests.web.progress import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def after_the_hour() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(world.AFTER, tick=False) as clock:
        yield clock


@pytest.fixture
def campaign() -> Campaign:
    made = world.campaign()
    world.public(made)
    return made


def read(client: Client, language: str = "en") -> Any:  # noqa: ANN401 — feedparser has no types
    answer = client.get(f"/{language}/samen-weg/feed.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(answer.content)
    assert not found.bozo
    assert found.version == "atom10"
    return found


def at(parsed: struct_time) -> datetime:
    return datetime.fromtimestamp(timegm(parsed), UTC)


@pytest.mark.usefixtures("campaign")
def test_it_tells_what_happened_newest_first(client: Client) -> None:
    entries = read(client).entries
    assert [(one.tags[0].term, one.title) for one in entries] == [
        ("left", "Waterput has left X"),
        ("corrected", "Correction: what was said here of Waterput leaving X was wrong"),
        ("withdrew", "Dak takes back its promise to leave X"),
        ("joined", "Brug had already left X"),
        ("joined", "Omroep joins: it leaves X together with the others"),
        ("joined", "Waterput joins: it leaves X together with the others"),
    ]
    assert at(entries[0].updated_parsed) == T
    assert at(entries[2].updated_parsed) == NOW + timedelta(hours=1)
    assert entries[0].link == "http://testserver/en/samen-weg/#o-waterput"


@pytest.mark.usefixtures("campaign")
def test_each_language_is_a_feed_of_its_own(client: Client) -> None:
    feeds = {code: read(client, code) for code in ("nl", "fr", "de", "en")}
    assert {code: one.feed.language for code, one in feeds.items()} == {
        code: code for code in feeds
    }
    assert feeds["nl"].feed.title == "Samen weg"
    ids = {one.feed.id for one in feeds.values()}
    assert ids == {f"tag:testserver,2027-01-04:samen-weg/{code}" for code in feeds}
    titles = {one.entries[0].title for one in feeds.values()}
    assert len(titles) == 4
    for code, one in feeds.items():
        assert one.feed.links[1]["href"] == f"http://testserver/{code}/samen-weg/feed.atom"


def test_an_entry_keeps_its_name_when_its_row_changes(client: Client, campaign: Campaign) -> None:
    before = [one.id for one in read(client).entries]
    assert before[0] == "tag:testserver,2027-01-04:samen-weg/en/waterput/left"
    Post.objects.filter(campaign=campaign).update(published_at=T + timedelta(minutes=1))
    Campaign.objects.filter(pk=campaign.pk).update(exit_at=T + timedelta(days=1))
    entries = read(client).entries
    assert [one.id for one in entries] == before
    assert at(entries[0].updated_parsed) == T + timedelta(minutes=1)


@pytest.mark.usefixtures("campaign")
def test_the_feed_is_as_old_as_its_newest_entry(client: Client) -> None:
    assert at(read(client).feed.updated_parsed) == T


def test_an_empty_feed_is_as_old_as_its_campaign(client: Client) -> None:
    world.campaign()
    found = read(client)
    assert (found.entries, at(found.feed.updated_parsed)) == ([], NOW)
