"""The official SDK's schema against the records that we freeze."""

import json
from datetime import UTC, datetime

import pytest

from coalition.networks.bluesky.lexicon import complaint
from coalition.networks.bluesky.record import freeze

NOW = datetime(2027, 1, 20, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Hé 🦋 @ngo.example lees https://exit.example.org/é #samenweg",
        "x",
        "🧑‍🧑‍🧒‍🧒" * 300,
        "é" * 300,
    ],
)
def test_the_schema_takes_what_we_freeze(text: str) -> None:
    record = freeze(text, ["nl"], {"ngo.example": "did:plc:abcdefghijklmnopqrstuvwx"}, NOW)
    assert complaint(record) == ""


def changed(**fields: object) -> str:
    return json.dumps({**json.loads(freeze("Tot ziens", ["nl"], {}, NOW)), **fields})


@pytest.mark.parametrize(
    "record",
    [
        changed(text="a" * 3001),
        changed(createdAt="yesterday"),
        changed(langs=["nl", "fr", "de", "en"]),
        changed(facets=[{"index": {"byteStart": -1, "byteEnd": 2}, "features": []}]),
        changed(**{"$type": "app.bsky.feed.like"}),
        "[",
    ],
)
def test_and_refuses_what_it_must(record: str) -> None:
    assert complaint(record)
