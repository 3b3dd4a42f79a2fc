"""Recording: an id wins whenever it comes, anything else only for its own claim, all of it once."""

from datetime import timedelta

import pytest

from coalition.journal.models import Entry
from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Trouble
from coalition.networks.outcome import Outcome, Postponed, Published, Reason, Refused, Unknown
from coalition.publishing.claim import claim
from coalition.publishing.models import Attempt, Post
from coalition.publishing.outcomes import Answered, record
from coalition.publishing.states import State
from coalition.publishing.sweep import sweep_leases
from tests import factories
from tests.factories import T

pytestmark = pytest.mark.usefixtures("committed")
LATER = T + timedelta(minutes=5)
OUT = Published("42", "https://x.com/account/status/42", T)


@pytest.fixture
def post() -> Post:
    """A post on X that was claimed at T."""
    made = factories.direct(factories.pledge(factories.going()), NetworkChoices.X)
    claim(made.campaign_id, [made.pk], worker="one", now=T)
    made.refresh_from_db()
    return made


def answered(post: Post, outcome: Outcome, *, fence: int = 1) -> Post:
    record([Answered(post.pk, fence, outcome, LATER)])
    return Post.objects.get(pk=post.pk)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (OUT, State.PUBLISHED),
        (Refused(Reason.TEXT, "too long"), State.REFUSED),
        (Postponed(30, "429"), State.APPROVED),
        (Unknown("cut"), State.UNCERTAIN),
    ],
)
def test_each_answer_has_its_state_and_closes_its_attempt(
    post: Post, outcome: Outcome, state: State
) -> None:
    after = answered(post, outcome)
    assert (after.state, after.lease_until) == (state, None)
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.ended_at) == (type(outcome).__name__.lower(), LATER)
    assert Entry.objects.filter(verb=type(outcome).__name__.lower()).count() == 1


def test_published_keeps_the_networks_own_id_address_and_time(post: Post) -> None:
    after = answered(post, OUT)
    assert (after.network_post_id, after.url, after.published_at) == (OUT.id, OUT.url, T)


def test_postponed_waits_as_long_as_the_network_asks(post: Post) -> None:
    assert answered(post, Postponed(30, "429")).not_before == LATER + timedelta(seconds=30)


def test_an_id_wins_after_the_sweep(post: Post) -> None:
    assert sweep_leases(LATER) == 1
    assert Post.objects.get().state == State.UNCERTAIN
    assert answered(post, OUT).state == State.PUBLISHED


@pytest.mark.parametrize("state", [State.REFUSED, State.MISSED, State.APPROVED, State.UNCERTAIN])
def test_an_id_wins_wherever_the_post_was_parked(post: Post, state: State) -> None:
    Post.objects.update(state=state, needs_person=True)
    after = answered(post, OUT)
    assert (after.state, after.needs_person) == (State.PUBLISHED, False)


def test_an_id_wins_also_with_the_fence_of_an_older_claim(post: Post) -> None:
    Post.objects.update(fence=7)
    assert answered(post, OUT, fence=1).state == State.PUBLISHED


@pytest.mark.parametrize("outcome", [Refused(Reason.RECONNECT, ""), Postponed(0, ""), Unknown("")])
def test_without_an_id_a_stale_fence_changes_nothing(post: Post, outcome: Outcome) -> None:
    Post.objects.update(fence=2)
    before = Post.objects.values().get()
    answered(post, outcome, fence=1)
    assert Post.objects.values().get() == before
    assert Account.objects.get().trouble == Trouble.NONE


def test_what_is_settled_stays_as_it_is(post: Post) -> None:
    answered(post, OUT)
    before = Post.objects.values().get()
    for outcome in (Published("43", "elsewhere"), Refused(Reason.OTHER, ""), Unknown("")):
        answered(post, outcome)
    assert Post.objects.values().get() == before


@pytest.mark.parametrize("state", [State.DRAFT, State.CANCELLED])
def test_what_came_out_though_given_up_is_at_least_in_the_journal(post: Post, state: State) -> None:
    Post.objects.update(state=state)
    assert answered(post, OUT).state == state
    assert Entry.objects.get(verb="out all the same").facts["url"] == OUT.url


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [
        (Reason.RECONNECT, Trouble.RECONNECT),
        (Reason.SUSPENDED, Trouble.SUSPENDED),
        (Reason.TEXT, Trouble.NONE),
    ],
)
def test_a_refusal_tells_of_its_account(post: Post, reason: Reason, trouble: Trouble) -> None:
    answered(post, Refused(reason, "x" * 999))
    assert Account.objects.get().trouble == trouble
    assert len(Post.objects.get().detail) == 300


def test_a_networks_words_can_not_spoil_the_record(post: Post) -> None:
    assert answered(post, Unknown("nul \0, half \ud83d")).detail == "nul �, half ?"


def test_an_id_that_somebody_gave_to_another_post_goes_to_a_person(post: Post) -> None:
    other = factories.direct(factories.pledge(post.campaign), NetworkChoices.X)
    claim(other.campaign_id, [other.pk], worker="one", now=T)
    taken = factories.direct(
        factories.pledge(post.campaign),
        NetworkChoices.X,
        state=State.PUBLISHED,
        network_post_id=OUT.id,
        published_at=T,
    )
    record([Answered(post.pk, 1, OUT, LATER), Answered(other.pk, 1, Published("7", ""), LATER)])
    found = {one.pk: (one.state, one.needs_person) for one in Post.objects.all()}
    assert found == {
        post.pk: (State.UNCERTAIN, True),
        other.pk: (State.PUBLISHED, False),
        taken.pk: (State.PUBLISHED, False),
    }


def test_an_erased_post_holds_up_no_other(post: Post) -> None:
    gone = Answered(post.pk + 1000, 1, OUT, LATER)
    record([gone, Answered(post.pk, 1, OUT, LATER)])
    assert Post.objects.get().state == State.PUBLISHED
