"""What X shows of a post to everybody, when it is asked whose it is (pure)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """X shows it to everybody, as this account's."""

    handle: str


@dataclass(frozen=True, slots=True)
class NotShown:
    """X shows no such post: deleted, protected, mistyped, or so new that it isn't everywhere."""


@dataclass(frozen=True, slots=True)
class Silent:
    """X said nothing that can be used."""

    detail: str = ""


type Sight = Shown | NotShown | Silent
