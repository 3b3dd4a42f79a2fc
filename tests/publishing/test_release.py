"""A batch from arming to record, on rehearsed networks: never early, never twice, never lost."""

import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection

from coalition.mail.actions import post_letters
from coalition.mail.models import Letter
from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Route, Trouble
from coalition.members.vault import SealedShutError
from coalition.networks.outcome import Postponed, Reason, Refused, Unknown
from coalition.networks.rehearsal import LostAnswer, Slow, duplicate, postpone, refuse
from coalition.networks.wire import Limits
from coalition.pledges.models import Pledge
from coalition.publishing.arming import Hands
from coalition.publishing.claim import LEASE
from coalition.publishing.clock import database_now
from coalition.publishing.look import look_batch
from coalition.publishing.models import Attempt, Breaker, Post
from coalition.publishing.release import SAFE, release_batch
from coalition.publishing.states import State
from tests import environment, factories
from tests.database import at_once
from tests.publishing.hands import Rehearsed

pytestmark = pytest.mark.usefixtures("committed")
SOON = timedelta(seconds=0.4)
X, BLUESKY = NetworkChoices.X, NetworkChoices.BLUESKY


def pledged(after: timedelta = SOON) -> Pledge:
    return factories.pledge(factories.going(exit_at=database_now() + after))


def states(*posts: Post) -> list[str]:
    return [Post.objects.get(pk=post.pk).state for post in posts]


def release(rehearsed: Rehearsed, *posts: Post) -> None:
    release_batch([post.pk for post in posts], rehearsed.hands)


def test_every_post_goes_once_and_none_before_its_hour() -> None:
    pledge = pledged()
    posts = [factories.direct(pledge, network) for network in (X, BLUESKY) for _ in range(20)]
    wave = factories.direct(pledge, X, offset_seconds=1)
    rehearsed = Rehearsed()
    release(rehearsed, *posts, wave)
    assert set(states(*posts, wave)) == {State.PUBLISHED}
    assert Counter(int(effect.post) for effect in rehearsed.effects) == Counter(
        post.pk for post in (*posts, wave)
    )
    exit_at = pledge.campaign.exit_at
    assert exit_at
    for effect in rehearsed.effects:
        hour = exit_at + timedelta(seconds=1 if effect.post == str(wave.pk) else 0)
        assert hour <= datetime.fromisoformat(effect.received_at) < hour + timedelta(seconds=5)
    assert {post.network_post_id for post in Post.objects.all()} == {
        effect.id for effect in rehearsed.effects
    }
    assert not Attempt.objects.exclude(outcome="published", fence=1).exists()


def test_each_thing_that_can_happen_ends_where_it_must_and_nothing_goes_out_twice() -> None:
    pledge = pledged()
    lost, lost_x, refused, waits, twin = (
        factories.direct(pledge, network) for network in (BLUESKY, X, X, BLUESKY, X)
    )
    gone, asked, hung, fine = (factories.direct(pledge, X) for _ in range(4))
    rehearsed = Rehearsed(
        script={
            lost: [LostAnswer()],
            lost_x: [LostAnswer()],
            refused: [refuse(Reason.TEXT, "too long")],
            waits: [postpone(30)],
            twin: [duplicate()],
        },
        sign_ins={
            gone: [Refused(Reason.RECONNECT, "revoked")],
            asked: [Postponed(5, "429")] * 2,
            hung: [Unknown("timed out")],  # before T; the second try at T goes well
        },
    )
    release(rehearsed, lost, lost_x, refused, waits, twin, gone, asked, hung, fine)
    assert states(lost, lost_x, refused, waits, twin) == [
        State.UNCERTAIN,
        State.UNCERTAIN,
        State.REFUSED,
        State.APPROVED,
        State.UNCERTAIN,
    ]
    assert states(gone, asked, hung, fine) == [
        State.REFUSED,
        State.APPROVED,
        State.PUBLISHED,
        State.PUBLISHED,
    ]
    assert Account.objects.get(pk=gone.account_id).trouble == Trouble.RECONNECT

    look_batch([post.pk for post in (lost, lost_x, twin)], rehearsed.hands)
    assert states(lost, lost_x, twin) == [State.PUBLISHED, State.PUBLISHED, State.UNCERTAIN]
    Post.objects.update(not_before=None)
    release(rehearsed, *Post.objects.all())
    assert states(waits, asked) == [State.PUBLISHED, State.PUBLISHED]
    out = [lost, lost_x, waits, asked, hung, fine]
    assert Counter(effect.post for effect in rehearsed.effects) == Counter(
        str(post.pk) for post in out
    )


def test_two_releases_of_the_same_posts_send_each_once() -> None:
    pledge = pledged()
    posts = [factories.direct(pledge, network) for network in (X, BLUESKY) for _ in range(25)]
    rehearsed = Rehearsed(latency=0.01)
    at_once(*[lambda: release(rehearsed, *posts)] * 2)
    assert set(states(*posts)) == {State.PUBLISHED}
    assert Counter(int(effect.post) for effect in rehearsed.effects) == Counter(
        post.pk for post in posts
    )


def test_words_approved_anew_after_arming_are_not_sent_in_their_old_form() -> None:
    pledge = pledged(timedelta(seconds=1))
    post = factories.direct(pledge, X)
    rehearsed = Rehearsed()

    def edits() -> None:
        time.sleep(0.5)  # armed by now, and T not yet there
        Post.objects.filter(pk=post.pk).update(text="Better words.", approval_sha256="1" * 64)

    at_once(lambda: release(rehearsed, post), edits)
    after = Post.objects.get(pk=post.pk)
    assert (after.state, after.detail) == (State.APPROVED, "approved anew after it was armed")
    assert rehearsed.effects == []


