"""The greatest fixed point, held to every subset there is."""

from collections.abc import Sequence
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.pledges.solve import (
    Ground,
    Promise,
    Waiting,
    can_still,
    fewest_that_release,
    holding,
    waiting,
)

ALONE = Ground(members=10)


def met(promise: Promise, inside: Sequence[Promise], ground: Ground) -> bool:
    """Whether all the conditions of one promise hold among those inside: the rule, said plainly."""
    extra = ground.already_left if ground.already_left_counts else frozenset()
    there = {one.organisation for one in inside} | extra
    members = sum(one.member for one in inside) + (ground.already_left_members if extra else 0)
    return (
        len(there) >= promise.at_least
        and promise.named <= there
        and members * 100 >= promise.percent * ground.members
    )


def brute_force(promises: Sequence[Promise], ground: Ground) -> frozenset[int]:
    """The union of all subsets in which everybody's conditions are met by the others inside."""
    found: frozenset[int] = frozenset()
    for size in range(len(promises) + 1):
        for inside in combinations(promises, size):
            if all(met(promise, inside, ground) for promise in inside):
                found |= {promise.organisation for promise in inside}
    return found


@st.composite
def grounds(draw: st.DrawFn, *, most: int = 8) -> tuple[list[Promise], Ground]:
    """Promises of organisations 0…, some of the rest gone already, and who counts."""
    count = draw(st.integers(0, most))
    gone = draw(st.frozensets(st.integers(20, 23)))
    names = st.frozensets(st.one_of(st.integers(0, count), st.integers(20, 24)), max_size=2)
    promises = [
        Promise(
            organisation,
            at_least=draw(st.integers(0, count + 2)),
            named=draw(names) - {organisation},
            percent=draw(st.sampled_from([0, 0, 20, 34, 50, 67, 100])),
            member=draw(st.booleans()),
        )
        for organisation in range(count)
    ]
    members = sum(promise.member for promise in promises)
    gone_members = draw(st.integers(0, len(gone)))
    return promises, Ground(
        members=members + gone_members + draw(st.integers(0, 3)),
        already_left=gone,
        already_left_members=gone_members,
        already_left_counts=draw(st.booleans()),
    )


@settings(max_examples=400, deadline=None)
@given(grounds())
def test_what_holds_is_the_union_of_all_self_consistent_subsets(
    case: tuple[list[Promise], Ground],
) -> None:
    promises, ground = case
    assert holding(promises, ground) == brute_force(promises, ground)


@settings(max_examples=200, deadline=None)
@given(grounds(most=7))
def test_waiting_is_empty_exactly_for_those_that_hold(case: tuple[list[Promise], Ground]) -> None:
    promises, ground = case
    held = holding(promises, ground)
    members = sum(promise.member for promise in promises if promise.organisation in held)
    lacks = {one.organisation: waiting(one, held, ground, members) for one in promises}
    assert {name for name, lack in lacks.items() if lack == Waiting()} >= held
    for promise in promises:
        if promise.organisation not in held and lacks[promise.organisation] == Waiting():
            # it lacks nothing beyond its own coming in: then it would hold
            raise AssertionError(promise)


@settings(max_examples=200, deadline=None)
@given(grounds(most=7))
def test_who_holds_now_can_still_and_who_cannot_never_does(
    case: tuple[list[Promise], Ground],
) -> None:
    promises, ground = case
    possible = {promise.organisation: promise.member for promise in promises}
    everybody_firm = [Promise(name, member=member) for name, member in possible.items()]
    for promise in promises:
        others = [one for one in everybody_firm if one.organisation != promise.organisation]
        assert can_still(promise, possible, ground) == (
            promise.organisation in brute_force([*others, promise], ground)
        )
        if promise.organisation in holding(promises, ground):
            assert can_still(promise, possible, ground)


def test_two_that_wait_for_each_other_are_both_in() -> None:
    promises = [Promise(1, named=frozenset({2})), Promise(2, named=frozenset({1}))]
    assert holding(promises, ALONE) == {1, 2}


def test_one_that_waits_for_somebody_who_never_answered_is_out_and_takes_its_dependants() -> None:
    promises = [Promise(1, named=frozenset({9})), Promise(2, named=frozenset({1})), Promise(3)]
    assert holding(promises, ALONE) == {3}


def test_already_left_organisations_count_only_where_the_campaign_says_so() -> None:
    promises = [Promise(1, at_least=3), Promise(2)]
    gone = frozenset({8})
    assert holding(promises, Ground(10, gone, 1, already_left_counts=False)) == {2}
    assert holding(promises, Ground(10, gone, 1, already_left_counts=True)) == {1, 2}
    names_it = [Promise(1, named=gone)]
    assert holding(names_it, Ground(10, gone, 1, already_left_counts=False)) == set()
    assert holding(names_it, Ground(10, gone, 1, already_left_counts=True)) == {1}


def test_a_percentage_is_of_the_members_and_independents_do_not_move_it() -> None:
    half = Promise(1, percent=50)
    assert holding([half, Promise(2, member=False)], Ground(members=4)) == {2}
    assert holding([half, Promise(2)], Ground(members=4)) == {1, 2}
    assert holding([Promise(1, percent=34)], Ground(members=3)) == set()  # 33.3 % is not 34 %
    assert holding([Promise(1, percent=33)], Ground(members=3)) == {1}


def test_waiting_says_how_many_more_and_which_names() -> None:
    promise = Promise(1, at_least=4, named=frozenset({2, 9}))
    assert waiting(promise, frozenset({2}), ALONE, 1) == Waiting(2, frozenset({9}))
    assert waiting(Promise(1, percent=50), frozenset({2}), ALONE, 1) == Waiting(3)


def test_a_condition_beyond_everybody_can_never_come_true() -> None:
    possible = {1: True, 2: True, 3: False}
    assert can_still(Promise(1, at_least=3), possible, ALONE)
    assert not can_still(Promise(1, at_least=4), possible, ALONE)
    assert not can_still(Promise(1, named=frozenset({4})), possible, ALONE)
    assert can_still(Promise(1, percent=100), possible, Ground(members=2))
    assert not can_still(Promise(1, percent=100), possible, Ground(members=3))


@settings(max_examples=200, deadline=None)
@given(grounds(most=7), st.integers(0, 6))
def test_the_fewest_that_release_are_found_by_trying_each_number(
    case: tuple[list[Promise], Ground], most: int
) -> None:
    promises, ground = case

    def held(further: int) -> int:
        more = [Promise(-number) for number in range(1, further + 1)]
        return len(holding([*promises, *more], ground)) - further

    tried = [(more, held(more) - held(0)) for more in range(1, most + 1)]
    first = next(((more, releases) for more, releases in tried if releases), None)
    assert fewest_that_release(promises, ground, most=most) == first


def naive(promises: Sequence[Promise], ground: Ground) -> frozenset[int]:
    """Everybody in; drop the unmet; again, until nobody is unmet. The definition itself."""
    inside = list(promises)
    while (kept := [one for one in inside if met(one, inside, ground)]) != inside:
        inside = kept
    return frozenset(one.organisation for one in inside)


@settings(max_examples=60, deadline=None)
@given(grounds(most=60))
def test_it_is_the_naive_greatest_fixed_point(case: tuple[list[Promise], Ground]) -> None:
    assert holding(*case) == naive(*case)
