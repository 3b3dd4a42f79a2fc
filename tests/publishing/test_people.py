"""What people do when a machine can't: try again, take over, prove, give up; each truthfully."""

from datetime import timedelta

import pytest
from django.template import TemplateDoesNotExist
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.members.models import User
from coalition.members.states import NetworkChoices, Route
from coalition.networks.bluesky.record import new_record_key
from coalition.networks.outcome import Reason
from coalition.networks.x.identity import first_id_at
from coalition.pledges.models import Pledge
from coalition.publishing.actions import give_up, hand_over, prove_by_hand, try_again
from coalition.publishing.breaker import close_breaker, hand_over_all, open_breaker
from coalition.publishing.claim import claim
from coalition.publishing.models import Breaker, Post
from coalition.publishing.queries import by_hand_posts, due_posts
from coalition.publishing.states import State
from coalition.publishing.turn import AHEAD, Turn, turn
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.usefixtures("committed")
X, BLUESKY = NetworkChoices.X, NetworkChoices.BLUESKY
LATER = T + timedelta(minutes=40)


@pytest.fixture
def pledge() -> Pledge:
    return factories.pledge(factories.going())


@pytest.fixture
def one() -> User:
    return factories.person()


def in_state(pledge: Pledge, state: State, **fields: object) -> Post:
    columns: factories.Columns = {"state": state, "lease_until": T, **fields}
    if state == State.PUBLISHED:
        columns = {"network_post_id": "1", "published_at": T, **columns}
    return factories.direct(pledge, X, **columns)


MISSED_OR_REFUSED = [State.MISSED, State.REFUSED]


@pytest.mark.parametrize("state", MISSED_OR_REFUSED)
def test_tried_again_it_is_due_now_also_beyond_the_window(
    pledge: Pledge, one: User, state: State
) -> None:
    post = in_state(pledge, state, told_at=T, reason="text", detail="too long")
    try_again(post, actor=one, now=LATER)
    assert (post.state, post.told_at, post.reason) == (State.APPROVED, None, "")
    assert list(due_posts(pledge.campaign, LATER)) == [post]
    assert not due_posts(pledge.campaign, LATER + timedelta(minutes=15, seconds=1)).exists()


def test_a_doubtful_post_is_tried_again_only_when_a_person_was_asked(
    pledge: Pledge, one: User
) -> None:
    post = in_state(pledge, State.UNCERTAIN)
    with pytest.raises(Refusal, match="still looking"):
        try_again(post, actor=one, now=LATER)
    Post.objects.update(needs_person=True, looks=3)
    try_again(post, actor=one, now=LATER)
    assert (post.state, post.needs_person, post.looks) == (State.APPROVED, False, 0)


def test_of_two_who_try_again_the_second_is_told(pledge: Pledge, one: User) -> None:
    post = in_state(pledge, State.MISSED)
    stale = Post.objects.get()
    try_again(post, actor=one, now=LATER)
    with pytest.raises(Refusal, match="first"):
        try_again(stale, actor=one, now=LATER)


def test_a_page_that_is_old_does_not_hand_over_what_is_being_sent(
    pledge: Pledge, one: User
) -> None:
    post = in_state(pledge, State.APPROVED)
    assert claim(post.campaign_id, [post.pk], worker="one", now=T)
    for state in (State.SENDING, State.UNCERTAIN):
        Post.objects.update(state=state)
        with pytest.raises(Refusal, match="look first"):
            hand_over(post, actor=one, now=T)
        post.state = State.APPROVED  # as the page still has it
    assert Post.objects.get().route == Route.DIRECT


def test_a_page_that_is_old_does_not_send_again_what_is_looked_for(
    pledge: Pledge, one: User
) -> None:
    post = in_state(pledge, State.UNCERTAIN, needs_person=True)
    Post.objects.update(needs_person=False)
    with pytest.raises(Refusal, match="still looking"):
        try_again(post, actor=one, now=LATER)


@pytest.mark.parametrize("state", [State.APPROVED, *MISSED_OR_REFUSED])
def test_handed_over_it_is_the_organisations_and_no_machine_sends_it(
    pledge: Pledge, one: User, state: State
) -> None:
    post = in_state(pledge, state)
    hand_over(post, actor=one, now=LATER)
    assert list(by_hand_posts(pledge.campaign, LATER)) == [post]
    assert claim(post.campaign_id, [post.pk], worker="one", now=T) == []


