"""After a doubt: sweep, look, and put in front of people what only people can decide, once."""

from datetime import timedelta

import pytest

from coalition.mail.models import Letter
from coalition.members.states import NetworkChoices
from coalition.networks.network import NetworkName
from coalition.networks.outcome import Absent, Published, Reason, Refused, Sighting, Unseen
from coalition.publishing.arming import Hands
from coalition.publishing.claim import LEASE, claim
from coalition.publishing.look import BEFORE_A_PERSON, LOOKS_ON_X, look_batch, record_sighting
from coalition.publishing.models import Attempt, Post
from coalition.publishing.queries import posts_for_people
from coalition.publishing.states import State
from coalition.publishing.sweep import mark_missed, sweep_leases, tell_people
from tests import factories
from tests.factories import T
from tests.publishing.hands import Rehearsed

pytestmark = pytest.mark.usefixtures("committed")
LATER = T + timedelta(minutes=3)
AFTER_WINDOW = T + timedelta(minutes=15, seconds=1)


def doubtful(network: NetworkChoices, **fields: object) -> Post:
    columns: factories.Columns = {"state": State.UNCERTAIN, "fence": 1, **fields}
    post = factories.direct(factories.pledge(factories.going()), network, **columns)
    Attempt.objects.create(post=post, fence=1, worker="one", began_at=T)
    return post


def sighted(post: Post, sighting: Sighting) -> Post:
    record_sighting(post.pk, sighting, now=LATER, look_again=timedelta(seconds=60))
    return Post.objects.get(pk=post.pk)


def seen(post: Post) -> Post:
    return Post.objects.get(pk=post.pk)


def test_a_lease_that_ran_out_means_somebody_must_look_and_one_that_has_not_means_nothing() -> None:
    post = factories.direct(factories.pledge(factories.going()))
    claim(post.campaign_id, [post.pk], worker="one", now=T)
    assert sweep_leases(T + LEASE) == 0
    assert sweep_leases(T + LEASE + timedelta(seconds=1)) == 1
    assert sweep_leases(T + 2 * LEASE) == 0
    after = seen(post)
    assert (after.state, after.lease_until, after.fence) == (State.UNCERTAIN, None, 1)
    assert Attempt.objects.get().outcome == "unknown"


def test_past_the_window_it_is_missed_and_only_if_it_would_have_gone() -> None:
    campaign = factories.going()
    late = factories.direct(factories.pledge(campaign))
    wave = factories.direct(factories.pledge(campaign), offset_seconds=600)
    by_hand = factories.post(factories.pledge(campaign))
    sending = factories.direct(
        factories.pledge(campaign), state=State.SENDING, lease_until=AFTER_WINDOW
    )
    assert mark_missed(campaign, T + timedelta(minutes=15)) == 0
    assert mark_missed(campaign, AFTER_WINDOW) == 1
    states = [seen(one).state for one in (late, wave, by_hand, sending)]
    assert states == [State.MISSED, State.APPROVED, State.APPROVED, State.SENDING]


def test_on_bluesky_what_is_not_there_goes_again_under_its_key() -> None:
    post = doubtful(NetworkChoices.BLUESKY)
    key, record = post.record_key, post.record
    look_batch([post.pk], Rehearsed().hands)
    after = seen(post)
    assert (after.state, after.record_key, after.record) == (State.APPROVED, key, record)
    assert [one.fence for one in claim(post.campaign_id, [post.pk], worker="two", now=T)] == [2]


@pytest.mark.parametrize("network", NetworkChoices)
def test_what_is_there_is_published_with_its_id(network: NetworkChoices) -> None:
    post = doubtful(network, needs_person=True)
    after = sighted(post, Published("42", "https://example.org/42", T))
    assert (after.state, after.network_post_id, after.needs_person) == ("published", "42", False)


def test_on_x_three_looks_that_find_nothing_ask_a_person_and_send_nothing() -> None:
    post = doubtful(NetworkChoices.X)
    for number in range(1, LOOKS_ON_X + 1):
        after = sighted(post, Absent())
        assert (after.state, after.looks) == (State.UNCERTAIN, number)
        assert after.needs_person == (number == 3)
        assert after.not_before == LATER + timedelta(seconds=60)
    assert claim(post.campaign_id, [post.pk], worker="one", now=T) == []


@pytest.mark.parametrize("network", NetworkChoices)
def test_something_else_under_our_key_or_no_sign_in_goes_to_a_person(
    network: NetworkChoices,
) -> None:
    post = doubtful(network)
    after = sighted(post, Refused(Reason.CONFLICT, "not ours"))
    assert (after.state, after.needs_person, after.detail) == ("uncertain", True, "not ours")
    for on_its_way in (Absent(), Unseen("503")):
        after = sighted(post, on_its_way)
        assert (after.state, after.needs_person) == (State.UNCERTAIN, True)


def test_looks_that_see_nothing_wait_as_asked_and_end_with_a_person() -> None:
    post = doubtful(NetworkChoices.BLUESKY)
    assert sighted(post, Unseen("503", 7)).not_before == LATER + timedelta(seconds=7)
    for _ in range(BEFORE_A_PERSON - 2):
        assert not sighted(post, Unseen("503")).needs_person
    assert sighted(post, Unseen("503")).needs_person


def test_a_network_that_is_not_reached_any_more_ends_with_a_person_too() -> None:
    post = doubtful(NetworkChoices.X)
    nothing = Hands({}, lambda _account: {}, lambda _account, _secret: None)
    for _ in range(BEFORE_A_PERSON):
        look_batch([post.pk], nothing)
    assert seen(post).needs_person


def test_one_look_that_breaks_leaves_the_others_alone() -> None:
    posts = [doubtful(NetworkChoices.BLUESKY), doubtful(NetworkChoices.X)]
    hands = Rehearsed().hands
    broken = Hands(
        {**hands.networks, NetworkName.X: lambda: 1 / 0},  # type: ignore[dict-item,return-value]
        hands.open_secret,
        hands.keep_secret,
    )
    look_batch([post.pk for post in posts], broken)
    assert [seen(post).state for post in posts] == [State.APPROVED, State.UNCERTAIN]


def test_people_are_told_once_each_time_it_happens() -> None:
    post = doubtful(NetworkChoices.X, needs_person=True)
    one = factories.representative(post.account.organisation)
    other = factories.coordinator()
    quiet = doubtful(NetworkChoices.X)  # the machine still looks
    assert list(posts_for_people(post.campaign, LATER)) == [post]
    assert [tell_people(post.campaign, LATER) for _ in range(3)] == [1, 0, 0]
    assert set(Letter.objects.values_list("to", flat=True)) == {one.email, other.email}
    Post.objects.filter(pk=post.pk).update(told_at=None, fence=2)  # it happened again
    assert tell_people(post.campaign, LATER) == 1
    assert Letter.objects.count() == 4
    assert seen(quiet).told_at is None


def test_nobody_is_told_twice_when_two_ticks_tell_at_once() -> None:
    post = doubtful(NetworkChoices.X, needs_person=True)
    factories.representative(post.account.organisation)
    tell_people(post.campaign, LATER)
    Post.objects.update(told_at=None)  # as if the second had read before the first wrote
    tell_people(post.campaign, LATER)
    assert Letter.objects.count() == 1
