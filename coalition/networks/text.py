"""What all texts share: how people count, how we compare, what must not hide in them (pure)."""

import html
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import regex

_GRAPHEME = regex.compile(r"\X")
_WHITE_SPACE = regex.compile(r"\s+")
# they show nothing or turn the reading order; joiners and tags are honest inside emoji only
_HIDDEN = regex.compile(
    r"[\p{Cf}\p{Cc}\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0"
    r"--\t\n\r\u200D\U000E0020-\U000E007F]",
    regex.V1,
)
_LONE_JOINER = regex.compile(
    r"(?<![\p{Extended_Pictographic}\p{EMod}\uFE0F])\u200D|\u200D(?!\p{Extended_Pictographic})"
)
_LONE_TAG = regex.compile(r"(?<![\U0001F3F4\U000E0020-\U000E007F])[\U000E0020-\U000E007F]+")


class ProblemKind(StrEnum):
    """What can be wrong with a text; words for people stand in the templates."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    HIDDEN_CHARACTER = (
        "hidden character"  # bidi or zero-width: the reader sees other words than the approver
    )
    HASHTAG = "hashtag"  # a coordinated hashtag breaks X's policy
    MENTION = "mention"  # an @mention breaks X's policy
    BLUESKY_HANDLE = "bluesky handle"  # written with @, it mentions a stranger on X


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a text, where it stands, and the piece meant."""

    kind: ProblemKind
    piece: str = ""
    start: int = 0
    end: int = 0


def graphemes(text: str) -> int:
    """How many characters a person sees; Bluesky's limit counts these."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def canonical(text: str) -> str:
    """The form in which two texts are compared: unescaped, NFC, white space folded."""
    return _WHITE_SPACE.sub(" ", unicodedata.normalize("NFC", html.unescape(text))).strip()


def hidden_characters(text: str) -> tuple[Problem, ...]:
    """Every bidi, zero-width or control character; `piece` is its code point."""
    found = [*_HIDDEN.finditer(text), *_LONE_JOINER.finditer(text), *_LONE_TAG.finditer(text)]
    return tuple(
        Problem(
            ProblemKind.HIDDEN_CHARACTER, f"U+{ord(match[0][0]):04X}", match.start(), match.end()
        )
        for match in sorted(found, key=lambda match: match.start())
    )
