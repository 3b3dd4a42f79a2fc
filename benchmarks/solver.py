"""How fast a thousand pledges are solved: see benchmarks/README.md.

    python3 run.py benchmark solver [--pledges N] [--rounds N] [--seed N]

Random promises, the same for both; the reference drops the unmet and looks again, as the rule is
written, on sets that are counted anew each time. The last line is JSON.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

from coalition.pledges.solve import Ground, Promise, holding


def pledges(count: int, seed: int) -> tuple[list[Promise], Ground]:
    """Half of them conditional, in every way, so that many fall one after the other."""
    draw = random.Random(seed)
    found = []
    for organisation in range(count):
        kind = draw.randrange(6)
        named = {draw.randrange(count) for _ in range(2)} - {organisation}
        found.append(
            Promise(
                organisation,
                at_least=draw.randrange(count) if kind == 0 else 0,
                named=frozenset(named) if kind == 1 else frozenset(),
                percent=draw.randrange(1, 101) if kind == 2 else 0,
            )
        )
    return found, Ground(members=count)


def chain(count: int) -> tuple[list[Promise], Ground]:
    """Each waits for the next, and the last for nobody there: all fall, one after the other."""
    found = [Promise(one, named=frozenset({one + 1})) for one in range(count)]
    return found, Ground(members=count)


def reference(promises: Sequence[Promise], ground: Ground) -> frozenset[int]:
    """The rule, word for word."""
    inside = list(promises)
    while True:
        there = {one.organisation for one in inside}
        kept = [
            one
            for one in inside
            if len(there) >= one.at_least
            and one.named <= there
            and len(there) * 100 >= one.percent * ground.members
        ]
        if len(kept) == len(inside):
            return frozenset(there)
        inside = kept


def took(
    solve: Callable[[Sequence[Promise], Ground], object], promises: list[Promise], ground: Ground
) -> float:
    began = time.perf_counter()
    solve(promises, ground)
    return (time.perf_counter() - began) * 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the figures last."""
    parser = argparse.ArgumentParser(prog="run.py benchmark solver")
    parser.add_argument("--pledges", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=111111)
    asked = parser.parse_args(arguments)
    cases = [pledges(asked.pledges, asked.seed + number) for number in range(asked.rounds)]
    pairs, equal = [], True
    for promises, ground in [*cases, chain(asked.pledges)]:
        pairs.append((took(holding, promises, ground), took(reference, promises, ground)))
        equal = equal and holding(promises, ground) == reference(promises, ground)
    random_ones, (chain_ours, chain_bare) = pairs[:-1], pairs[-1]
    print(
        json.dumps(
            {
                "pledges": asked.pledges,
                "slowest_ms": round(max(ours for ours, _ in pairs), 2),
                "ratio_random": round(median(ours / bare for ours, bare in random_ones), 2),
                "ratio_chain": round(chain_ours / chain_bare, 4),
                "equal": equal,
            }
        )
    )
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