@pytest.mark.parametrize("state", State)
def test_given_up_only_when_nothing_can_have_left(pledge: Pledge, one: User, state: State) -> None:
    post = in_state(pledge, state)
    if state in {State.SENDING, State.UNCERTAIN, State.PUBLISHED, State.CANCELLED}:
        with pytest.raises(Refusal):
            give_up(post, actor=one, now=LATER)
        assert Post.objects.get().state == state
    else:
        give_up(post, actor=one, now=LATER)
        assert Post.objects.get().state == State.CANCELLED


def x_link(post: Post, *, minutes: float = 1, handle: str = "") -> str:
    number = first_id_at(T + timedelta(minutes=minutes))
    return f"https://x.com/{handle or post.account.handle}/status/{number}?s=20"


@pytest.mark.parametrize("state", [State.APPROVED, State.REFUSED, State.MISSED, State.UNCERTAIN])
def test_the_link_of_ones_own_post_proves_it(pledge: Pledge, one: User, state: State) -> None:
    post = in_state(pledge, state, needs_person=True)
    prove_by_hand(post, x_link(post, handle=post.account.handle.upper()), actor=one, now=LATER)
    after = Post.objects.get()
    assert (after.state, after.needs_person) == (State.PUBLISHED, False)
    assert after.published_at == T + timedelta(minutes=1)
    assert after.url == f"https://x.com/{post.account.handle}/status/{after.network_post_id}"


@pytest.mark.parametrize("state", [State.DRAFT, State.SENDING, State.PUBLISHED, State.CANCELLED])
def test_a_link_proves_nothing_of_what_is_being_sent_or_is_settled(
    pledge: Pledge, one: User, state: State
) -> None:
    post = in_state(pledge, state)
    with pytest.raises(Refusal):
        prove_by_hand(post, x_link(post), actor=one, now=LATER)
    assert Post.objects.get().state == state


def test_links_that_prove_nothing(pledge: Pledge, one: User) -> None:
    post, other = in_state(pledge, State.APPROVED), in_state(pledge, State.APPROVED)
    prove_by_hand(other, x_link(other), actor=one, now=LATER)
    same_id = x_link(post)
    bad = {
        x_link(post, handle="somebody"): "not by",
        x_link(post, minutes=41): "can't be",
        x_link(post, minutes=-60 * 24 * 31): "can't be",
        same_id: "another post",
        "https://x.com.evil.example/a/status/1912345678901234567": "not the link",
        "javascript:alert(1)": "not the link",
        "": "not the link",
    }
    for link, sentence in bad.items():
        with pytest.raises(Refusal, match=sentence):
            prove_by_hand(post, link, actor=one, now=LATER)
    assert Post.objects.get(pk=post.pk).state == State.APPROVED


def test_on_bluesky_the_did_or_the_handle_is_the_account_and_the_key_tells_the_time(
    pledge: Pledge, one: User
) -> None:
    post = factories.direct(pledge, BLUESKY)
    key, late = new_record_key(T), new_record_key(LATER + timedelta(minutes=1))
    profile = "https://bsky.app/profile"
    for link, sentence in {
        f"{profile}/somebody.example/post/{key}": "not by",
        f"{profile}/{post.account.handle}/post/{late}": "can't be",
        f"{profile}/{post.account.handle}/post/": "not the link",
        f"{profile}/{post.account.handle}/post/../../x": "not the link",
        f"https://evil.example/?{profile}/{post.account.handle}/post/{key}": "not the link",
    }.items():
        with pytest.raises(Refusal, match=sentence):
            prove_by_hand(post, link, actor=one, now=LATER)
    prove_by_hand(post, f"{profile}/{post.account.network_id}/post/{key}", actor=one, now=LATER)
    uri = f"at://{post.account.network_id}/app.bsky.feed.post/{key}"
    after = Post.objects.get()
    assert after.network_post_id == uri
    assert after.published_at
    assert T <= after.published_at < T + timedelta(milliseconds=1)


