"""docs/abuse.md names tests that exist, and tests/guards/ what each of them depends on."""

import re

import pytest

from tests.guards.document import HEADS, LINES, ROOT, ROWS, TABLE, called
from tests.guards.guard import Cut
from tests.guards.table import GUARDS

NAMED = sorted({test for tests in ROWS.values() for test in tests})
CUTS = sorted(
    {cut for guards in GUARDS.values() for guard in guards for cut in guard.cuts},
    key=lambda cut: (cut.file, cut.old),
)


@pytest.mark.parametrize("test", NAMED)
def test_a_named_test_is_there(test: str) -> None:
    file, _, name = test.partition("::")
    text = (ROOT / file).read_text("utf-8")
    assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE)


def test_every_case_names_a_test() -> None:
    assert len(HEADS) == TABLE.count("\n## ")
    assert len(ROWS) == len(LINES) - len(HEADS)
    assert len(ROWS) > 60


def test_every_case_says_what_refuses_it() -> None:
    assert GUARDS.keys() == ROWS.keys()


@pytest.mark.parametrize("row", ROWS)
def test_every_named_test_is_turned_red_by_a_guard_taken_out(row: str) -> None:
    red = {called(name, ROWS[row]) for guard in GUARDS[row] for name in guard.red}
    assert {test.partition("[")[0] for test in red} == set(ROWS[row])


@pytest.mark.parametrize("cut", CUTS, ids=[f"{cut.file} {n}" for n, cut in enumerate(CUTS)])
def test_a_guard_stands_where_it_is_cut_out(cut: Cut) -> None:
    without = cut.apply((ROOT / cut.file).read_text("utf-8"))
    if cut.file.endswith(".py"):
        compile(without, cut.file, "exec")
