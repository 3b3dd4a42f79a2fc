"""Words: written by one, approved by another, for one account and one hour, and no other."""

import json
from datetime import timedelta

import pytest

from coalition.campaigns.actions import set_exit_at, stop
from coalition.campaigns.models import Campaign
from coalition.members.models import Account, User
from coalition.members.states import NetworkChoices, Route
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer
from coalition.publishing.actions import approve, choose_route, prepare_posts, take_back, write_post
from coalition.publishing.compose import approval_sha256, shown_sha256
from coalition.publishing.models import Post
from coalition.publishing.queries import due_posts
from coalition.publishing.states import State
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
X, BLUESKY = NetworkChoices.X, NetworkChoices.BLUESKY
FROZEN = T - timedelta(hours=2)


@pytest.fixture
def pledge() -> Pledge:
    return factories.pledge(factories.going())


@pytest.fixture
def writer() -> User:
    return factories.person()


@pytest.fixture
def second() -> User:
    return factories.person()


def written(pledge: Pledge, writer: User, network: NetworkChoices = BLUESKY) -> Post:
    post = factories.direct(pledge, network)
    Post.objects.filter(pk=post.pk).update(
        state=State.DRAFT, record="", record_key="", approval_sha256="", approved_at=None
    )
    return write_post(post, "Goodbye, X.", actor=writer, now=NOW)


def due(post: Post) -> bool:
    return due_posts(Campaign.objects.get(), T).filter(pk=post.pk).exists()


def test_a_second_person_approves_exactly_these_words_and_then_it_is_due(
    pledge: Pledge, writer: User, second: User
) -> None:
    post = written(pledge, writer)
    assert not due(post)
    post = approve(post, actor=second, shown=shown_sha256(post), now=NOW)
    assert (post.state, post.approved_by, post.approved_for) == (State.APPROVED, second, T)
    assert post.approval_sha256 == approval_sha256(post, post.account, T)
    assert json.loads(post.record)["text"] == "Goodbye, X."
    assert due(post)


def test_the_writer_alone_does_not_approve_unless_it_is_recorded_that_they_work_alone(
    pledge: Pledge, writer: User
) -> None:
    post = written(pledge, writer)
    with pytest.raises(Refusal, match="You wrote this"):
        approve(post, actor=writer, now=NOW)
    assert not due(post)
    post = approve(post, actor=writer, waiver=True, now=NOW)
    assert (post.approval_waived, due(post)) == (True, True)


def test_an_edit_voids_the_approval(pledge: Pledge, writer: User, second: User) -> None:
    post = approve(written(pledge, writer), actor=second, now=NOW)
    post = write_post(post, "Other words.", actor=writer, now=NOW)
    assert (post.state, post.approved_by, post.approval_sha256) == (State.DRAFT, None, "")
    assert not due(post)


def test_words_changed_behind_a_page_are_not_approved_by_it(
    pledge: Pledge, writer: User, second: User
) -> None:
    post = written(pledge, writer)
    shown = shown_sha256(post)
    write_post(post, "Other words.", actor=writer, now=NOW)
    with pytest.raises(Refusal, match="has changed"):
        approve(post, actor=second, shown=shown, now=NOW)


@pytest.mark.parametrize("change", [{"text": "x"}, {"language": "fr"}, {"record": "{}"}])
def test_an_approval_is_bound_to_the_words(
    pledge: Pledge, writer: User, second: User, change: dict[str, str]
) -> None:
    post = approve(written(pledge, writer), actor=second, now=NOW)
    Post.objects.update(**change)
    post.refresh_from_db()
    assert approval_sha256(post, post.account, T) != post.approval_sha256


def test_an_approval_is_bound_to_the_account_and_the_hour(
    pledge: Pledge, writer: User, second: User
) -> None:
    post = approve(written(pledge, writer), actor=second, now=NOW)
    assert approval_sha256(post, post.account, T + timedelta(minutes=1)) != post.approval_sha256
    post.account.network_id = "did:plc:another"
    assert approval_sha256(post, post.account, T) != post.approval_sha256


def test_a_moved_hour_asks_for_a_new_approval_and_the_old_words_can_have_it(
    pledge: Pledge, writer: User, second: User
) -> None:
    post = approve(written(pledge, writer), actor=second, now=NOW)
    key, moved = post.record_key, T + timedelta(days=1)
    set_exit_at(pledge.campaign, moved, actor=second, now=NOW)
    Campaign.objects.update(go_at=NOW)
    campaign = Campaign.objects.get()
    assert not due_posts(campaign, moved).exists()
    post = approve(post, actor=second, now=NOW)
    assert (post.record_key, post.approved_for) == (key, moved)
    assert due_posts(campaign, moved).exists()


