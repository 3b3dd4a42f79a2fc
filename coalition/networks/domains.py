"""Which endings make a word a domain: the list by which X makes bare domains links (pure)."""

import re
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path


def _by_letter(words: Collection[str]) -> str:
    """A pattern that reads letter by letter: 1,500 alternatives take a minute on a hostile text."""
    tails: defaultdict[str, set[str]] = defaultdict(set)
    for word in filter(None, words):
        tails[word[0]].add(word[1:])
    if not tails:
        return ""
    branches = "|".join(
        re.escape(first) + _by_letter(rest) for first, rest in sorted(tails.items())
    )
    return f"(?:{branches}){'?' if '' in words else ''}"


TOP_LEVEL_DOMAINS = frozenset(
    Path(__file__).with_name("top_level_domains.txt").read_text("utf-8").split()
)
TOP_LEVEL_PATTERN = _by_letter(TOP_LEVEL_DOMAINS)


def has_known_ending(domain: str) -> bool:
    """Whether the domain's last label is a top-level domain."""
    return domain.rpartition(".")[2].lower() in TOP_LEVEL_DOMAINS
