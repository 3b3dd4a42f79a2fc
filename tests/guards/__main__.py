"""Whether every abuse is refused by what we think: run.py guards [words…]

Takes each guard out of a copy of the tree, one after the other, and demands that the tests which
docs/abuse.md names turn red by an assertion of their own. Words choose: rows, files and tests.
"""

import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.guards.document import ROWS, called
from tests.guards.guard import Guard
from tests.guards.proof import End, Ended, copy_to, ends, migrate, without
from tests.guards.table import GUARDS

type Chosen = list[tuple[str, Guard]]


def main(words: Sequence[str]) -> int:
    """First all of them green; then each guard out, and its tests red."""
    chosen = [(row, guard) for row in GUARDS for guard in GUARDS[row] if has(row, guard, words)]
    if not chosen:
        print("No guard has all of these words.")
        return 1
    with tempfile.TemporaryDirectory(prefix="leave-together-guards-") as folder:
        tree = Path(folder)
        copy_to(tree)
        migrate(tree)
        tally = whole(tree, chosen)
        if not tally:
            tally = taken_out(tree, chosen)
    print(", ".join(f"{count} {end}" for end, count in sorted(tally.items())))
    return 0 if set(tally) == {End.RED} else 1


def has(row: str, guard: Guard, words: Sequence[str]) -> bool:
    """Whether each of these words stands somewhere about this guard."""
    about = " ".join([row, *tests_of(row, guard), *(cut.file for cut in guard.cuts)]).lower()
    return all(word.lower() in about for word in words)


def tests_of(row: str, guard: Guard) -> list[str]:
    """Those that must turn red, as pytest calls them."""
    return [called(name, ROWS[row]) for name in guard.red]


def whole(tree: Path, chosen: Chosen) -> Counter[End]:
    """With every guard in its place all must be green; counts those that are not."""
    tally: Counter[End] = Counter()
    for database in sorted({guard.database for _row, guard in chosen}):
        here = [pair for pair in chosen if pair[1].database == database]
        tests = sorted({test for row, guard in here for test in tests_of(row, guard)})
        print(f"{len(tests)} tests on {database} with every guard in its place", flush=True)
        for test, ended in ends(tree, tests, database=database).items():
            if ended.end != End.GREEN:
                tally[ended.end] += 1
                print(f"    {ended.end}: {test}: {ended.said}", flush=True)
    return tally


def taken_out(tree: Path, chosen: Chosen) -> Counter[End]:
    """Guard after guard; a line each, and how many tests ended how."""
    tally: Counter[End] = Counter()
    for number, (row, guard) in enumerate(chosen, 1):
        began = time.monotonic()
        with without(tree, guard.cuts):
            made = not guard.in_a_migration
            tests = tests_of(row, guard)
            found = ends(tree, tests, database=guard.database, migrated=made)
        tally.update(ended.end for ended in found.values())
        seconds = time.monotonic() - began
        where = " and ".join(dict.fromkeys(cut.file for cut in guard.cuts))
        print(f"{number:3}/{len(chosen)} {seconds:5.1f} s  {row}: without {where}", flush=True)
        for test, ended in found.items():
            show(test, ended)
    return tally


def show(test: str, ended: Ended) -> None:
    """One line a test."""
    print(f"    {ended.end}: {test.rpartition('::')[2]}: {ended.said}", flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the copy goes, whoever ends us
    sys.exit(main(sys.argv[1:]))
