"""The folder of snapshots: public answers as files, swapped in whole, with older ones beside them.

    now → live          what is served; a pin turns this link to an older one
    live/www/…          a file for each public address, and beside it the same one compressed
    live/answers.json   which address is which file, with which headers
    kept/20270120T110005Z/…   older ones: hard links, so that they cost only what changed

A file is replaced in one step, and its time in whole seconds is never that of another content:
so “time and size”, which nginx makes an ETag of, is a strong one.
"""

import contextlib
import gzip
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

WHOLE: Final = "whole"
"""The query, and the file's name, of a page that says: at this moment it can't be narrowed."""
KEPT: Final = 30
KEPT_SECONDS: Final = 60
"""The last thirty, a minute apart at least: half an hour of a busy day, or weeks of a quiet one."""
SMALLEST_COMPRESSED: Final = 200
NAMES: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one address says, with the headers that belong to it."""

    file: str
    body: bytes
    headers: Mapping[str, str]
    path: str = ""  # the address; empty where the file only stands in for another one


@dataclass(frozen=True, slots=True)
class Written:
    """What one writing did."""

    changed: int
    removed: int

    def __add__(self, other: "Written") -> "Written":
        """What two of them did."""
        return Written(self.changed + other.changed, self.removed + other.removed)


class Shelf:
    """One folder, written by one process at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._live, self._kept = folder / "live", folder / "kept"
        self._www = self._live / "www"

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether nobody else writes here; the system gives it back when a writer is killed."""
        import fcntl

        self._www.mkdir(parents=True, exist_ok=True)
        with (self._folder / "writer").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def write(self, answers: Collection[Answer], keeping: set[str], at: datetime) -> Written:
        """Make the files these answers; those not in `keeping` go, what did not change stays."""
        self._www.mkdir(parents=True, exist_ok=True)
        described = self._described()
        changed = [answer for answer in answers if self._differs(answer, described)]
        gone = [file for file in self._files() if file not in keeping]
        if changed or gone:
            self._keep(at)
            second = max(int(at.timestamp()), self._second() + 1)
            for answer in changed:
                self._put(answer, second)
            self._describe(answers, keeping, second, at)
            for file in gone:
                self._remove(file)
        now = self._folder / "now"
        if not now.is_symlink():
            self._link(self._live)
        return Written(len(changed), len(gone))

    # What people do

    def kept(self) -> list[str]:
        """The names of older ones, newest first."""
        if not self._kept.is_dir():
            return []
        return sorted((one.name for one in self._kept.iterdir()), reverse=True)

    def pinned(self) -> str | None:
        """Which older one is served; None: the newest."""
        now = self._folder / "now"
        there = now.readlink() if now.is_symlink() else Path("live")
        return None if there.name == "live" else there.name

    def pin(self, name: str | None) -> bool:
        """Serve an older one, or None: the newest again. False where there is no such one."""
        if name is not None and name not in self.kept():
            return False
        self._link(self._live if name is None else self._kept / name)
        return True

    # Files

    def _link(self, to: Path) -> None:
        new = self._folder / "now.new"
        new.unlink(missing_ok=True)
        new.symlink_to(to.relative_to(self._folder))
        new.replace(self._folder / "now")

    def _differs(self, answer: Answer, described: Mapping[str, object]) -> bool:
        try:
            if (self._www / answer.file).read_bytes() != answer.body:
                return True
        except OSError:
            return True
        return bool(answer.path) and described.get(answer.path) != _entry(answer)

    def _files(self) -> list[str]:
        start = len(str(self._www)) + 1
        return [
            f"{folder}/{name}"[start:]
            for folder, _folders, names in os.walk(self._www)
            for name in names
            if not name.endswith(".gz")
        ]

    def _put(self, answer: Answer, second: int) -> None:
        target = self._www / answer.file
        target.parent.mkdir(parents=True, exist_ok=True)
        compressed = target.with_name(f"{target.name}.gz")
        smaller = gzip.compress(answer.body, mtime=0)
        self._swap(target, answer.body, second)
        if len(answer.body) < SMALLEST_COMPRESSED or len(smaller) > 0.9 * len(answer.body):
            compressed.unlink(missing_ok=True)
        else:
            self._swap(compressed, smaller, second)

    def _swap(self, target: Path, body: bytes, second: int) -> None:
        new = self._folder / "new"  # beside what is served, never in it
        try:
            new.write_bytes(body)
            new.chmod(0o644)  # nginx is somebody else
            os.utime(new, (second, second))
            new.replace(target)
        except BaseException:
            new.unlink(missing_ok=True)
            raise

    def _remove(self, file: str) -> None:
        target = self._www / file
        target.unlink(missing_ok=True)
        target.with_name(f"{target.name}.gz").unlink(missing_ok=True)
        for folder in target.relative_to(self._www).parents[:-1]:
            with contextlib.suppress(OSError):  # something else is still in it
                (self._www / folder).rmdir()

    # Which address is which file

    def _read(self) -> dict[str, object]:
        try:
            found: dict[str, object] = json.loads((self._live / "answers.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return found

    def _described(self) -> dict[str, object]:
        answers = self._read().get("answers")
        return answers if isinstance(answers, dict) else {}

    def _second(self) -> int:
        second = self._read().get("second")
        return second if isinstance(second, int) else 0

    def _describe(
        self, answers: Collection[Answer], keeping: set[str], second: int, at: datetime
    ) -> None:
        before = {
            path: entry
            for path, entry in self._described().items()
            if isinstance(entry, dict) and entry.get("file") in keeping
        }
        now = {answer.path: _entry(answer) for answer in answers if answer.path}
        description = {"second": second, "at": at.isoformat(), "answers": {**before, **now}}
        self._swap(self._live / "answers.json", json.dumps(description).encode(), second)

    # Older ones

    def _keep(self, at: datetime) -> None:
        """Put aside what stands before it changes, unless one was put aside just now."""
        kept = self.kept()
        last = datetime.strptime(kept[0], NAMES).replace(tzinfo=UTC) if kept else None
        if not self._second() or (last and (at - last).total_seconds() < KEPT_SECONDS):
            return
        made = self._folder / "keeping"
        shutil.rmtree(made, ignore_errors=True)
        shutil.copytree(self._live, made, copy_function=os.link)
        target = self._kept / at.astimezone(UTC).strftime(NAMES)
        self._kept.mkdir(exist_ok=True)
        with contextlib.suppress(OSError):  # of this very second there is one
            made.rename(target)
        for name in self.kept()[KEPT:]:
            if name != self.pinned():
                shutil.rmtree(self._kept / name, ignore_errors=True)


def _entry(answer: Answer) -> dict[str, object]:
    return {"file": answer.file, "headers": dict(answer.headers)}
