"""What X will not take, or what its policy punishes in a coordinated campaign (pure)."""

import re

from coalition.networks.domains import has_known_ending
from coalition.networks.text import Problem, ProblemKind, hidden_characters
from coalition.networks.x.length import LIMIT, links, weighted_length

_HASHTAG = re.compile(r"(?<![\w&/])[#＃](?!\uFE0F|\u20E3)(?=\w*[^\W\d_])\w+")
_MENTION = re.compile(r"(?<![A-Za-z0-9_!#$%&*/@＠])[@＠]([A-Za-z0-9_]+(?:[.-][A-Za-z0-9_-]+)*)")


def problems(text: str) -> tuple[Problem, ...]:
    """Everything that keeps this text from going out on X."""
    found = [*hidden_characters(text), *_hashtags(text), *_mentions(text)]
    if not text.strip():
        found.append(Problem(ProblemKind.EMPTY))
    if (length := weighted_length(text)) > LIMIT:
        found.append(Problem(ProblemKind.TOO_LONG, str(length)))
    return tuple(sorted(found, key=lambda problem: problem.start))


def _hashtags(text: str) -> list[Problem]:
    inside = [
        (link.start, link.end) for link in links(text)
    ]  # a fragment of an address is no hashtag
    return [
        Problem(ProblemKind.HASHTAG, match[0], match.start(), match.end())
        for match in _HASHTAG.finditer(text)
        if not any(start < match.start() < end for start, end in inside)
    ]


def _mentions(text: str) -> list[Problem]:
    return [
        Problem(
            ProblemKind.BLUESKY_HANDLE
            if has_known_ending(match[1]) and "." in match[1]
            else ProblemKind.MENTION,
            match[0],
            match.start(),
            match.end(),
        )
        for match in _MENTION.finditer(text)
    ]
