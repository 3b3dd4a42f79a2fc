"""The protocol of one send as a small machine, built from the code's own arrows.

One post, the workers that hold a claim of it, what is public, and people. A world is a value; every
step that could come next is tried, from every world that can be reached.

"In time" is the one thing it takes on trust: a call that begins well inside its lease has had its
effect, if any, before the lease ends. Out of time, a request may come true at any moment.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from coalition.publishing.look import LOOKS_ON_X
from coalition.publishing.states import ARROWS, Move, State

MOST_CLAIMS = 3


class At(StrEnum):
    """Where a worker stands with its claim; the last four are answers not yet recorded."""

    HOLDS = "holds"
    CALLS = "calls"
    PUBLISHED = "published"
    REFUSED = "refused"
    POSTPONED = "postponed"
    UNKNOWN = "unknown"


class Worker(NamedTuple):
    fence: int
    at: At


@dataclass(frozen=True, slots=True)
class World:
    """Everything there is about one post."""

    state: State = State.DRAFT
    fence: int = 0
    leased: bool = False
    workers: frozenset[Worker] = frozenset()
    effects: int = 0  # what our calls made public: on Bluesky one under a key, on X each call
    by_person: int = 0  # what a person posted
    on_the_way: int = 0  # requests that may still come true
    lost: bool = False  # a try was lost, and no look has settled it
    looks: int = 0
    asked: bool = False  # a person is to look
    told: bool = False
    late: bool = False
    by_hand: bool = False
    again: int = 1  # how often a person may still try again
    back: int = 1  # how often a person may still take it back


@dataclass(frozen=True, slots=True)
class Rules:
    """The protocol; a mutant has one of these otherwise."""

    arrows: Mapping[Move, tuple[frozenset[State], State]] = field(default_factory=lambda: ARROWS)
    on_x: bool = True
    in_time: bool = True
    unknown: Move = Move.LOSE_SIGHT
    swept: Move = Move.LOSE_SIGHT
    sweeps: bool = True
    tells: bool = True
    checks_lease: bool = True
    fenced: bool = True
    one_key: bool = True
    absent_returns: bool = False  # "not there" on X goes back by machine
    person_looks: bool = True
    claims_by_hand: bool = False
    settles: bool = True  # on Bluesky people wait for a look that settles a lost try
    hands_over: frozenset[State] = frozenset({State.APPROVED, State.REFUSED, State.MISSED})


class Step(NamedTuple):
    by: str  # "machine", "fault" or "person"
    label: str
    world: World


def steps(world: World, rules: Rules) -> Iterator[Step]:
    """Everything that can happen next."""
    for to in _machine(world, rules):
        yield Step("machine", *to)
    for worker in world.workers:
        yield from _worker(world, worker, rules)
    yield from _person(world, rules)


def _moved(world: World, arrow: Move, rules: Rules, **changes: object) -> World | None:
    sources, target = rules.arrows[arrow]
    if world.state not in sources:
        return None
    return replace(world, state=target, **changes)  # type: ignore[arg-type]


def _machine(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    yield from _time(world, rules)
    fence = world.fence + 1
    if not world.late and (rules.claims_by_hand or not world.by_hand) and fence <= MOST_CLAIMS:
        workers = world.workers | {Worker(fence, At.HOLDS)}
        if claimed := _moved(world, Move.CLAIM, rules, fence=fence, leased=True, workers=workers):
            yield "claim", claimed
    ran_out = world.state == State.SENDING and not world.leased
    if ran_out and rules.sweeps and (swept := _moved(world, rules.swept, rules, lost=True)):
        yield "sweep", swept
    if world.state == State.UNCERTAIN and not world.asked:
        yield from _look(world, rules)
    late = Move.DOUBT if _unsettled(world, rules) and world.state == State.APPROVED else Move.MISS
    if (missed := _moved(world, late, rules)) and world.late and not world.by_hand:
        yield "miss", missed
    if for_people(world) and not world.told and rules.tells:
        yield "tell", replace(world, told=True)


def _time(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    if world.state != State.DRAFT and not world.late:
        yield "the window ends", replace(world, late=True)
    calling = Worker(world.fence, At.CALLS) in world.workers
    if world.leased and not (rules.in_time and calling):
        yield "the lease runs out", replace(world, leased=False)
    if world.on_the_way:
        yield "a request comes true late", _applied(replace(world, on_the_way=0), rules)
        yield "a request is lost for good", replace(world, on_the_way=0)


def for_people(world: World) -> bool:
    """Whether only a person can go on."""
    return world.state in {State.REFUSED, State.MISSED} or (
        world.state == State.UNCERTAIN and world.asked
    )


def _look(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    found = _moved(world, Move.FOUND, rules)
    if world.effects and found:
        yield "look: there", found
    if world.effects and not rules.on_x:
        return  # one's own repository hides nothing; a timeline may lag
    moving = bool(world.on_the_way) or any(one.at == At.CALLS for one in world.workers)
    if moving and rules.settles and not rules.on_x and (world.by_hand or world.late):
        return  # looked at again when the network's longest time is over
    back = _moved(world, Move.NOT_THERE, rules, looks=0, lost=world.lost and moving)
    if (not rules.on_x or rules.absent_returns) and back:
        yield "look: not there", back
    elif rules.on_x:
        looks = world.looks + 1
        yield "look: not seen", replace(world, looks=looks, asked=looks >= LOOKS_ON_X)


def _unsettled(world: World, rules: Rules) -> bool:
    return rules.settles and not rules.on_x and world.lost


def _applied(world: World, rules: Rules) -> World:
    if rules.on_x or not rules.one_key:
        return replace(world, effects=world.effects + 1)
    return replace(world, effects=1)


def _worker(world: World, worker: Worker, rules: Rules) -> Iterator[Step]:
    others = world.workers - {worker}
    without = replace(world, workers=others)

    def now(at: At, of: World = world) -> World:
        return replace(of, workers=others | {Worker(worker.fence, at)})

    if worker.at == At.HOLDS:
        yield Step("fault", "it dies before the call", without)
        in_lease = world.leased and worker.fence == world.fence
        if in_lease or not rules.checks_lease:
            yield Step("machine", "call", now(At.CALLS))
        else:
            yield Step("machine", "held too long", now(At.POSTPONED))
    elif worker.at == At.CALLS:
        applied = _applied(world, rules)
        yield Step("machine", "out, and answered", now(At.PUBLISHED, applied))
        yield Step("machine", "out, and the answer lost", now(At.UNKNOWN, applied))
        yield Step("machine", "refused", now(At.REFUSED))
        yield Step("machine", "postponed", now(At.POSTPONED))
        cut = world if rules.in_time else replace(world, on_the_way=1)
        yield Step("machine", "the request lost", now(At.UNKNOWN, cut))
        yield Step("fault", "it dies after the call", replace(applied, workers=others))
        yield Step("fault", "it dies in the call", replace(cut, workers=others))
    else:
        yield Step("fault", "it dies before the record", without)
        yield Step("machine", f"record {worker.at}", _recorded(without, worker, rules))


def _recorded(world: World, worker: Worker, rules: Rules) -> World:
    if worker.at == At.PUBLISHED:
        arrows = (Move.PUBLISH, Move.FOUND, Move.PROVE)
    else:
        arrow = {At.REFUSED: Move.REFUSE, At.POSTPONED: Move.POSTPONE, At.UNKNOWN: rules.unknown}
        arrows = (arrow[worker.at],)  # type: ignore[assignment]
        if rules.fenced and worker.fence != world.fence:
            return world
    for move in arrows:
        lost = world.lost or worker.at == At.UNKNOWN
        moved = _moved(world, move, rules, leased=False, asked=False, lost=lost)
        if moved:
            return moved
    return world


def _person(world: World, rules: Rules) -> Iterator[Step]:
    def does(label: str, after: World | None) -> Iterator[Step]:
        if after:
            yield Step("person", label, after)

    fresh = {"told": False, "late": False, "looks": 0, "asked": False}
    yield from does("approve", _moved(world, Move.APPROVE, rules))
    waits = _unsettled(world, rules)
    if world.back and not waits:
        yield from does("take back", _moved(world, Move.TAKE_BACK, rules, back=0))
    yield from does("give up", None if waits else _moved(world, Move.GIVE_UP, rules))
    if world.again:
        yield from does("try again", _moved(world, Move.TRY_AGAIN, rules, again=0, **fresh))
    if world.state == State.UNCERTAIN and (world.asked or not rules.person_looks):
        if world.effects and rules.person_looks:
            yield from does("give its link", _moved(world, Move.FOUND, rules))
        elif world.again:
            yield from does("not there", _moved(world, Move.NOT_THERE, rules, again=0, **fresh))
    if world.state in rules.hands_over and not world.by_hand:
        handed = replace(world, by_hand=True)
        arrow = Move.DOUBT if waits else Move.TRY_AGAIN
        yield from does("hand over", _moved(handed, arrow, rules, **fresh) or handed)
    asked_to_post = {State.APPROVED, State.SENDING, State.UNCERTAIN}
    if world.by_hand and not world.by_person and world.state in asked_to_post and not waits:
        posted = replace(world, by_person=1)
        yield from does("post by hand", _moved(posted, Move.PROVE, rules) or posted)


def rests(world: World) -> bool:
    """Whether it may stay like this for ever: settled, or in front of people who were told."""
    return not world.workers and (
        world.state in {State.DRAFT, State.PUBLISHED, State.CANCELLED}
        or (for_people(world) and world.told)
        or (world.state == State.APPROVED and world.by_hand)
    )


PROMISES: Mapping[str, Callable[[World], bool]] = {
    "at most once": lambda world: world.effects + world.by_person <= 1,
    "published only when it is out": lambda world: (
        world.state != State.PUBLISHED or world.effects + world.by_person > 0
    ),
    "cancelled only when nothing can have left": lambda world: (
        world.state != State.CANCELLED
        or (
            not world.effects
            and not world.by_person
            and not world.on_the_way
            and not any(worker.at == At.CALLS for worker in world.workers)
        )
    ),
    "out is not parked as if it were not": lambda world: (
        not (rests(world) and world.effects) or world.state in {State.PUBLISHED, State.UNCERTAIN}
    ),
}
STUCK = "nothing is stuck"
