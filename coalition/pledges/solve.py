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

    @property
    def gone(self) -> frozenset[int]:
        """Who counts as leaving because it has left already."""
        return self.already_left if self.already_left_counts else frozenset()

    @property
    def gone_members(self) -> int:
        """How many of them are members."""
        return self.already_left_members if self.gone else 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one promise still lacks; empty when it holds."""

    more: int = 0
    named: frozenset[int] = field(default_factory=frozenset)


class _Inside:
    """Promises that are still in. Each falls at most once, so settling them all is O(n log n)."""

    def __init__(self, promises: Iterable[Promise], ground: Ground) -> None:
        """Everybody is in, beside whoever has left already where that counts."""
        self.promises = {promise.organisation: promise for promise in promises}
        self.ground, self.gone = ground, ground.gone
        there = self.promises.keys() | self.gone
        self.count = len(there)
        self.members = sum(promise.member for promise in self.promises.values())
        self.members += ground.gone_members
        self.dependants: dict[int, list[int]] = defaultdict(list)
        for promise in self.promises.values():
            for organisation in promise.named:
                self.dependants[organisation].append(promise.organisation)
        conditional = self.promises.values()
        self.by_number = sorted(conditional, key=lambda promise: promise.at_least)
        self.by_percent = sorted(conditional, key=lambda promise: promise.percent)
        self.falling = [one.organisation for one in conditional if one.named - there]

    def settle(self, further: int = 0) -> int:
        """Drop who isn't met, beside so many further firm members; how many stay.

        Nobody comes back in, so it may be asked again with fewer, never with more.
        """
        while True:
            while self.by_number and self.by_number[-1].at_least > self.count + further:
                self.falling.append(self.by_number.pop().organisation)
            while self.by_percent and self._short_of(self.by_percent[-1], further):
                self.falling.append(self.by_percent.pop().organisation)
            if not self.falling:
                return len(self.promises)
            fallen = self.promises.pop(self.falling.pop(), None)
            if fallen is None:
                continue
            if fallen.organisation not in self.gone:
                self.count -= 1
                self.falling.extend(self.dependants[fallen.organisation])
            self.members -= fallen.member

    def _short_of(self, promise: Promise, further: int) -> bool:
        return (self.members + further) * 100 < promise.percent * self.ground.members


def holding(promises: Iterable[Promise], ground: Ground) -> frozenset[int]:
    """The organisations whose promise holds, all together."""
    inside = _Inside(promises, ground)
    inside.settle()
    return frozenset(inside.promises)


def fewest_that_release(
    promises: Iterable[Promise], ground: Ground, *, most: int
) -> tuple[int, int] | None:
    """(how many further firm members release anybody, how many they release); None: none do."""
    inside = _Inside(promises, ground)
    held = [inside.settle(further) for further in range(most, -1, -1)]
    for further, stay in enumerate(reversed(held)):
        if stay > held[-1]:
            return further, stay - held[-1]
    return None


def waiting(promise: Promise, held: frozenset[int], ground: Ground, members_held: int) -> Waiting:
    """What a promise that does not hold still needs beyond those that hold (itself included)."""
    own = promise.organisation
    gone = ground.gone - held
    count = len(held) + len(gone) + (own not in held and own not in gone)
    members = members_held + ground.gone_members + (own not in held and promise.member)
    short = max(promise.at_least - count, ceil(promise.percent * ground.members / 100) - members, 0)
    return Waiting(more=short, named=promise.named - held - gone - {own})


def out_of_reach(
    promises: Iterable[Promise], possible: Mapping[int, bool], ground: Ground
) -> frozenset[int]:
    """Which could not even hold if every organisation in `possible` (id → member) left firmly."""
    there = possible.keys() | ground.gone
    members = sum(possible.values()) + ground.gone_members
    found = set()
    for promise in promises:
        own = promise.organisation
        count = len(there) + (own not in there)
        with_own = members - possible.get(own, False) + promise.member
        if (
            promise.at_least > count
            or with_own * 100 < promise.percent * ground.members
            or promise.named - there - {own}
        ):
            found.add(own)
    return frozenset(found)


def can_still(promise: Promise, possible: Mapping[int, bool], ground: Ground) -> bool:
    """Whether a promise could ever hold if every organisation in `possible` (id → member) left."""
    return not out_of_reach([promise], possible, ground)