def test_after_a_try_the_same_words_keep_their_record_and_other_words_get_their_own(
    pledge: Pledge, writer: User, second: User
) -> None:
    post = approve(written(pledge, writer), actor=second, now=NOW)
    key, record = post.record_key, post.record
    Post.objects.update(fence=1)
    take_back(post, actor=writer, now=NOW)
    post = approve(post, actor=second, now=NOW)
    assert (post.record_key, post.record) == (key, record)
    write_post(post, "Other words.", actor=writer, now=NOW)
    post = approve(post, actor=second, now=NOW)
    assert post.record_key == key
    assert json.loads(post.record)["text"] == "Other words."


@pytest.mark.parametrize("state", [one for one in State if one not in {"draft", "approved"}])
def test_what_is_out_or_on_its_way_is_neither_edited_nor_approved_nor_taken_back(
    pledge: Pledge, writer: User, state: State
) -> None:
    post = factories.direct(
        pledge, state=state, network_post_id="at://1", published_at=T, lease_until=T
    )
    for act in (
        lambda: write_post(post, "Other words.", actor=writer, now=NOW),
        lambda: approve(post, actor=writer, now=NOW),
        lambda: take_back(post, actor=writer, now=NOW),
    ):
        with pytest.raises(Refusal):
            act()
    assert Post.objects.get().state == state


@pytest.mark.parametrize("stopped", [False, True])
def test_texts_freeze_before_the_hour_also_while_stopped(
    pledge: Pledge, writer: User, *, stopped: bool
) -> None:
    post = factories.direct(pledge)
    if stopped:
        stop(pledge.campaign, actor=writer, now=FROZEN)
    for now in (T - timedelta(hours=24), FROZEN, T - timedelta(seconds=1)):
        with pytest.raises(Refusal, match="frozen"):
            write_post(post, "Other words.", actor=writer, now=now)
    write_post(post, "Other words.", actor=writer, now=T - timedelta(hours=24, seconds=1))


def test_who_joins_after_the_freeze_still_writes(pledge: Pledge, writer: User) -> None:
    Pledge.objects.update(answered_at=FROZEN)
    post = write_post(factories.direct(pledge), "We come along.", actor=writer, now=FROZEN)
    assert post.text == "We come along."


def test_nothing_is_approved_without_a_date_or_without_words(second: User) -> None:
    undated = factories.post(factories.pledge(factories.campaign()), state=State.DRAFT)
    Campaign.objects.update(exit_at=None)
    with pytest.raises(Refusal, match="no date"):
        approve(undated, actor=second, now=NOW)
    empty = factories.post(factories.pledge(factories.going()), state=State.DRAFT, text="")
    with pytest.raises(Refusal, match="Mend"):
        approve(empty, actor=second, now=NOW)


def test_direct_needs_a_connected_account(pledge: Pledge, writer: User, second: User) -> None:
    post = written(pledge, writer)
    Account.objects.update(connected_at=None)
    with pytest.raises(Refusal, match="connected"):
        approve(post, actor=second, now=NOW)
    Post.objects.update(route=Route.BY_HAND)
    post.refresh_from_db()
    with pytest.raises(Refusal, match="Connect"):
        choose_route(post, Route.DIRECT, actor=writer, now=NOW)
    assert approve(post, actor=second, now=NOW).state == State.APPROVED


LONG = "We zeggen vandaag vaarwel aan X omdat het ons en onze mensen niet meer past"


def test_on_x_words_like_another_organisations_are_only_posted_by_hand(
    pledge: Pledge, writer: User, second: User
) -> None:
    other = factories.pledge(pledge.campaign)
    factories.post(other, text=LONG)
    post = write_post(written(pledge, writer, X), LONG + "!", actor=writer, now=NOW)
    with pytest.raises(Refusal, match="100%"):
        approve(post, actor=second, now=NOW)
    choose_route(post, Route.BY_HAND, actor=writer, now=NOW)
    assert approve(post, actor=second, now=NOW).state == State.APPROVED


def test_posts_are_prepared_for_each_account_that_speaks_and_once() -> None:
    campaign, here = factories.going(), factories.organisation()
    for network in NetworkChoices:
        factories.account(here, network)
    factories.account(here, X, leaves=False)
    factories.account(here, BLUESKY, trouble="lost")
    pledge = factories.pledge(campaign, here)
    assert [prepare_posts(pledge, now=NOW) for _ in range(2)] == [2, 0]
    gone = factories.pledge(
        campaign, factories.organisation(), answer=Answer.ALREADY_LEFT, left_on=NOW.date()
    )
    for network in NetworkChoices:
        factories.account(gone.organisation, network)
    assert prepare_posts(gone, now=NOW) == 1
    assert Post.objects.get(pledge=gone).network == BLUESKY