def test_an_hour_put_off_after_arming_is_kept() -> None:
    post = factories.direct(pledged(timedelta(seconds=1)), X)
    rehearsed = Rehearsed()

    def puts_off() -> None:
        time.sleep(0.5)  # armed by now, and T not yet there
        Post.objects.update(offset_seconds=5)

    at_once(lambda: release(rehearsed, post), puts_off)
    assert (states(post), rehearsed.effects) == ([State.APPROVED], [])


@pytest.mark.parametrize("change", [{"text": "Other words."}, {"record": "{}"}])
def test_words_that_nobody_approved_are_refused_and_not_sent(change: dict[str, str]) -> None:
    post = factories.direct(pledged())
    Post.objects.filter(pk=post.pk).update(**change)
    rehearsed = Rehearsed()
    release(rehearsed, post)
    after = Post.objects.get(pk=post.pk)
    assert (after.state, after.reason) == (State.REFUSED, Reason.OTHER)
    assert after.detail == "these are not the words that were approved"
    assert rehearsed.effects == []


def test_another_account_than_the_pinned_one_is_not_posted_to() -> None:
    post = factories.direct(pledged())
    Account.objects.filter(pk=post.account_id).update(network_id="did:plc:other")
    rehearsed = Rehearsed()
    release(rehearsed, post)
    assert (states(post), rehearsed.effects) == ([State.REFUSED], [])


@pytest.mark.parametrize(
    ("error", "state"),
    [(SealedShutError("another row"), State.REFUSED), (OSError("disk"), State.APPROVED)],
)
def test_a_secret_that_does_not_open_refuses_and_a_passing_trouble_waits(
    error: Exception, state: State
) -> None:
    def fails(_account: Account) -> dict[str, str]:
        raise error

    post, rehearsed = factories.direct(pledged(), X), Rehearsed()
    release_batch([post.pk], Hands(rehearsed.hands.networks, fails, rehearsed.hands.keep_secret))
    assert states(post) == [state]
    trouble = Trouble.RECONNECT if state == State.REFUSED else Trouble.NONE
    assert Account.objects.get().trouble == trouble


def test_a_held_worker_does_not_begin_a_call_and_the_rest_of_a_lease_outlives_one() -> None:
    limits = Limits()
    longest_call = 2 * (limits.connect + limits.answer)
    assert SAFE * LEASE.total_seconds() + longest_call < LEASE.total_seconds()

    post, rehearsed = factories.direct(pledged(), X), Rehearsed()
    hands = rehearsed.hands
    release_batch(
        [post.pk], Hands(hands.networks, hands.open_secret, hands.keep_secret, lease=timedelta(0))
    )
    assert (states(post), rehearsed.effects) == ([State.APPROVED], [])


def test_a_refused_app_opens_the_breaker_once_and_hands_everything_over() -> None:
    pledge = pledged()
    spent = [factories.direct(pledge, X) for _ in range(6)]
    later = factories.direct(pledge, X, offset_seconds=1)
    others = factories.direct(pledge, BLUESKY)
    rehearsed = Rehearsed(script={post: [refuse(Reason.APP, "402")] for post in spent})
    release(rehearsed, *spent, later, others)
    assert states(*spent, later, others) == [State.APPROVED] * 7 + [State.PUBLISHED]
    routes = Post.objects.filter(network=X).values_list("route", flat=True)
    assert set(routes) == {Route.BY_HAND}
    assert Breaker.objects.filter(network=X, closed_at=None).count() == 1
    assert [int(effect.post) for effect in rehearsed.effects] == [others.pk]


@pytest.mark.skipif(environment.on_sqlite(), reason="there is no server to lose")
def test_answers_wait_for_a_database_that_comes_back() -> None:
    pledge = pledged()
    posts = [factories.direct(pledge, X) for _ in range(5)]
    rehearsed = Rehearsed(script={post: [Slow(0.6)] for post in posts})

    def cut() -> None:
        with connection.cursor() as cursor:
            for _ in range(30):
                cursor.execute("SELECT pg_sleep(0.05)")
                if Post.objects.filter(state=State.SENDING).count() == 5:
                    break
            for _ in range(12):  # whoever comes back is cut off again
                cursor.execute(
                    "SELECT pg_terminate_backend(pid), pg_sleep(0.05) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    connection.close()
    at_once(lambda: release(rehearsed, *posts), cut)
    assert set(states(*posts)) == {State.PUBLISHED}
    assert len(rehearsed.effects) == 5


def test_a_refusal_of_the_app_hands_everything_over_and_mails_its_people_within_five_seconds() -> (
    None
):
    """One refusal; forty posts of organisations that had nothing to do with it, and two waves."""
    refused = factories.direct(pledged(), X)
    others = [
        factories.direct(
            factories.pledge(refused.campaign), X, offset_seconds=60 if number % 2 else 20
        )
        for number in range(40)
    ]
    people = {
        factories.representative(post.account.organisation).email for post in (refused, *others)
    }
    arrival = factories.direct(refused.pledge, BLUESKY)
    rehearsed = Rehearsed(script={refused: [refuse(Reason.APP, "402")]})
    release(rehearsed, refused, arrival)
    post_letters(open_link=str, now=database_now(), limit=100)
    opened = Breaker.objects.get().opened_at
    assert (database_now() - opened).total_seconds() < 5
    assert set(Post.objects.filter(network=X).values_list("state", "route")) == {
        (State.APPROVED, Route.BY_HAND)
    }
    sent = Letter.objects.filter(kind="post-by-hand", sent_at__isnull=False)
    assert set(sent.values_list("to", flat=True)) == people
    assert [effect.post for effect in rehearsed.effects] == [str(arrival.pk)]
    assert states(arrival) == [State.PUBLISHED]
