"""A pin comes after the post and costs it nothing, whatever happens on the way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from coalition.journal.models import Entry
from coalition.members.models import Account
from coalition.networks.bluesky.profile import PROFILE
from coalition.publishing.clock import database_now
from coalition.publishing.models import Attempt, Pin, Post
from coalition.publishing.pinning import AFTER_HOUR, LEASE, TRIED_FOR, pin_what_is_out
from coalition.publishing.release import release_batch
from coalition.publishing.states import State
from tests.database import at_once
from tests.publishing.on_bluesky import Place
from tests.testnet.faultproxy import Fault, FaultProxy, Mode
from tests.testnet.pds import Pds

pytestmark = pytest.mark.usefixtures("committed")
LINE = "Sinds 20 januari niet meer op X."
LATER = AFTER_HOUR + timedelta(minutes=1)


@pytest.fixture
def place(pds: Pds) -> Iterator[Place]:
    with FaultProxy(pds.port, host="localhost") as proxy:
        yield Place(pds, proxy, pds.person())


@pytest.fixture
def out(place: Place) -> Post:
    """An announcement that is out, and is to be pinned."""
    post = place.post(after=1.0)
    release_batch([post.pk], place.hands)
    post.refresh_from_db()
    assert post.state == State.PUBLISHED
    Pin.objects.create(post=post, line=LINE, again_at=database_now())
    return post


def profile(place: Place) -> dict[str, Any]:
    where = {"repo": place.person.did, "collection": PROFILE, "rkey": "self"}
    answer = httpx.get(f"{place.pds.url}/xrpc/com.atproto.repo.getRecord", params=where)
    found: dict[str, Any] = answer.json().get("value", {})
    return found


def pinned(place: Place, after: timedelta = LATER) -> int:
    return pin_what_is_out(place.hands, now=database_now() + after)


def untouched(out: Post) -> bool:
    """The post is as it was, and nobody tried it again."""
    post = Post.objects.get(pk=out.pk)
    same = (post.state, post.network_post_id, post.fence) == (
        State.PUBLISHED,
        out.network_post_id,
        1,
    )
    return same and Attempt.objects.count() == 1


def test_what_is_out_is_pinned_once_and_its_line_stands_there(place: Place, out: Post) -> None:
    assert pinned(place) == 1
    assert profile(place)["pinnedPost"]["uri"] == out.network_post_id
    assert profile(place)["description"] == LINE
    pin = Pin.objects.get()
    assert (pin.trouble, pin.lease_until) == ("", None)
    assert pin.pinned_at
    assert Entry.objects.filter(verb="pinned").count() == 1
    assert pinned(place) == 0
    assert untouched(out)


@pytest.mark.parametrize("mode", ["drop", "reset", "cut", "refuse", "status"])
def test_a_lost_pin_is_made_again_and_the_post_is_left_alone(
    place: Place, out: Post, mode: Mode
) -> None:
    place.proxy.arm(Fault(mode, match="putRecord"))
    assert pinned(place) == 1
    pin = Pin.objects.get()
    assert pin.pinned_at is None
    assert pin.trouble
    assert pinned(place) == 0  # not at once
    assert pinned(place, timedelta(minutes=10)) == 1
    assert Pin.objects.get().pinned_at
    assert profile(place)["description"] == LINE
    assert untouched(out)


def test_around_an_hour_nothing_is_pinned(place: Place, out: Post) -> None:
    assert pinned(place, timedelta(0)) == 0
    assert profile(place) == {}
    assert untouched(out)


def test_what_is_not_out_not_connected_or_long_ago_is_not_pinned(place: Place, out: Post) -> None:
    assert pinned(place, TRIED_FOR + timedelta(hours=1)) == 0
    Account.objects.update(connected_at=None)
    assert pinned(place) == 0
    Account.objects.update(connected_at=database_now())
    Post.objects.filter(pk=out.pk).update(state=State.REFUSED)
    assert pinned(place) == 0
    assert place.asked("putRecord") == 1  # the post itself


def test_of_two_workers_one_pins(place: Place, out: Post) -> None:
    done: list[int] = []
    at_once(*[lambda: done.append(pinned(place))] * 2)
    assert sorted(done) == [0, 1]
    assert untouched(out)


def test_after_a_worker_that_died_another_pins(place: Place, out: Post) -> None:
    Pin.objects.update(lease_until=database_now() + LATER + LEASE)
    assert pinned(place) == 0
    assert pinned(place, LATER + 2 * LEASE) == 1
    assert untouched(out)


def test_a_post_that_its_people_took_down_is_told_and_not_pinned(place: Place, out: Post) -> None:
    token = place.pds.call(
        "com.atproto.server.createSession",
        identifier=place.person.did,
        password=place.person.password,
    )["accessJwt"]
    place.pds.call(
        "com.atproto.repo.deleteRecord",
        token=token,
        repo=place.person.did,
        collection="app.bsky.feed.post",
        rkey=out.record_key,
    )
    assert pinned(place) == 1
    assert Pin.objects.get().trouble == "the post is not there any more"
    assert profile(place) == {}
    assert untouched(out)
