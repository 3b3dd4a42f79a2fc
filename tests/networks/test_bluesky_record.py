"""The record of a Bluesky post: its facets, its key, its bytes."""

import json
import multiprocessing
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coalition.networks.bluesky.compose import compose_link
from coalition.networks.bluesky.facets import facets, links, mentioned_handles
from coalition.networks.bluesky.record import (
    freeze,
    key_time,
    new_record_key,
    post_url,
    record_uri,
)

VECTORS = json.loads((Path(__file__).parent / "vectors" / "bluesky_facets.json").read_text("utf-8"))
DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
NOON = datetime(2027, 1, 20, 11, 0, 0, 123456, tzinfo=UTC)


def pieces(text: str, mentions: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """The marked bytes, and what they stand for."""
    return [
        (
            text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(),
            next(value for name, value in facet["features"][0].items() if name != "$type"),
        )
        for facet in facets(text, mentions or {})
    ]


@pytest.mark.parametrize(("text", "official"), VECTORS)
def test_facets_equal_those_of_the_official_composer(text: str, official: list[Any]) -> None:
    dids = {handle: f"{DID}#{handle}" for handle in mentioned_handles(text)}
    assert facets(text, dids) == official


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Zie 11.be.", [("11.be", "https://11.be")]),
        ("cncd-11.be/nl", [("cncd-11.be/nl", "https://cncd-11.be/nl")]),
        ("ngo.BE", [("ngo.BE", "https://ngo.BE")]),
        ("20.01 om 11.11", []),
    ],
)
def test_we_link_domains_that_the_official_composer_misses(
    text: str, marked: list[tuple[str, str]]
) -> None:
    assert pieces(text) == marked


def test_only_handles_with_a_did_are_mentioned() -> None:
    text = "ë 🎉 met @ngo.be en @other.org"
    assert mentioned_handles(text) == ("ngo.be", "other.org")
    assert pieces(text, {"NGO.be": DID}) == [("@ngo.be", DID)]


def test_links_are_listed() -> None:
    assert links("a 11.be b https://x.org/y.") == ("https://11.be", "https://x.org/y")


def test_a_key_is_a_tid_of_its_millisecond() -> None:
    key = new_record_key(NOON)
    assert re.fullmatch("[2-7a-j][2-7a-z]{12}", key)
    made = key_time(key)
    assert made is not None
    assert NOON.replace(microsecond=123000) <= made < NOON.replace(microsecond=124000)


def test_keys_sort_by_time() -> None:
    moments = [NOON + timedelta(milliseconds=n) for n in range(100)]
    keys = [new_record_key(moment) for moment in moments]
    assert keys == sorted(keys)


def test_what_is_no_tid_has_no_time() -> None:
    assert [key_time(key) for key in ("", "self", "3jzfcijpj2z21", "3JZFCIJPJ2Z2A")] == [None] * 4


def _keys(_: int) -> list[str]:
    return [new_record_key(NOON) for _ in range(1000)]


def test_no_two_keys_are_alike_in_one_millisecond() -> None:
    assert len(set(_keys(0))) == 1000


def test_forked_workers_start_their_sequences_elsewhere() -> None:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        one, other = pool.map(_keys, range(2), chunksize=1)
    assert one != other


def test_a_frozen_record_is_canonical() -> None:
    frozen = freeze("ë 🦋 11.be", ["nl"], {}, NOON)
    assert frozen == (
        '{"$type":"app.bsky.feed.post","createdAt":"2027-01-20T11:00:00.123Z",'
        '"facets":[{"features":[{"$type":"app.bsky.richtext.facet#link","uri":"https://11.be"}],'
        '"index":{"byteEnd":13,"byteStart":8}}],"langs":["nl"],"text":"ë 🦋 11.be"}'
    )
    assert freeze("ë 🦋 11.be", ["nl"], {}, NOON) == frozen


def test_a_plain_record_has_nothing_more() -> None:
    paris = NOON.astimezone(datetime.strptime("+0100", "%z").tzinfo)
    assert json.loads(freeze("a", [], {}, paris)) == {
        "$type": "app.bsky.feed.post",
        "createdAt": "2027-01-20T11:00:00.123Z",
        "text": "a",
    }


def test_four_languages_are_too_many() -> None:
    with pytest.raises(ValueError, match="3 languages"):
        freeze("a", ["nl", "fr", "de", "en"], {}, NOON)


def test_addresses() -> None:
    uri = record_uri(DID, "3jzfcijpj2z2a")
    assert uri == f"at://{DID}/app.bsky.feed.post/3jzfcijpj2z2a"
    assert post_url(uri, "ngo.be") == "https://bsky.app/profile/ngo.be/post/3jzfcijpj2z2a"
    assert compose_link("a&b ë") == "https://bsky.app/intent/compose?text=a%26b%20%C3%AB"
