"""How alike two texts are: shared runs of three words. X suspends for that. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

RUN = 3
_NOT_WORDS = re.compile(r"[^\w]+")
_ADDRESSES = re.compile(r"https?://\S+|\S+\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Likeness:
    """The most alike other text: `per_cent` of this one's runs stand there too."""

    per_cent: int
    others: int  # how many texts reach the limit


def runs(text: str) -> frozenset[tuple[str, ...]]:
    """Runs of three words, without case, accents, addresses, punctuation or emoji."""
    plain = unicodedata.normalize("NFKD", _ADDRESSES.sub(" ", text).casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = _NOT_WORDS.sub(" ", plain).split()
    if not words:
        return frozenset()
    if len(words) < RUN:
        return frozenset({tuple(words)})
    return frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def overlap(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> int:
    """Per cent of the shorter text's runs that stand in the other too."""
    if not one or not other:
        return 0
    return round(100 * len(one & other) / min(len(one), len(other)))


def likeness(text: str, others: Iterable[str], *, limit: int) -> Likeness:
    """How alike `text` is to the others of its language; a translation counts as different."""
    mine = runs(text)
    overlaps = [overlap(mine, runs(other)) for other in others]
    return Likeness(max(overlaps, default=0), sum(per_cent >= limit for per_cent in overlaps))


def groups(texts: Mapping[int, str], *, limit: int) -> dict[int, Likeness]:
    """The likeness of each text with all the rest, by id; each text is cut into runs once."""
    cut = {key: runs(text) for key, text in texts.items()}
    found = {}
    for key, mine in cut.items():
        overlaps = [overlap(mine, other) for name, other in cut.items() if name != key]
        found[key] = Likeness(max(overlaps, default=0), sum(part >= limit for part in overlaps))
    return found
