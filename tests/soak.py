"""The release under random faults: python3 run.py soak [--minutes N] [--seed S]

Each round lives a day of faults, drawn from the catalogue of tests/faults, on real servers. It ends
with what was broken, by the networks' own logs; any broken promise makes the exit code 1.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import django

from tests import environment


def main() -> int:
    """Until the time is up."""
    parser = argparse.ArgumentParser(prog="run.py soak", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = parser.parse_args()
    environment.set_up()
    django.setup()
    print(f"seed {arguments.seed}", flush=True)
    with ExitStack() as open_ends:
        return soak(arguments.minutes, arguments.seed, open_ends)


def soak(minutes: float, seed: int, open_ends: ExitStack) -> int:
    """Rounds; each begins with members of its own."""
    from django.core.management import call_command

    from tests.fakex.server import FakeX
    from tests.faults.house import House
    from tests.faults.oracle import Wrong
    from tests.testnet.servers import Pds, Postgres, Valkey

    postgres = open_ends.enter_context(Postgres(port=environment.POSTGRES_PORT))
    postgres.create("coalition")
    call_command("migrate", verbosity=0)
    folder = Path(open_ends.enter_context(tempfile.TemporaryDirectory()))
    house = House(
        postgres=postgres,
        valkey=open_ends.enter_context(Valkey(port=environment.VALKEY_PORT)),
        pds=open_ends.enter_context(Pds()),
        fake_x=open_ends.enter_context(FakeX(folder)),
    )
    open_ends.enter_context(house)
    chance, ends = random.Random(seed), time.monotonic() + minutes * 60
    totals: Counter[str] = Counter()
    rounds = posts = 0
    while time.monotonic() < ends:
        rounds += 1
        broken, sent = one_round(house, chance, rounds)
        totals += broken
        posts += sent
    counts = {wrong: totals[wrong] for wrong in (*Wrong, "the fault never struck")}
    said = ", ".join(f"{count} {wrong}" for wrong, count in counts.items())
    print(f"seed {seed}: {rounds} rounds, {posts} posts; {said}")
    return 1 if totals else 0


def one_round(house: object, chance: random.Random, number: int) -> tuple[Counter[str], int]:
    """One day of a few faults; what was broken by kind, and how many posts there were."""
    from tests.faults import on_everything, on_people, on_servers, on_the_networks, on_workers
    from tests.faults.day import Case, Day, failures
    from tests.faults.house import House

    assert isinstance(house, House)
    house.fake_x.reset()
    house.fake_x.allow_duplicates()
    catalogue: dict[str, Callable[[Case], None]] = {
        **on_servers.CASES,
        **on_everything.KILLED,
        **on_workers.CASES,
        **on_the_networks.CASES,
        **on_people.cases(chance.randrange(10**6)),
    }
    names = chance.sample(sorted(catalogue), k=chance.randint(5, 9))
    pool = [house.member(line=True) for _ in range(3)]
    cases = [Case(name, house, pool) for name in names]
    for case in cases:
        catalogue[case.name](case)
    day = Day(house, cases, patience=150)
    day.run()
    said = failures(cases, day.logs())
    day.tidy()
    sent = sum(len(case.posts) for case in cases)
    broken = Counter(line.partition(":")[0] for lines in said.values() for line in lines)
    word = "broken" if broken else "kept"
    print(f"round {number}: {word}, {sent} posts; {', '.join(names)}", flush=True)
    for name, lines in said.items():
        for line in lines:
            print(f"    {name}: {line}", flush=True)
    return broken, sent


if __name__ == "__main__":
    sys.exit(main())
