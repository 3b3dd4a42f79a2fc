"""What proves that a guard is watched: an assertion of the test itself, and nothing else."""

from contextlib import suppress
from pathlib import Path

import pytest

from tests.guards.document import ROOT
from tests.guards.guard import Cut
from tests.guards.proof import End, ends, without

GUARD = 'return who == "us"'
THING = f"def allowed(who: str) -> bool:\n    {GUARD}\n"
TESTS = """
from thing import allowed

def test_that_watches():
    assert not allowed("them")

def test_that_sleeps():
    assert allowed("us")
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with one guard, one test that depends on it, and one that does not."""
    (tmp_path / "thing.py").write_text(THING)
    (tmp_path / "test_thing.py").write_text(TESTS)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # there, too, somebody writes down how tests end
    return tmp_path


@pytest.mark.parametrize(
    ("left", "watching", "sleeping"),
    [
        (GUARD, End.GREEN, End.GREEN),
        ("return True", End.RED, End.GREEN),
        ("return who.nothing", End.BROKE, End.BROKE),
        ("return (", End.BROKE, End.BROKE),
    ],
)
def test_only_an_assertion_of_its_own_makes_a_test_red(
    tree: Path, left: str, watching: End, sleeping: End
) -> None:
    tests = [f"test_thing.py::test_that_{what}" for what in ("watches", "sleeps")]
    (tree / "thing.py").write_text(THING.replace(GUARD, left))
    found = ends(tree, tests, database="sqlite")
    assert [found[test].end for test in tests] == [watching, sleeping]


def test_a_guard_is_back_in_its_place_whatever_happens(tree: Path) -> None:
    file = tree / "thing.py"
    with suppress(KeyboardInterrupt), without(tree, [Cut(file.name, GUARD, "return True")]):
        assert "return True" in file.read_text()
        raise KeyboardInterrupt
    assert file.read_text() == THING


@pytest.mark.parametrize("old", ["nowhere", "s"])
def test_what_does_not_stand_there_once_cannot_be_cut_out(tree: Path, old: str) -> None:
    with pytest.raises(ValueError, match="thing"), without(tree, [Cut("thing.py", old, "")]):
        pytest.fail("it was cut out")
