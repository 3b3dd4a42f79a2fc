"""The release under random faults: run.py soak [--rounds N] [--minutes N] [--seed S] [--seeds N]

Each round draws faults of every family from its seed and lets them strike at one hour, on real
servers. A line says what was broken, by the networks' own logs; any broken promise makes the exit
code 1.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.faults.live import a_house, servers

if TYPE_CHECKING:
    from tests.faults.day import Case
    from tests.faults.house import House


@dataclass
class Tally:
    """What a soak has seen so far."""

    rounds: int = 0
    posts: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)


def main() -> int:
    """Round after round, bounded by their number or by time."""
    parser = argparse.ArgumentParser(prog="run.py soak", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=0, help="for each seed; 1 unless --minutes")
    parser.add_argument("--minutes", type=float, default=0.0, help="end when these are over")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--seeds", type=int, default=1, help="so many, from --seed on")
    parser.add_argument("--stops", type=int, default=0, help="instead: press STOP so many times")
    arguments = parser.parse_args()
    if arguments.stops:
        return stops(arguments.stops, arguments.seed)
    rounds = arguments.rounds or (10**6 if arguments.minutes else 1)
    ends = time.monotonic() + (arguments.minutes or 24 * 60) * 60
    tally = Tally()
    with a_house() as house:
        for seed in range(arguments.seed, arguments.seed + arguments.seeds):
            chance = random.Random(seed)
            for number in range(1, rounds + 1):
                if time.monotonic() > ends:
                    break
                one_round(house, chance, f"seed {seed}, round {number}", tally)
    return verdict(tally)


def stops(times: int, seed: int) -> int:
    """STOP at so many random instants of a release."""
    with servers() as those:
        from tests.faults.house import Town
        from tests.faults.stopping import race
        from tests.scene import database_url

        town = Town(pds=those["pds"], fake_x=those["fake_x"])
        there = {**os.environ, **town.settings, "DATABASE_URL": database_url()}
        story = race(town, there, times=times, seed=seed)
    for line in story.wrong:
        print(f"    {line}")
    for (before, named, never), count in sorted(story.ways.items()):
        print(f"{count:5} times: {before} out before STOP, {named} named, {never} never left")
    print(
        f"seed {seed}: STOP pressed {story.ways.total()} times, {len(story.wrong)} broken promises"
    )
    return 1 if story.wrong else 0


def verdict(tally: Tally) -> int:
    """The last line; 1 when anything was broken."""
    from tests.faults.oracle import Wrong

    said = ", ".join(f"{tally.broken[wrong]} {wrong}" for wrong in Wrong)
    print(
        f"{tally.rounds} rounds, {len(tally.faults)} kinds of fault struck "
        f"{tally.faults.total()} times, {tally.posts} posts; {said}"
    )
    return 1 if tally.broken else 0


def draw(chance: random.Random) -> "dict[str, Callable[[Case], None]]":
    """Several faults for one hour: of accounts and workers many, of what all share one a kind."""
    from tests.faults import on_everything, on_people, on_servers, on_the_networks, on_workers

    drawn: dict[str, Callable[[Case], None]] = {}

    def take(faults: "Mapping[str, Callable[[Case], None]]", number: int) -> None:
        drawn.update((name, faults[name]) for name in chance.sample(sorted(faults), k=number))

    take(on_the_networks.CASES, 12)
    take(on_workers.CASES, 4)
    take(on_people.cases(chance.randrange(10**6)), 2)
    if chance.random() < 0.2:  # it strikes all that the others would
        take(on_everything.KILLED, 1)
    else:
        for kind in chance.sample([on_servers.QUEUE, on_servers.HANDS, on_servers.DATABASE], k=2):
            take(kind, 1)
    take(on_servers.NETWORKS, chance.randint(0, 1))
    return drawn


def one_round(house: "House", chance: random.Random, name: str, tally: Tally) -> None:
    """One hour of faults; what came of it."""
    from tests.faults import on_people
    from tests.faults.day import Case, Day, failures

    began = time.monotonic()
    house.fake_x.reset()
    house.fake_x.allow_duplicates()
    faults = draw(chance)
    people = on_people.cases(0).keys()  # who leaves the coalition leaves it in every case
    pools = {name: [house.member(line=True) for _ in range(4)] for name in ("", *people & faults)}
    cases = [Case(fault, house, pools.get(fault, pools[""])) for fault in faults]
    for case in cases:
        faults[case.name](case)
        case.in_company(shift=chance.uniform(-0.4, 0.4))
    day = Day(house, cases, patience=150)
    day.together()
    said = failures(cases, day.logs())
    day.tidy()
    broken = Counter(line.partition(":")[0] for lines in said.values() for line in lines)
    posts = sum(len(case.posts) for case in cases)
    tally.rounds += 1
    tally.posts += posts
    tally.faults.update(faults.keys())
    tally.broken += broken
    word = "broken" if broken else "kept"
    seconds = time.monotonic() - began
    print(f"{name}: {word}, {posts} posts, {seconds:.0f} s; {', '.join(faults)}", flush=True)
    for fault, lines in said.items():
        for line in lines:
            print(f"    {fault}: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
