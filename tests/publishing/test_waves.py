"""Who leaves when: some first, the others later and spread, a farewell behind its announcement."""

from datetime import datetime, timedelta

import pytest

from coalition.campaigns.actions import Waves, set_exit_at
from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import Phase, phase
from coalition.mail.models import Letter
from coalition.members.states import NetworkChoices, Route
from coalition.pledges.dates import announce_date
from coalition.pledges.models import Pledge
from coalition.publishing.actions import approve, try_again
from coalition.publishing.models import Post
from coalition.publishing.queries import by_hand_posts, due_posts, overdue_posts
from coalition.publishing.states import State
from coalition.publishing.sweep import mark_missed, tell_people
from coalition.publishing.turn import AHEAD, turn
from coalition.publishing.waves import delay_of
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db(transaction=True)
X, BLUESKY = NetworkChoices.X, NetworkChoices.BLUESKY
WINDOW = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def campaign() -> Campaign:
    return factories.going(members_after_minutes=5, spread_minutes=7)


def due(campaign: Campaign, at: datetime) -> set[Post]:
    return set(due_posts(campaign, at))


def test_each_organisation_has_its_minute_and_both_tellings_of_it_agree(
    campaign: Campaign,
) -> None:
    posts = [factories.direct(factories.pledge(campaign)) for _ in range(30)]
    Pledge.objects.filter(pk=posts[0].pledge_id).update(goes_first=True)
    hours: dict[Post, datetime] = {}
    for post in Post.objects.select_related("pledge", "campaign"):
        hours[post] = T + delay_of(post, campaign)
    assert hours[posts[0]] == T
    others = {hour for post, hour in hours.items() if post != posts[0]}
    assert others <= {T + minutes(number) for number in range(5, 12)}
    assert len(others) >= 5  # they are spread indeed
    for minute in range(-1, 30):  # the query and the page say the same
        for at in (T + minutes(minute), T + minutes(minute) - SECOND):
            wanted = {post for post, hour in hours.items() if hour <= at <= hour + WINDOW}
            assert due(campaign, at) == wanted
            late = {post for post, hour in hours.items() if at > hour + WINDOW}
            assert set(overdue_posts(campaign, at)) == late


def test_all_posts_of_one_organisation_leave_in_one_minute(campaign: Campaign) -> None:
    pledge = factories.pledge(campaign)
    for network in (X, BLUESKY):
        factories.direct(pledge, network)
    assert len({delay_of(post, campaign) for post in Post.objects.all()}) == 1


def test_a_wave_is_handed_out_and_armed_for_its_own_minute(campaign: Campaign) -> None:
    post = factories.direct(factories.pledge(campaign))
    hour = T + delay_of(post, campaign)
    batches: list[int] = []
    for at in (T, hour - AHEAD - SECOND):
        turn(release=batches.extend, look=lambda _ids: None, now=at)
        assert batches == []
    turn(release=batches.extend, look=lambda _ids: None, now=hour - AHEAD)
    assert batches == [post.pk]
    post.refresh_from_db()
    assert post.armed_until
    assert post.armed_until > hour


def test_a_release_is_over_when_the_window_of_its_last_wave_is(campaign: Campaign) -> None:
    assert phase(campaign, T + minutes(11) + WINDOW - SECOND) == Phase.RELEASING
    assert phase(campaign, T + minutes(11) + WINDOW) == Phase.OVER


def test_what_is_sent_again_keeps_its_wave_and_goes_now(campaign: Campaign) -> None:
    post = factories.direct(factories.pledge(campaign), X, state=State.MISSED)
    now = T + minutes(60)
    try_again(post, actor=factories.person(), now=now)
    post.refresh_from_db()
    assert due(campaign, now) == {post}
    assert T + delay_of(post, campaign) == now


def two_of_one(campaign: Campaign, route: Route = Route.DIRECT) -> tuple[Post, Post]:
    pledge = factories.pledge(campaign)
    farewell, announcement = factories.direct(pledge, X), factories.direct(pledge, BLUESKY)
    Post.objects.filter(pk=farewell.pk).update(route=route)
    return farewell, announcement


def test_a_farewell_waits_for_its_own_announcement_and_bluesky_waits_for_nobody() -> None:
    campaign = factories.going(farewell_after_announcement=True)
    farewell, announcement = two_of_one(campaign)
    other = factories.direct(factories.pledge(campaign), X)  # it announces nothing
    assert due(campaign, T) == {announcement, other}
    Post.objects.filter(pk=announcement.pk).update(
        state=State.PUBLISHED, network_post_id="at://out", published_at=T
    )
    assert due(campaign, T) == {farewell, other}


@pytest.mark.parametrize("route", [Route.DIRECT, Route.BY_HAND])
def test_a_farewell_whose_announcement_never_comes_out_ends_in_front_of_a_person(
    route: Route,
) -> None:
    campaign = factories.going(farewell_after_announcement=True)
    farewell, announcement = two_of_one(campaign, route)
    factories.representative(farewell.account.organisation)
    Post.objects.filter(pk=announcement.pk).update(state=State.REFUSED, told_at=NOW)
    assert due(campaign, T + WINDOW) == set()
    assert set(by_hand_posts(campaign, T + WINDOW)) == set()
    after = T + WINDOW + SECOND
    mark_missed(campaign, after)
    tell_people(campaign, after)
    farewell.refresh_from_db()
    if route == Route.DIRECT:
        assert (farewell.state, Letter.objects.count()) == (State.MISSED, 1)
    else:  # it was theirs already: it stands on their page and on the wall
        assert set(by_hand_posts(campaign, after)) == {farewell}


def test_changing_who_leaves_when_is_one_act_like_moving_the_hour() -> None:
    campaign = factories.campaign()
    pledge = factories.pledge(campaign)
    post = factories.post(pledge)
    Campaign.objects.update(go_at=NOW)

    def planned(waves: Waves, *first: int) -> int:
        who = factories.coordinator()
        return announce_date(campaign, T, waves=waves, first=first, actor=who, now=NOW)

    assert planned(Waves()) == 0
    assert Campaign.objects.get().go_at == NOW  # the same plan again changes nothing
    assert planned(Waves(5, 10)) == 1
    after = Campaign.objects.get()
    assert (after.go_at, after.date_sequence) == (None, 2)
    post.refresh_from_db()
    assert not post.stands_for(after)  # asked again: its minute is another one
    post = approve(post, actor=factories.person(), now=NOW)
    assert post.stands_for(after)
    assert planned(Waves(5, 10), pledge.organisation_id) == 1
    assert Pledge.objects.get().goes_first
    assert Campaign.objects.get().date_sequence == 3
    set_exit_at(campaign, T + minutes(1), actor=factories.coordinator(), now=NOW)
    assert Waves.of(Campaign.objects.get()) == Waves(5, 10)  # moving the hour keeps the waves
