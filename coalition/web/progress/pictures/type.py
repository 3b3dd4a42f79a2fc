"""Setting type where no browser does: how wide words are, and where a line breaks. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

from coalition.web.progress.sentence import LONGEST_KEPT_WHOLE, MARKED, Sentence, is_gone

FONTS: Final = Path(__file__).with_name("fonts")
LONGEST_PAIR: Final = 14


class Face(StrEnum):
    """A serif for sentences and names, a sans for data; both are in the tree."""

    SERIF = "serif-bold.ttf"
    SANS = "sans.ttf"


class Tone(StrEnum):
    """What a word is, and so its colour."""

    PLAIN = "plain"
    GONE = "gone"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Word:
    """What stays together on one line; `glued` ones follow the one before without a space."""

    text: str
    tone: Tone = Tone.PLAIN
    glued: bool = False


type Line = Sequence[Word]


@cache
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """One face at one size."""
    return ImageFont.truetype(FONTS / face, size)


def width(text: str, face: Face, size: int) -> float:
    """How far a text reaches."""
    return font(face, size).getlength(text)


def words_of(sentence: Sentence) -> list[Word]:
    """The sentence's words with their tones; what is marked stays together, if it is short."""
    whole = len(str(sentence.values["platform"])) <= LONGEST_KEPT_WHOLE
    found: list[Word] = []
    open_end = False  # whether the part before ended inside a word
    for part in filter(None, MARKED.split(sentence.pattern)):
        tone = Tone.PLAIN
        if MARKED.fullmatch(part):
            tone = Tone.GONE if is_gone(part) else Tone.DAY
        text = part.strip("[]").format(**sentence.values)
        keeps = tone is Tone.DAY or (tone is Tone.GONE and whole)
        pieces = [text] if keeps else text.split()
        for number, piece in enumerate(pieces):
            glued = open_end and number == 0 and not text[0].isspace()
            found.append(Word(piece, tone, glued))
        open_end = not text[-1].isspace()
    return _without_widow(found)


def _without_widow(words: list[Word]) -> list[Word]:
    """A short last word never stands alone on a line: “at 12:00” stays together."""
    *others, before, last = words
    pair = Word(f"{before.text}\u00a0{last.text}", last.tone, before.glued)
    if before.tone == last.tone and not last.glued and len(pair.text) <= LONGEST_PAIR:
        return [*others, pair]
    return words


def broken(words: Iterable[Word], face: Face, size: int, room: float) -> Sequence[Line]:
    """Lines no longer than the room, as far as words allow."""
    lines: list[list[Word]] = [[]]
    for word in words:
        trial = [*lines[-1], word]
        if lines[-1] and not word.glued and length(trial, face, size) > room:
            lines.append([word])
        else:
            lines[-1] = trial
    return lines


def length(line: Line, face: Face, size: int) -> float:
    """How long a line is."""
    ends = [x + width(word.text, face, size) for x, word in placed(line, face, size)]
    return max(ends, default=0)


def said(line: Line) -> str:
    """A line as one text."""
    return "".join(
        word.text if word.glued or not number else f" {word.text}"
        for number, word in enumerate(line)
    )


def placed(line: Line, face: Face, size: int) -> Iterator[tuple[float, Word]]:
    """Each word with how far it stands from the line's start."""
    x, space = 0.0, width(" ", face, size)
    for number, word in enumerate(line):
        if number and not word.glued:
            x += space
        yield x, word
        x += width(word.text, face, size)


@dataclass(frozen=True, slots=True)
class Room:
    """Where a text may stand."""

    width: float
    height: float
    leading: float = 1.04

    def holds(self, lines: Sequence[Line], face: Face, size: int) -> bool:
        """Whether these lines stand in it."""
        high = size * (0.8 + (len(lines) - 1) * self.leading)
        return high <= self.height and all(length(line, face, size) <= self.width for line in lines)


def fitting(
    words: Sequence[Word], face: Face, sizes: Sequence[int], room: Room
) -> tuple[int, Sequence[Line]]:
    """The largest size at which the words stand in the room; else the smallest, however it goes."""
    for size in sizes:
        lines = broken(words, face, size, room.width)
        if room.holds(lines, face, size):
            return size, balanced(words, face, size, room.width)
    return sizes[-1], broken(words, face, sizes[-1], room.width)


def balanced(words: Sequence[Word], face: Face, size: int, room: float) -> Sequence[Line]:
    """No more lines than the room asks for, and as equally long as can be."""
    best = broken(words, face, size, room)
    for tenth in range(9, 4, -1):
        lines = broken(words, face, size, room * tenth / 10)
        if len(lines) > len(best) or any(length(line, face, size) > room for line in lines):
            break
        best = lines
    return best


def shortened(text: str, face: Face, size: int, room: float) -> str:
    """The text, or as much of its beginning as fits, with an ellipsis."""
    if width(text, face, size) <= room:
        return text
    while text and width(f"{text}…", face, size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