def test_an_open_breaker_hands_over_and_writes_to_each_representative_once(
    pledge: Pledge,
) -> None:
    waits, sending = in_state(pledge, State.APPROVED), in_state(pledge, State.SENDING)
    cost = in_state(pledge, State.REFUSED, reason=Reason.APP)
    own_fault = in_state(pledge, State.REFUSED, reason=Reason.TEXT)
    elsewhere = factories.direct(pledge, BLUESKY)
    people = {factories.representative(pledge.organisation).email for _ in range(2)}
    assert [open_breaker(X, "402", now=T) for _ in range(3)] == [True, False, False]
    found = {post.pk: (post.state, post.route) for post in Post.objects.all()}
    assert found == {
        waits.pk: (State.APPROVED, Route.BY_HAND),
        cost.pk: (State.APPROVED, Route.BY_HAND),
        sending.pk: (State.SENDING, Route.DIRECT),
        own_fault.pk: (State.REFUSED, Route.DIRECT),
        elsewhere.pk: (State.APPROVED, Route.DIRECT),
    }
    assert {letter.to for letter in Letter.objects.all()} == people
    assert Letter.objects.count() == 4  # two posts, two people
    close_breaker(X, actor="somebody", now=T)
    assert hand_over_all(X, now=T) == 0


def nothing(_ids: object) -> None:
    return None


def test_what_comes_behind_a_breaker_is_handed_over_by_the_next_turn(pledge: Pledge) -> None:
    Breaker.objects.create(network=X, detail="402", opened_at=T)
    late = in_state(pledge, State.REFUSED, reason=Reason.APP)
    approved = in_state(pledge, State.APPROVED)
    turn(release=nothing, look=nothing, now=T)
    assert list(by_hand_posts(pledge.campaign, T)) == [late, approved]


def test_a_turn_hands_out_what_is_soon_due_once_and_again_when_nobody_came(
    pledge: Pledge,
) -> None:
    soon, wave = factories.direct(pledge), factories.direct(pledge, offset_seconds=120)
    doubtful = in_state(pledge, State.UNCERTAIN)
    released: list[int] = []
    looked: list[int] = []
    at = T - AHEAD
    for now in (at - timedelta(seconds=1), at, at + timedelta(seconds=1), T):
        turn(release=released.extend, look=looked.extend, now=now)
    assert (released, looked) == ([soon.pk], [doubtful.pk])
    turn(release=released.extend, look=looked.extend, now=T + timedelta(seconds=11))
    assert (released, looked) == ([soon.pk] * 2, [doubtful.pk])
    turn(release=released.extend, look=looked.extend, now=T + timedelta(seconds=80))
    assert (released[-2:], looked) == ([soon.pk, wave.pk], [doubtful.pk] * 2)


def test_a_turn_past_the_window_misses_tells_and_a_second_one_does_nothing(
    pledge: Pledge,
) -> None:
    late = factories.direct(pledge)
    lost = in_state(pledge, State.SENDING)
    person = factories.representative(pledge.organisation)
    turns = [turn(release=nothing, look=nothing, now=LATER) for _ in range(2)]
    assert turns == [Turn(swept=1, missed=1, told=1, looked=1), Turn()]
    assert [Post.objects.get(pk=post.pk).state for post in (late, lost)] == ["missed", "uncertain"]
    assert [letter.to for letter in Letter.objects.all()] == [person.email]


def test_a_turn_releases_though_its_letters_fail(pledge: Pledge, settings: Settings) -> None:
    post, released = factories.direct(pledge), list[int]()
    in_state(pledge, State.MISSED)
    factories.representative(pledge.organisation)
    settings.TEMPLATES = []
    with pytest.raises(TemplateDoesNotExist):
        turn(release=released.extend, look=nothing, now=T)
    assert released == [post.pk]


def test_a_stopped_campaign_hands_out_and_misses_nothing(pledge: Pledge) -> None:
    post = factories.direct(pledge)
    Campaign.objects.update(stopped_at=NOW)
    for now in (T, LATER):
        assert turn(release=nothing, look=nothing, now=now) == Turn()
    assert Post.objects.get(pk=post.pk).state == State.APPROVED
