"""Who writes the public pages as files, at the hours that a test says."""

from datetime import datetime
from pathlib import Path

import time_machine

from coalition.progress.shelf import Shelf, Written
from coalition.progress.snapshot import Writer


class Desk:
    """A writer with a clock of its own: pages see the hour at which it writes."""

    def __init__(self, folder: Path) -> None:
        self.www = folder / "now" / "www"
        self._writer = Writer(Shelf(folder))

    def turn(self, at: datetime) -> Written | None:
        with time_machine.travel(at, tick=False):
            return self._writer.turn(at)

    def page(self, name: str = "nl/samen-weg/index.html") -> str:
        return (self.www / name).read_text()

    def files(self) -> set[str]:
        found = (path for path in self.www.rglob("*") if path.is_file() and path.suffix != ".gz")
        return {str(path.relative_to(self.www)) for path in found}
