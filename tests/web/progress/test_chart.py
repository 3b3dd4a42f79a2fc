from datetime import date, timedelta
from itertools import combinations, pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.evidence.states import Label
from coalition.progress.chart import NARROW, WIDE, Frame, Where, draw
from coalition.progress.queries import Dot

DAY = date(2027, 1, 20)

days = st.one_of(
    st.none(),
    st.just(DAY),
    st.integers(-40, 40).map(lambda away: DAY + timedelta(days=away)),
    st.dates(date(2022, 11, 1), date(2028, 1, 1)),
)
crowds = st.lists(st.builds(Dot, st.sampled_from(Label), days), max_size=90)
frames = st.sampled_from([WIDE, NARROW])


@given(crowds, st.sampled_from([DAY, None]), frames)
def test_every_dot_stands_once_inside_the_paper_and_touches_no_other(
    dots: list[Dot], exit_day: date | None, frame: Frame
) -> None:
    chart = draw(dots, exit_day=exit_day, today=DAY, frame=frame)
    key = [(dot.label, str(dot.day)) for dot in dots]
    assert sorted((place.dot.label, str(place.dot.day)) for place in chart.places) == sorted(key)
    radius = 7 * chart.scale
    for place in chart.places:
        assert radius <= place.x <= frame.width - radius
        assert chart.sky + radius <= place.y <= frame.ground - radius
    for one, other in combinations(chart.places, 2):
        assert hypot(one.x - other.x, one.y - other.y) > 2 * radius


@given(crowds, frames)
def test_grounds_stand_apart_in_the_order_of_their_days(dots: list[Dot], frame: Frame) -> None:
    grounds = draw(dots, exit_day=DAY, today=DAY, frame=frame).grounds
    for left, right in pairwise(grounds):
        assert left.right < right.left
    found = [ground.day for ground in grounds if ground.day]
    assert found == sorted(found)


@given(crowds, frames)
def test_names_of_days_never_touch(dots: list[Dot], frame: Frame) -> None:
    names = sorted(
        ground.label_x
        for ground in draw(dots, exit_day=DAY, today=DAY, frame=frame).grounds
        if ground.label_x is not None
    )
    assert all(b - a >= frame.label - 0.02 for a, b in pairwise(names))


@pytest.mark.parametrize("frame", [WIDE, NARROW])
@pytest.mark.parametrize("count", [33, 60, 120, 200])
def test_the_day_is_one_column_with_all_that_left_on_it(count: int, frame: Frame) -> None:
    dots = [Dot(Label.LEFT, DAY)] * count + [Dot(Label.LEFT, DAY + timedelta(days=3))]
    chart = draw(dots, exit_day=DAY, today=DAY, frame=frame)
    inside = [place for place in chart.places if chart.exit.left < place.x < chart.exit.right]
    assert len(inside) == count
    assert chart.exit.width <= frame.widest
    assert frame.ground - min(place.y for place in inside) > chart.exit.width


def test_dots_that_fill_change_no_place() -> None:
    before = [Dot(Label.LEAVING, DAY, name, name) for name in "abcdef"]
    after = [Dot(Label.LEFT if dot.name in "bd" else dot.label, DAY, dot.name) for dot in before]
    first, second = (draw(dots, exit_day=DAY, today=DAY, frame=WIDE) for dots in (before, after))
    assert [(p.x, p.y) for p in first.places] == [(p.x, p.y) for p in second.places]
    assert [p.dot.label for p in second.places] == [Label.LEFT] * 2 + [Label.LEAVING] * 4


def test_what_is_far_away_shares_one_ground_at_the_edge() -> None:
    dots = [Dot(Label.ALREADY_LEFT, date(2023, 3, 14)), Dot(Label.ALREADY_LEFT, date(2024, 5, 1))]
    grounds = draw(dots, exit_day=DAY, today=DAY, frame=WIDE).grounds
    assert [ground.where for ground in grounds] == [Where.EARLIER, Where.EXIT]


def test_without_a_date_those_who_promise_wait_in_its_place() -> None:
    chart = draw([Dot(Label.PLEDGED, None)], exit_day=None, today=DAY, frame=WIDE)
    assert chart.exit.day is None
    assert chart.exit.left < chart.places[0].x < chart.exit.right
