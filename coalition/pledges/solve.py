"""Which pledges hold: the greatest fixed point. Pure, no Django.

Assume every promise in; drop one whose conditions aren't met by those still in; repeat.
Two that wait for each other are both in, and nobody has to go first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True, slots=True)
class Promise:
    """One organisation's promise to leave; all of its conditions must hold. No condition: firm."""

    organisation: int
    at_least: int = 0
    named: frozenset[int] = frozenset()
    percent: int = 0
    member: bool = True


@dataclass(frozen=True, slots=True)
class Ground:
    """What the conditions are counted against."""

    members: int
    already_left: frozenset[int] = frozenset()
    already_left_members: int = 0
    already_left_counts: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one promise still lacks; empty when it holds."""

    more: int = 0
    named: frozenset[int] = field(default_factory=frozenset)


def holding(promises: Iterable[Promise], ground: Ground) -> frozenset[int]:
    """The organisations whose promise holds, all together. O(n log n): each falls at most once."""
    inside = {promise.organisation: promise for promise in promises}
    extra = ground.already_left if ground.already_left_counts else frozenset[int]()
    extra_members = ground.already_left_members if extra else 0
    count = len(inside.keys() | extra)
    members = sum(promise.member for promise in inside.values()) + extra_members
    dependants: dict[int, list[int]] = defaultdict(list)
    for promise in inside.values():
        for organisation in promise.named:
            dependants[organisation].append(promise.organisation)
    by_number = sorted(inside.values(), key=lambda promise: promise.at_least)
    by_percent = sorted(inside.values(), key=lambda promise: promise.percent)
    there = inside.keys() | extra
    falling = [promise.organisation for promise in inside.values() if promise.named - there]
    while True:
        while by_number and by_number[-1].at_least > count:
            falling.append(by_number.pop().organisation)
        while by_percent and members * 100 < by_percent[-1].percent * ground.members:
            falling.append(by_percent.pop().organisation)
        if not falling:
            return frozenset(inside)
        fallen = inside.pop(falling.pop(), None)
        if fallen is None:
            continue
        if fallen.organisation not in extra:
            count -= 1
            falling.extend(dependants[fallen.organisation])
        members -= fallen.member


def waiting(promise: Promise, held: frozenset[int], ground: Ground, members_held: int) -> Waiting:
    """What a promise that does not hold still needs beyond those that hold (itself included)."""
    extra = ground.already_left if ground.already_left_counts else frozenset()
    there = held | extra | {promise.organisation}
    own = 0 if promise.organisation in held else int(promise.member)
    members = members_held + own + (ground.already_left_members if extra else 0)
    short = max(
        promise.at_least - len(there),
        ceil(promise.percent * ground.members / 100) - members,
        0,
    )
    return Waiting(more=short, named=promise.named - there)


def can_still(promise: Promise, possible: Mapping[int, bool], ground: Ground) -> bool:
    """Whether a promise could ever hold if every organisation in `possible` (id → member) left."""
    everyone = [
        Promise(organisation, member=member)
        for organisation, member in possible.items()
        if organisation != promise.organisation
    ]
    return promise.organisation in holding([*everyone, promise], ground)
