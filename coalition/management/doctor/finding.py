"""What one look found."""

from dataclasses import dataclass
from enum import StrEnum


class Colour(StrEnum):
    """Red needs somebody now; yellow is worth knowing."""

    GREEN = "ok"
    YELLOW = "look"
    RED = "RED"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what there is, what to do."""

    subject: str
    colour: Colour
    says: str
    do: str = ""


def green(subject: str, says: str) -> Finding:
    """As it should be."""
    return Finding(subject, Colour.GREEN, says)


def yellow(subject: str, says: str, do: str) -> Finding:
    """It works; somebody should know."""
    return Finding(subject, Colour.YELLOW, says, do)


def red(subject: str, says: str, do: str) -> Finding:
    """It does not work, or won't at T."""
    return Finding(subject, Colour.RED, says, do)
