"""Every fault by the day on which it strikes, and the days by the house that lives them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from tests.faults import (
    on_everything,
    on_one_process,
    on_page,
    on_people,
    on_servers,
    on_the_networks,
    on_workers,
)
from tests.faults.day import Case, Day, failures
from tests.faults.house import House, Town
from tests.faults.live import EMBEDDED

type Fault = Callable[[Case], None]
ALONE = EMBEDDED
"""The house of the embedded run."""
SEED = 11_11_11


@dataclass(frozen=True)
class Plan:
    """A day's faults, who posts on it, and how it is lived."""

    faults: Mapping[str, Fault]
    live: Callable[[Day], None] = Day.one_by_one
    pool: int = 4


def alone(faults: Mapping[str, Fault]) -> dict[str, Fault]:
    """The same, on the embedded run."""
    return {f"embedded: {name}": fault for name, fault in faults.items()}


DAYS: dict[str, Plan] = {
    "accounts": Plan(on_the_networks.CASES, partial(Day.together, one_campaign=True), pool=0),
    "workers": Plan(on_workers.CASES, partial(Day.together, apart=0.5), pool=0),
    "queue": Plan(on_servers.QUEUE),
    "hands": Plan(on_servers.HANDS),
    "networks": Plan(on_servers.NETWORKS),
    "database": Plan(on_servers.DATABASE),
    "machine": Plan(on_everything.KILLED),
    "people": Plan(on_people.cases(SEED)),
    "page": Plan(on_page.CASES),
    "credits": Plan(on_everything.BREAKER, pool=6),
    "clocks": Plan(on_everything.CLOCKS, pool=2),
    "backup": Plan(on_everything.BACKUP),
    "one process": Plan(alone({**on_page.EMBEDDED, **on_one_process.CASES}), pool=2),
    "one process, accounts": Plan(
        alone(on_the_networks.CASES), partial(Day.together, one_campaign=True), pool=0
    ),
    "one process, people": Plan(alone(on_people.cases(SEED)), pool=2),
}
HOUSES = {  # side by side, a process and servers of its own each; of about the same length
    "first": ["accounts", "workers", "credits"],
    "second": ["queue", "hands", "networks", "clocks"],
    "third": ["database", "machine", "people", "page", "backup"],
    ALONE: ["one process", "one process, accounts", "one process, people"],
}


def live_through(house: Town, day: str, wanted: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Those of its faults that somebody wants to see, and what each broke."""
    plan = DAYS[day]
    names = [name for name in plan.faults if name in wanted]
    if not names:
        return
    pool = [house.member(line=True) for _ in range(plan.pool)]
    cases = [Case(name, cast("House", house), pool) for name in names]
    for case in cases:
        plan.faults[case.name](case)
    lived = Day(house, cases)
    try:
        plan.live(lived)
        yield from failures(cases, lived.logs()).items()
    finally:
        lived.tidy()
