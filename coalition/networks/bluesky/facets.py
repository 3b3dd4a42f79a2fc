"""Links, tags and mentions in a text as UTF-8 byte ranges, found as Bluesky does (pure)."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import regex

from coalition.networks.domains import has_known_ending

_MOST_TAG_CHARACTERS = 64
_MENTION = regex.compile(r"(?:^|[\s(])@([a-zA-Z0-9.-]+)\b")
# wider than the official composer: a label may start with a digit or hold a hyphen, as in 11.be
_LINK = regex.compile(
    r"(?:^|[\s(])(https?://\S+|(?P<domain>[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+)\S*)",
    regex.IGNORECASE | regex.MULTILINE,
)
_BLANK = r"\s\u00AD\u2060\u200A\u200B\u200C\u200D\u20E2"
_TAG = regex.compile(rf"(?:^|\s)([#＃](?!\uFE0F)([^{_BLANK}]*[^\d\p{{P}}{_BLANK}]+[^{_BLANK}]*))")
_TRAILING_PUNCTUATION = regex.compile(r"\p{P}+$")


class _Span(NamedTuple):
    start: int
    end: int
    feature: dict[str, str]


def facets(text: str, mentions: Mapping[str, str]) -> list[dict[str, Any]]:
    """All facets in reading order. `mentions` maps handles to DIDs; others stay plain text."""
    dids = {handle.lower(): did for handle, did in mentions.items()}
    spans = sorted((*_mentions(text, dids), *_links(text), *_tags(text)), key=lambda span: span[:2])
    return [
        {
            "index": {"byteStart": _bytes(text[: span.start]), "byteEnd": _bytes(text[: span.end])},
            "features": [span.feature],
        }
        for span in spans
    ]


def mentioned_handles(text: str) -> tuple[str, ...]:
    """Every handle that the text names with an @, once: these need a DID at approval."""
    return tuple(
        dict.fromkeys(match[1].lower() for match in _MENTION.finditer(text) if _is_handle(match[1]))
    )


def links(text: str) -> tuple[str, ...]:
    """Every address that the text links to."""
    return tuple(span.feature["uri"] for span in _links(text))


def _bytes(text: str) -> int:
    return len(text.encode())


def _is_handle(name: str) -> bool:
    return "." in name and (has_known_ending(name) or name.endswith(".test"))


def _mentions(text: str, dids: Mapping[str, str]) -> Iterator[_Span]:
    for match in _MENTION.finditer(text):
        if did := dids.get(match[1].lower()):
            yield _Span(
                match.start(1) - 1,
                match.end(1),
                {"$type": "app.bsky.richtext.facet#mention", "did": did},
            )


def _links(text: str) -> Iterator[_Span]:
    for match in _LINK.finditer(text):
        address, domain = match[1], match["domain"]
        if domain is not None and not has_known_ending(domain):
            continue
        if address[-1] in ".,;:!?":
            address = address[:-1]
        if address.endswith(")") and "(" not in address:
            address = address[:-1]
        uri = address if domain is None else f"https://{address}"
        yield _Span(
            match.start(1),
            match.start(1) + len(address),
            {"$type": "app.bsky.richtext.facet#link", "uri": uri},
        )


def _tags(text: str) -> Iterator[_Span]:
    for match in _TAG.finditer(text):
        tag = _TRAILING_PUNCTUATION.sub("", match[2])
        if 0 < len(tag) <= _MOST_TAG_CHARACTERS:
            yield _Span(
                match.start(1),
                match.start(1) + 1 + len(tag),
                {"$type": "app.bsky.richtext.facet#tag", "tag": tag},
            )
