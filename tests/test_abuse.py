"""docs/abuse.md names tests that exist, for every way in that it knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "abuse.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/\S+\.py)::(\w+)`", TABLE)))
CASES = [line for line in TABLE.splitlines() if line.startswith("| ") and "::" in line]


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[f"{file}::{name}" for file, name in NAMED])
def test_a_named_test_is_there(file: str, name: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE)


def test_every_case_names_a_test() -> None:
    rows = [line for line in TABLE.splitlines() if line.startswith("| ")]
    heads = [line for line in rows if line.startswith("| what somebody tries |")]
    assert len(heads) == TABLE.count("\n## ")
    assert [row for row in rows if row not in heads and row not in CASES] == []
    assert len(CASES) > 40
