"""What a machine lacks for a kind of test, and the command that brings it."""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Missing(Exception):  # noqa: N818 — it is not an error: a bare machine may lack it
    """A kind of test can't run here."""

    kind: str  # what the tests want, e.g. "PostgreSQL 18"
    what: str  # why it isn't there
    command: str  # what brings it

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}. Bring it with: {self.command}"


def program(kind: str, names: tuple[str, ...], packages: str) -> Path:
    """A program of the machine, by any of its names."""
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    install = f"apt-get install -y --no-install-recommends {packages}"
    raise Missing(kind, f"no {names[0]} on this machine", install)
