"""The schedule is a query: a post is due when all is true, and never when one thing is not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from coalition.campaigns.actions import call_off, resume, set_exit_at, stop
from coalition.campaigns.deciding import decide
from coalition.campaigns.models import Campaign
from coalition.members.actions import erase_secret
from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Route, Rule
from coalition.pledges.actions import Word as Said
from coalition.pledges.actions import leave_coalition, make_pledge, withdraw
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer
from coalition.publishing.breaker import close_breaker
from coalition.publishing.models import Breaker, Post
from coalition.publishing.queries import by_hand_posts, due_posts, overdue_posts
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
WINDOW = timedelta(minutes=15)
INSTANT = timedelta(microseconds=1)


def due(post: Post, at: datetime = T) -> bool:
    return due_posts(Campaign.objects.get(pk=post.campaign_id), at).filter(pk=post.pk).exists()


def somebody() -> factories.Columns:
    return {"actor": factories.person(), "now": NOW}


@pytest.fixture
def post() -> Post:
    return factories.direct(factories.pledge(factories.going()), NetworkChoices.X)


def test_a_post_is_due_from_its_hour_to_the_end_of_its_window_and_at_no_other_instant(
    post: Post,
) -> None:
    assert due(post, T)
    assert due(post, T + WINDOW)
    for at in (T - timedelta(days=1), T - timedelta(seconds=1), T - timedelta(seconds=0.5)):
        assert not due(post, at)
    assert not due(post, T - INSTANT)
    assert not due(post, T + WINDOW + INSTANT)


@pytest.mark.parametrize("offset", [-60, -1, 1, 60])
def test_a_wave_has_its_own_hour_never_an_instant_early(post: Post, offset: int) -> None:
    Post.objects.update(offset_seconds=offset)
    hour = T + timedelta(seconds=offset)
    assert [due(post, at) for at in (hour - INSTANT, hour, hour + WINDOW)] == [False, True, True]
    assert not due(post, hour + WINDOW + INSTANT)


def moved_away_and_approved(post: Post) -> None:
    set_exit_at(post.campaign, T + timedelta(days=1), **somebody())
    Campaign.objects.update(exit_at=T, go_at=NOW)
    Post.objects.update(approved_for=T + timedelta(days=1))


def moved_away_and_back(post: Post) -> None:
    for hour in (T + timedelta(days=1), T):
        set_exit_at(post.campaign, hour, **somebody())
    Campaign.objects.update(go_at=NOW)


OFF: dict[str, Callable[[Post], object]] = {
    "not opened": lambda _: Campaign.objects.update(opened_at=None),
    "no go yet": lambda _: Campaign.objects.update(go_at=None),
    "no-go": lambda post: decide(post.campaign, go=False, **somebody()),
    "stopped": lambda post: stop(post.campaign, **somebody()),
    "called off": lambda post: call_off(post.campaign, **somebody()),
    "moved": lambda post: set_exit_at(post.campaign, T - timedelta(minutes=1), **somebody()),
    "moved away and back, go said again, approval not": moved_away_and_back,
    "moved, go said again, approval not": lambda _: Campaign.objects.update(
        exit_at=T - timedelta(minutes=1)
    ),
    "approved for another hour": moved_away_and_approved,
    "withdrawn": lambda post: withdraw(post.pledge, **somebody()),
    "condition unmet": lambda _: Pledge.objects.update(holds_since=None),
    "said not now instead": lambda post: make_pledge(
        post.campaign, post.pledge.organisation, Said(Answer.NOT_NOW), **somebody()
    ),
    "left the coalition": lambda post: leave_coalition(post.pledge.organisation, **somebody()),
    "not connected": lambda _: Account.objects.update(connected_at=None),
    "secret erased": lambda post: erase_secret(
        post.account, rule=Rule.ASKED, actor="somebody", now=NOW
    ),
    "by hand": lambda _: Post.objects.update(route=Route.BY_HAND),
    "breaker open": lambda _: Breaker.objects.create(network="x", detail="402", opened_at=NOW),
    "asked to wait": lambda _: Post.objects.update(not_before=T + INSTANT),
    **{
        str(state): lambda _, state=state: Post.objects.update(  # type: ignore[misc]
            state=state, lease_until=T, network_post_id="1", published_at=T
        )
        for state in State
        if state is not State.APPROVED
    },
}


@pytest.mark.parametrize("off", OFF)
def test_with_any_one_thing_off_it_is_not_due(post: Post, off: str) -> None:
    assert due(post)
    OFF[off](post)
    assert not due(post)


def test_what_is_off_can_be_on_again(post: Post) -> None:
    stop(post.campaign, **somebody())
    resume(post.campaign, **somebody())
    Post.objects.update(not_before=T)
    Breaker.objects.create(network="bluesky", detail="", opened_at=NOW)
    Breaker.objects.create(network="x", detail="", opened_at=NOW)
    close_breaker("x", actor="somebody", now=NOW)
    assert due(post)


@pytest.mark.parametrize(
    ("asked", "state", "farewell_goes"),
    [
        *[(False, state, True) for state in State],
        *[(True, state, state in {State.PUBLISHED, State.CANCELLED}) for state in State],
    ],
)
def test_a_farewell_waits_for_its_announcement_only_where_the_campaign_asks(
    *, asked: bool, state: State, farewell_goes: bool
) -> None:
    campaign = factories.going(farewell_after_announcement=asked)
    pledge = factories.pledge(campaign)
    farewell = factories.direct(pledge, NetworkChoices.X)
    out: factories.Columns = {}
    if state == State.PUBLISHED:
        out = {"network_post_id": "at://1", "published_at": T}
    announcement = factories.direct(pledge, NetworkChoices.BLUESKY, state=state, **out)
    others = factories.direct(factories.pledge(campaign), NetworkChoices.X)
    assert due(farewell) == farewell_goes
    assert due(announcement) == (state == State.APPROVED)
    assert due(others)  # it waits for its own organisation, not for all


def test_due_and_overdue_never_meet_and_leave_no_instant_between(post: Post) -> None:
    for seconds in (-1, 0, 899.5, 900, 900.5, 901, 3600):
        at = T + timedelta(seconds=seconds)
        overdue = overdue_posts(post.campaign, at).exists()
        assert (due(post, at), overdue) == (0 <= seconds <= 900, seconds > 900)


def test_a_hand_off_shows_from_its_minute_on_and_for_good(post: Post) -> None:
    Post.objects.update(route=Route.BY_HAND)
    shown = [
        by_hand_posts(post.campaign, at).exists() for at in (T - INSTANT, T, T + timedelta(days=30))
    ]
    assert shown == [False, True, True]
    assert not overdue_posts(post.campaign, T + timedelta(days=30)).exists()
