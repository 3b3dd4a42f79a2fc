"""Takes a guard out of a copy of the tree, and looks how its tests end."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from tests.guards import witness
from tests.guards.document import ROOT
from tests.guards.guard import Cut
from tools import rules

LINKED: Final = (".venv", "tests/testnet/node_modules")
LONGEST: Final = 300
"""Seconds for a run: one that waits for ever is no proof."""
EACH: Final = 60
"""And so many more for each of its tests."""
PLUGINS: Final = [
    f"-p{witness.__name__}",
    *(f"-pno:{name}" for name in ("cacheprovider", "hypothesispytest", "schemathesis")),  # slow
]
MIGRATED: Final = "migrated.sqlite3"
TO: Final = "GUARDS_MIGRATE_TO"
MIGRATE: Final = f"""
import os, shutil
from tests import environment

environment.set_up()
import django

django.setup()
from django.core.management import call_command
from django.db import connection

call_command("migrate", verbosity=0)
connection.close()
shutil.copy(connection.settings_dict["NAME"], os.environ["{TO}"])
shutil.rmtree(os.environ["DATA_DIR"])
"""


class End(StrEnum):
    """How a named test ended, all its cases taken together."""

    RED = "red"  # an assertion of its own failed
    GREEN = "green"
    BROKE = "broke"  # something else went wrong: imports, a fixture, an error
    MISSING = "missing"  # skipped: not on this machine
    LATE = "late"


@dataclass(frozen=True)
class Ended:
    """How, and what was said first."""

    end: End
    said: str = ""


def copy_to(tree: Path) -> None:
    """What git keeps; what is installed stays where it is."""
    for file in rules.files():
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, tree / file)
    for name in LINKED:
        if (ROOT / name).exists():
            (tree / name).unlink(missing_ok=True)
            (tree / name).symlink_to((ROOT / name).resolve())


def migrate(tree: Path) -> None:
    """An empty SQLite database that each run can begin with, where no migration is changed."""
    environment = {**os.environ, "TEST_DATABASE": "sqlite", TO: str(tree / MIGRATED)}
    subprocess.run([sys.executable, "-c", MIGRATE], cwd=tree, env=environment, check=True)


@contextmanager
def without(tree: Path, cuts: Sequence[Cut]) -> Iterator[None]:
    """The tree with all of these cut out, as long as it lasts."""
    before = {cut.file: (tree / cut.file).read_text("utf-8") for cut in cuts}
    try:
        for cut in cuts:
            file = tree / cut.file
            file.write_text(cut.apply(file.read_text("utf-8")), "utf-8")
        yield
    finally:
        for name, text in before.items():
            (tree / name).write_text(text, "utf-8")


def ends(
    tree: Path, tests: Sequence[str], *, database: str, migrated: bool = False
) -> dict[str, Ended]:
    """How each of these tests ends in this tree, by pytest in a process of its own."""
    seen = tree / "seen.jsonl"
    seen.unlink(missing_ok=True)
    more = {witness.FILE: str(seen), "TEST_DATABASE": database}
    if migrated and database == "sqlite":
        more[witness.MIGRATED] = str(tree / MIGRATED)
    late = not _pytest(tree, tests, more)
    lines = seen.read_text("utf-8").splitlines() if seen.exists() else []
    cases = [json.loads(line) for line in lines]
    return {test: judge([one for one in cases if is_of(one, test)], late=late) for test in tests}


def is_of(case: dict[str, Any], test: str) -> bool:
    """Whether this is a case of it, or the very case that was named."""
    name = str(case["test"])
    return name == test or name.startswith(f"{test}[")


def _pytest(tree: Path, tests: Sequence[str], more: dict[str, str]) -> bool:
    """Run them; False if they took too long."""
    command = [sys.executable, "-m", "pytest", "-q", *PLUGINS, *tests]
    with (
        (tree / "said.txt").open("wb") as said,
        subprocess.Popen(
            command,
            cwd=tree,
            env={**os.environ, **more},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            process.wait(LONGEST + EACH * len(tests))
        except subprocess.TimeoutExpired:
            return False
        finally:  # also when somebody interrupts us
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return True


def judge(cases: Sequence[dict[str, Any]], *, late: bool = False) -> Ended:
    """One red case is enough, but an error anywhere is none."""
    for case in cases:
        if case["red"]:
            return Ended(End.RED, case["said"])
    for case in cases:
        if not case["passed"] and not case["skipped"]:
            return Ended(End.BROKE, case["said"])
    if late:
        return Ended(End.LATE, "it took too long")
    if not cases:
        return Ended(End.BROKE, "it did not run at all")
    if any(case["skipped"] for case in cases):
        return Ended(End.MISSING, next(case["said"] for case in cases if case["skipped"]))
    return Ended(End.GREEN)
