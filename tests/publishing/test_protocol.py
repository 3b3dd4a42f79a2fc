"""The protocol keeps its promises in every world that can be reached, and no mutant of it does."""

from dataclasses import replace

import pytest

from coalition.publishing.states import ARROWS, Move, State
from tests.publishing.protocol import PROMISES, STUCK, Rules, World
from tests.publishing.searching import search

ON_X, ON_BLUESKY = Rules(on_x=True), Rules(on_x=False)
TWICE = "at most once"
CANCELLED = "cancelled only when nothing can have left"
PARKED = "out is not parked as if it were not"


@pytest.mark.parametrize("rules", [ON_X, ON_BLUESKY], ids=["x", "bluesky"])
def test_every_promise_holds_in_every_world(rules: Rules) -> None:
    found = search(rules)
    assert found.broken == {}
    assert found.worlds > 1000  # it was a search indeed


LATE_ON_BLUESKY = replace(ON_BLUESKY, in_time=False)


def test_out_of_time_every_promise_but_one_holds_on_bluesky_too() -> None:
    """A post that was refused after a lost try may yet come true: it is in front of a person."""
    assert set(search(LATE_ON_BLUESKY).broken) <= {PARKED}


def test_out_of_time_on_x_it_takes_a_person_to_send_twice() -> None:
    late = replace(ON_X, in_time=False)
    assert "not there" in search(late, until=TWICE).broken[TWICE]
    assert TWICE not in search(late, World(again=0)).broken


def also(arrow: Move, *sources: State, rules: Rules = ON_X) -> Rules:
    """The same protocol with an arrow that starts at more states."""
    declared, target = ARROWS[arrow]
    return replace(rules, arrows={**ARROWS, arrow: (declared | set(sources), target)})


MUTANTS: dict[str, tuple[Rules, str]] = {
    "an unknown answer is tried again": (replace(ON_X, unknown=Move.POSTPONE), TWICE),
    "the sweep puts back": (replace(ON_X, swept=Move.POSTPONE), TWICE),
    "nobody sweeps": (replace(ON_X, sweeps=False), STUCK),
    "nobody looks at the lease before the call": (replace(ON_X, checks_lease=False), TWICE),
    "a stale answer is taken": (replace(ON_X, fenced=False), TWICE),
    "not there on X goes back by machine": (replace(ON_X, absent_returns=True), TWICE),
    "a person tries again without a look": (replace(ON_X, person_looks=False), TWICE),
    "a post is claimed twice": (also(Move.CLAIM, State.SENDING), TWICE),
    "a doubtful post is claimed": (also(Move.CLAIM, State.UNCERTAIN), TWICE),
    "given up while sending": (also(Move.GIVE_UP, State.SENDING), CANCELLED),
    "given up while doubtful": (also(Move.GIVE_UP, State.UNCERTAIN), CANCELLED),
    "missed while sending": (also(Move.MISS, State.SENDING), TWICE),
    "taken back while sending": (also(Move.TAKE_BACK, State.SENDING), TWICE),
    "taken back while doubtful": (also(Move.TAKE_BACK, State.UNCERTAIN), TWICE),
    "handed over while sending": (
        replace(ON_X, hands_over=ON_X.hands_over | {State.SENDING, State.UNCERTAIN}),
        TWICE,
    ),
    "a hand-off is claimed": (replace(ON_X, claims_by_hand=True), TWICE),
    "nobody is told": (replace(ON_X, tells=False), STUCK),
    "an unknown answer is a refusal": (replace(ON_X, unknown=Move.REFUSE), PARKED),
    "each try on Bluesky has its own key": (
        replace(ON_BLUESKY, in_time=False, one_key=False),
        TWICE,
    ),
    "people need not wait for a look that settles a lost try": (
        replace(ON_BLUESKY, in_time=False, settles=False),
        TWICE,
    ),
    "given up before a lost try is settled": (
        replace(ON_BLUESKY, in_time=False, settles=False),
        CANCELLED,
    ),
    "published without an id": (
        replace(ON_X, unknown=Move.PUBLISH),
        "published only when it is out",
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_each_mutant_breaks_a_promise(name: str) -> None:
    rules, promise = MUTANTS[name]
    broken = search(rules, until=promise).broken
    assert promise in broken, f"it survives; broken is {broken}"


def test_each_promise_is_broken_by_some_mutant() -> None:
    assert {promise for _rules, promise in MUTANTS.values()} == {*PROMISES, STUCK}
