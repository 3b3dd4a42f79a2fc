"""One guard: where it stands, what is left without it, and which tests of its row then turn red."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cut:
    """A text that stands once in its file, and what stands there without the guard."""

    file: str
    old: str
    new: str

    def apply(self, text: str) -> str:
        """The file without its guard."""
        if text.count(self.old) != 1 or self.old == self.new:
            raise ValueError(f"{self.file}: {text.count(self.old)} times {self.old!r}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Guard:
    """All that refuses one thing: several cuts where a second layer refuses it too."""

    cuts: tuple[Cut, ...]
    red: tuple[str, ...]
    postgres: bool = False

    @property
    def database(self) -> str:
        """Which of the two its tests need."""
        return "postgres" if self.postgres else "sqlite"

    @property
    def in_a_migration(self) -> bool:
        """Whether a database has to be made anew without it."""
        return any(cut.file.startswith("migrations/") for cut in self.cuts)


type Rows = Mapping[str, Sequence[Guard]]
"""By the first cell of a row, in its words."""


def out(
    file: str, old: str, new: str, *red: str, also: Sequence[Cut] = (), postgres: bool = False
) -> Guard:
    """A guard of one place; `also`: what else refuses the same."""
    return Guard((Cut(file, old, new), *also), red, postgres)
