"""The launch wall: every post lies on one heap, every organisation is one dot."""

import pytest
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.members.states import NetworkChoices, Route
from coalition.pledges.actions import withdraw
from coalition.publishing.models import Post
from coalition.publishing.states import State
from coalition.publishing.wall import Heap, Place, Wall, wall
from tests.factories import NOW, Columns, T, account, campaign, coordinator, pledge, post

pytestmark = pytest.mark.django_db


def seen(exit_: Campaign) -> Wall:
    return wall(exit_, now=T)


@pytest.mark.parametrize(
    ("fields", "heap", "place"),
    [
        ({"state": State.PUBLISHED}, Heap.OUT, Place.GONE),
        ({"state": State.SENDING}, Heap.SENDING, Place.WAITING),
        ({"state": State.APPROVED}, Heap.BY_HAND, Place.WAITING),
        ({"state": State.APPROVED, "route": Route.DIRECT}, Heap.WAITING, Place.WAITING),
        ({"state": State.UNCERTAIN}, Heap.UNCERTAIN, Place.TROUBLED),
        ({"state": State.REFUSED}, Heap.REFUSED, Place.TROUBLED),
        ({"state": State.MISSED}, Heap.MISSED, Place.TROUBLED),
        ({"state": State.DRAFT}, Heap.NOT_READY, Place.NOT_READY),
        ({"approved_for": T.replace(day=19)}, Heap.NOT_READY, Place.NOT_READY),
    ],
)
def test_every_post_lies_on_one_heap(fields: Columns, heap: Heap, place: Place) -> None:
    exit_ = campaign()
    post(pledge(exit_), **fields)
    found = seen(exit_)
    assert {key: count for key, count in found.tally.items() if count} == {heap: 1}
    assert [spot.place for spot in found.spots] == [place]


def test_an_organisation_of_which_one_post_is_out_is_partly_out() -> None:
    exit_ = campaign()
    word = pledge(exit_)
    post(word, state=State.PUBLISHED)
    post(word, account(word.organisation, NetworkChoices.BLUESKY))
    assert [spot.place for spot in seen(exit_).spots] == [Place.PARTLY]


def test_who_withdrew_is_off_the_wall_but_what_is_out_stays() -> None:
    exit_ = campaign()
    for state in (State.APPROVED, State.PUBLISHED):
        word = pledge(exit_)
        post(word, state=state)
        withdraw(word, actor=coordinator(), now=NOW)
    assert seen(exit_).posts == 1


def test_what_people_must_do_comes_with_the_most_urgent_first() -> None:
    exit_ = campaign()
    Campaign.objects.update(go_at=NOW)
    exit_.refresh_from_db()
    for state in (State.APPROVED, State.MISSED, State.REFUSED, State.UNCERTAIN):
        post(pledge(exit_), state=state, needs_person=state == State.UNCERTAIN)
    assert [one.state for one in seen(exit_).for_people] == [
        *(State.UNCERTAIN, State.REFUSED, State.MISSED, State.APPROVED)
    ]


def test_what_the_machine_still_looks_for_is_not_put_before_people() -> None:
    exit_ = campaign()
    post(pledge(exit_), state=State.UNCERTAIN, needs_person=False)
    assert seen(exit_).for_people == ()


@pytest.mark.parametrize("count", [1, 3, 60])
def test_sixty_take_as_many_queries_as_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    exit_ = campaign()
    for _ in range(count):
        post(pledge(exit_), state=State.REFUSED)
    assert Post.objects.count() == count
    with django_assert_num_queries(4):
        seen(exit_)
