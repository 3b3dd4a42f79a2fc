"""docs/abuse.md, read: its rows, and the tests that each of them names."""

import re
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "abuse.md").read_text("utf-8")
LINES = [line for line in TABLE.splitlines() if line.startswith("| ")]
HEADS = [line for line in LINES if line.startswith("| what somebody tries |")]


def named(line: str) -> list[str]:
    """The tests of a row, as pytest calls them."""
    return re.findall(r"`(tests/\S+\.py::\w+)`", line)


ROWS = {line.split(" | ")[0].removeprefix("| "): named(line) for line in LINES if named(line)}


def called(name: str, tests: Sequence[str]) -> str:
    """The one of these tests that ends in this name, perhaps with its file's and one case's."""
    plain, bracket, case = name.partition("[")
    found = [one for one in tests if re.search(rf"(::|/){re.escape(plain)}$", one)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} tests of its row are called {plain}")
    return found[0] + bracket + case
