"""Every world of the protocol that can be reached, breadth first, and the promises it breaks."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.publishing.protocol import PROMISES, STUCK, Rules, World, rests, steps

FIRST = World()


@dataclass(frozen=True, slots=True)
class Search:
    """What a search saw: how many worlds, and the shortest way to each broken promise."""

    worlds: int
    broken: Mapping[str, tuple[str, ...]]


def search(rules: Rules, first: World = FIRST, *, until: str = "") -> Search:
    """Every world that can be reached, breadth first; no further than a broken promise `until`."""
    came: dict[World, tuple[World, str] | None] = {first: None}
    before: dict[World, list[World]] = defaultdict(list)  # by steps of the machine alone
    waiting = deque([first])
    broken: dict[str, tuple[str, ...]] = {}
    while waiting and until not in broken:
        world = waiting.popleft()
        for promise, holds in PROMISES.items():
            if promise not in broken and not holds(world):
                broken[promise] = _way(came, world)
        for by, label, after in steps(world, rules):
            if by == "machine":
                before[after].append(world)
            if after not in came:
                came[after] = (world, label)
                waiting.append(after)
    stuck = None if waiting else _stuck(came, before)
    if stuck:
        broken[STUCK] = _way(came, stuck)
    return Search(len(came), broken)


def _stuck(worlds: Iterable[World], before: Mapping[World, list[World]]) -> World | None:
    """A world from which the machine alone never comes to rest."""
    ends_well = {world for world in worlds if rests(world)}
    calm = deque(ends_well)
    while calm:
        earlier = set(before.get(calm.popleft(), [])) - ends_well
        ends_well |= earlier
        calm.extend(earlier)
    return next((world for world in worlds if world not in ends_well), None)


def _way(came: Mapping[World, tuple[World, str] | None], world: World) -> tuple[str, ...]:
    step = came[world]
    return (*_way(came, step[0]), step[1]) if step else ()
