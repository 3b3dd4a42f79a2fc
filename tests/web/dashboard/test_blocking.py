"""The picture of who waits for whom: every line leads somewhere, on a desk and on a phone."""

import re
from itertools import pairwise

import pytest
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.pledges.board import board
from coalition.pledges.states import Answer
from coalition.web.dashboard.blocking import (
    MOST_WAITERS,
    NARROW,
    WIDE,
    Blocking,
    blocking,
    drawings,
)
from tests import factories
from tests.pledges.test_board import at_least, named
from tests.web.dashboard.test_pages import text

pytestmark = pytest.mark.django_db


def seen(exit_: Campaign) -> Blocking:
    found = blocking(board(exit_))
    assert found
    return found


def in_words(found: Blocking) -> dict[str, list[str]]:
    return {one.name: [each.name for each in one.holds] for one in found.blockers}


def test_it_names_whom_others_wait_for_and_how_many_are_missing(exit_: Campaign) -> None:
    silent, never = factories.organisation("Silent"), factories.organisation("Never")
    factories.pledge(exit_, never, answer=Answer.NOT_NOW)
    factories.pledge(exit_, factories.organisation("A"), **named(silent))
    factories.pledge(exit_, factories.organisation("B"), **named(silent, never))
    factories.pledge(exit_, factories.organisation("C"), **at_least(4))
    found = seen(exit_)
    assert in_words(found) == {"Silent": ["A", "B"], "Never": ["B"], "3 more pledges": ["C"]}
    assert {one.name for one in board(exit_).everyone if one.pk in found.hopeless} == {"B"}


def test_where_nobody_waits_there_is_no_picture(exit_: Campaign) -> None:
    factories.pledge(exit_)
    assert blocking(board(exit_)) is None


@pytest.mark.parametrize("count", [1, 3, 60])
def test_everything_stands_on_its_sheet_and_no_two_dots_touch(exit_: Campaign, count: int) -> None:
    for number in range(count):
        awaited = factories.organisation(f"Awaited {number} {'x' * 60}")
        for _ in range(1 + number % 3):
            factories.pledge(
                exit_, factories.organisation(f"W{number} {'y' * 60}"), **named(awaited)
            )
    found = seen(exit_)
    assert found.left_out == count - len(found.blockers)
    assert sum(len(one.holds) for one in found.blockers) <= MOST_WAITERS
    wide, narrow = drawings(found)
    for sheet, width in ((wide, WIDE), (narrow, NARROW)):
        assert sheet.left + sheet.width == width
        places = [(spot.x, spot.y) for spot in sheet.spots]
        assert len(set(places)) == len(places)
        assert all(7 <= y <= sheet.height - 7 for _x, y in places)
        assert all(sheet.left + 7 <= x <= width - 7 for x, _y in places)
        for column in {x for x, _y in places}:
            ys = sorted(y for x, y in places if x == column)
            assert all(other - one >= 20 for one, other in pairwise(ys))
        assert len(sheet.lines) == sum(len(one.holds) for one in found.blockers)
        assert all(len(spot.name) <= 36 for spot in sheet.spots)


def test_one_that_holds_back_a_hundred_does_not_fill_the_wall(exit_: Campaign) -> None:
    awaited = factories.organisation("Awaited")
    for _ in range(30):
        factories.pledge(exit_, **named(awaited))
    assert [len(one.holds) for one in seen(exit_).blockers] == [MOST_WAITERS]


def test_the_page_draws_it_twice_and_says_it_once(inside: Client, exit_: Campaign) -> None:
    silent = factories.organisation("<b>Silent</b>")
    factories.pledge(exit_, factories.organisation("A"), **named(silent))
    page = text(inside, "board", exit_.slug)
    assert len(re.findall(r'<svg class="blocks [^>]*aria-hidden="true"', page)) == 2
    assert "&lt;b&gt;Silent&lt;/b&gt; (no answer yet) holds 1 back: A" in page
    assert "<b>Silent" not in page
    assert "Who waits for whom" not in text(inside, "board", exit_.slug, query="?q=a")
