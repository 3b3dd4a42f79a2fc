"""The curve of promises: its line stays on the paper and ends at what stands."""

from datetime import date, timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from coalition.progress import curve

DAY = date(2027, 1, 1)


@given(
    steps=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 20)), min_size=2, max_size=30),
    ahead=st.none() | st.integers(-10, 90),
)
def test_the_line_stays_on_its_paper(steps: list[tuple[int, int]], ahead: int | None) -> None:
    days = accumulate(gap for gap, _ in steps)
    counts = accumulate(more for _, more in steps)
    grown = [(DAY + timedelta(days=day), count) for day, count in zip(days, counts, strict=True)]
    today = grown[-1][0] + timedelta(days=1)
    exit_day = None if ahead is None else today + timedelta(days=ahead)
    drawn = curve.draw(grown, today=today, exit_day=exit_day, sheet=curve.WIDE)
    assert drawn is not None
    numbers = [float(part) for part in drawn.path[1:].replace("H", " ").replace("V", " ").split()]
    assert min(numbers) >= 0
    assert max(numbers) <= curve.WIDE.width
    assert (drawn.count, drawn.last) == (grown[-1][1], today)
    assert drawn.y == curve.WIDE.top


def test_one_day_is_no_curve() -> None:
    assert curve.draw([(DAY, 4)], today=DAY, exit_day=None, sheet=curve.WIDE) is None


def test_the_exit_is_marked_on_its_day() -> None:
    grown = [(DAY, 1), (DAY + timedelta(days=10), 3)]
    exit_day = DAY + timedelta(days=20)
    drawn = curve.draw(grown, today=DAY + timedelta(days=10), exit_day=exit_day, sheet=curve.WIDE)
    assert drawn is not None
    assert (drawn.x, drawn.exit_x) == (600.0, 1200.0)
