"""How X counts a text, and what it charges for it: its own published rules (pure)."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from coalition.networks.domains import TOP_LEVEL_PATTERN
from coalition.networks.x.emoji import LONG_EMOJI

LIMIT = 280

_LINK_WEIGHT = 23
_HEAVY = 2  # an emoji, or any character outside the light ranges
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_PRICE = Decimal("0.015")
_PRICE_WITH_LINK = Decimal("0.20")

_LONGEST_LABEL = 63
_LONGEST_ADDRESS = 4096
_LONGEST_SHORT_LINK = 40

_NOT_TEXT = "\ufffe\ufeff\uffff"
_DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_ACCENTED = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b"
    "\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_SPACES = "\\t-\\r \u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_IN_LABEL = rf"[^!'#%&()*+,\\\-./:;<=>?@\[\]^_{{|}}~${_SPACES}{_NOT_TEXT}{_DIRECTION}]"
_ENDING = rf"(?:{TOP_LEVEL_PATTERN}(?=[^0-9a-zA-Z@+-]|\Z)|xn--[-0-9a-z]+)"
_DOMAIN = (
    f"(?:{_IN_LABEL}++(?:[_-]++{_IN_LABEL}++)*+\\.){{0,126}}"  # DNS allows no more labels
    f"{_IN_LABEL}++(?:-++{_IN_LABEL}++)*+\\.{_ENDING}"
)
_IN_PATH = rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_ACCENTED}]"
_PARENTHESES = rf"\((?:{_IN_PATH}+|(?:{_IN_PATH}*\({_IN_PATH}+\){_IN_PATH}*))\)"
_PATH_END = rf"(?:[+\-a-z\u0400-\u04ff0-9=_#/{_ACCENTED}]|{_PARENTHESES})"
_PATH = f"(?:(?:{_IN_PATH}*(?:{_PARENTHESES}{_IN_PATH}*)*{_PATH_END})|(?:@{_IN_PATH}+/))"
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"

_LINK = re.compile(
    # X counts in UTF-16: half of an emoji may stand before a link, and the other half begin it
    f"(?P<before>(?=[\U00010000-\U0010ffff])|[^A-Za-z0-9@＠$#＃{_NOT_TEXT}]|[{_DIRECTION}]|^)"
    f"(?P<address>(?P<protocol>https?://)?(?P<domain>{_DOMAIN})(?::[0-9]+)?(?P<path>/{_PATH}*)?(?:{_QUERY})?)",
    re.IGNORECASE,
)
_PLAIN_DOMAIN = re.compile(rf"(?:[-a-z0-9{_ACCENTED}]+\.)+{_ENDING}", re.IGNORECASE)
_SHORT_LINK = re.compile(rf"https?://t\.co/([a-z0-9]+)(?:{_QUERY})?", re.IGNORECASE)


class Link(NamedTuple):
    """A piece of a text that X turns into a link."""

    start: int
    end: int


def weighted_length(text: str) -> int:
    """What the text counts for on X, of `LIMIT`."""
    text = unicodedata.normalize("NFC", text)
    ends = {match.start(): (match.end(), _HEAVY) for match in LONG_EMOJI.finditer(text)}
    ends |= {link.start: (link.end, _LINK_WEIGHT) for link in links(text)}
    weight = position = 0
    while position < len(text):
        position, more = ends.get(position) or (position + 1, _weight(ord(text[position])))
        weight += more
    return weight


def cost(text: str) -> Decimal:
    """What X charges for a post, in dollars; a bare domain counts as a link."""
    return _PRICE_WITH_LINK if links(unicodedata.normalize("NFC", text)) else _PRICE


def links(text: str) -> list[Link]:
    """Every piece that X makes a link of, bare domains included."""
    if "." not in text:
        return []
    return [
        link for match in _LINK.finditer(text) if _is_address(match) for link in _links_in(match)
    ]


def _weight(character: int) -> int:
    return 1 if any(first <= character <= last for first, last in _LIGHT) else _HEAVY


def _is_address(match: re.Match[str]) -> bool:
    domain = match["domain"]
    if domain.startswith("xn--") and not _PLAIN_DOMAIN.search(domain):
        return False
    if any(not 1 <= _ascii_length(label) <= _LONGEST_LABEL for label in domain.split(".")):
        return False
    return len(match["protocol"] or "https://") + len(match["address"]) <= _LONGEST_ADDRESS


def _ascii_length(label: str) -> int:
    return len(label) if label.isascii() else len("xn--") + len(label.encode("punycode"))


def _links_in(match: re.Match[str]) -> Iterator[Link]:
    start = match.start("address")
    if match["protocol"]:
        end = match.end("address")
        if short := _SHORT_LINK.match(match["address"]):
            if len(short[1]) > _LONGEST_SHORT_LINK:
                return
            end = start + short.end()
        yield Link(start, end)
        return
    if match["before"] and match["before"] in "-_./":
        return
    # without a protocol only its plain pieces are links; the path belongs to the last of them
    pieces = [
        Link(start + piece.start(), start + piece.end())
        for piece in _PLAIN_DOMAIN.finditer(match["domain"])
    ]
    if pieces and match["path"]:
        last, rest = pieces[-1], match.string[match.end("domain") : match.end("address")]
        pieces[-1] = Link(last.start, _ahead(match.string, last.end, _utf16(rest)))
    yield from pieces


def _ahead(text: str, position: int, units: int) -> int:
    """As many UTF-16 units further as whole characters allow: so far X's counter skips."""
    while units and (units := units - _utf16(text[position])) >= 0:
        position += 1
    return position


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
