"""A post with pictures, from arming to record, on a real Bluesky server: whole, once, or not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from coalition.networks.outcome import Reason
from coalition.publishing.look import look_batch
from coalition.publishing.models import Picture, Post
from coalition.publishing.release import release_batch
from coalition.publishing.states import State
from tests.publishing.hands import Rehearsed
from tests.publishing.on_bluesky import Place
from tests.testnet.faultproxy import Fault, FaultProxy
from tests.testnet.pds import Pds

pytestmark = pytest.mark.usefixtures("committed")
UPLOAD, PUT, LOOK = "uploadBlob", "putRecord", "getRecord"


@pytest.fixture
def place(pds: Pds) -> Iterator[Place]:
    with FaultProxy(pds.port, host="localhost") as proxy:
        yield Place(pds, proxy, pds.person())


def released(place: Place, post: Post) -> Post:
    release_batch([post.pk], place.hands)
    return Post.objects.get(pk=post.pk)


def test_pictures_are_there_before_the_hour_and_one_request_is_left(place: Place) -> None:
    post = place.post("teal", "gold")
    assert released(place, post).state == State.PUBLISHED
    assert place.standing() == [json.loads(post.record)]
    assert len(place.standing()[0]["embed"]["images"]) == 2
    asked = [one.path.rpartition(".")[2] for one in place.proxy.seen]
    assert asked.count(UPLOAD) == 2
    assert asked[-1] == PUT
    assert asked.count(PUT) == 1


def test_a_second_sign_in_brings_no_picture_again(place: Place) -> None:
    post = place.post("teal", after=9)  # early enough to bring first, and to sign in again
    assert released(place, post).state == State.PUBLISHED
    assert place.asked(UPLOAD) == 1


def test_while_its_picture_can_not_be_brought_a_post_waits(place: Place) -> None:
    place.proxy.arm(Fault("status", match=UPLOAD, status=429, times=9))
    post = released(place, place.post("teal"))
    assert (post.state, post.reason) == (State.APPROVED, "")
    assert post.not_before
    assert place.asked(PUT) == 0
    place.proxy.clear()
    Post.objects.update(not_before=None, armed_until=None)
    assert released(place, post).state == State.PUBLISHED
    assert len(place.standing()) == 1


def test_a_picture_that_the_host_lost_refuses_the_post_in_words(place: Place) -> None:
    gone = b'{"error":"BlobNotFound","message":"Could not find blob"}'
    place.proxy.arm(Fault("status", match=PUT, status=400, body=gone))
    post = released(place, place.post("teal"))
    assert (post.state, post.reason) == (State.REFUSED, Reason.PICTURE)
    assert place.standing() == []


def test_bytes_that_nobody_approved_are_never_brought(place: Place) -> None:
    post = place.post("teal")
    Picture.objects.update(content=b"other bytes")
    post = released(place, post)
    assert (post.state, post.detail) == (
        State.REFUSED,
        "this is not the picture that was approved",
    )
    assert place.asked(UPLOAD) == place.asked(PUT) == 0


@pytest.mark.parametrize("change", [{"alt": "Other words."}, {"sha256": "0" * 64}])
def test_a_picture_changed_behind_the_approval_is_not_sent(
    place: Place, change: dict[str, str]
) -> None:
    post = place.post("teal")
    Picture.objects.update(**change)
    post = released(place, post)
    assert post.state == State.REFUSED
    assert place.standing() == []


def test_a_lost_answer_is_looked_for_and_no_picture_is_brought_for_that(place: Place) -> None:
    place.proxy.arm(Fault("drop", match=PUT))
    post = released(place, place.post("teal"))
    assert post.state == State.UNCERTAIN
    look_batch([post.pk], place.hands)
    post.refresh_from_db()
    assert post.state == State.PUBLISHED
    assert (place.asked(UPLOAD), place.asked(PUT), len(place.standing())) == (1, 1, 1)


def test_a_slow_picture_holds_up_nobody_else(place: Place) -> None:
    slow = place.post("teal", after=1.5)
    beside = Place(place.pds, place.proxy, place.pds.person())
    quick = beside.post(pledge=slow.pledge)
    secrets = {slow.account_id: place, quick.account_id: beside}
    hands = replace(
        place.hands, open_secret=lambda account: secrets[account.pk].hands.open_secret(account)
    )
    place.proxy.arm(Fault("delay", match=UPLOAD, seconds=1.8))
    release_batch([slow.pk, quick.pk], hands)
    exit_at = slow.campaign.exit_at
    out = {post.pk: post.published_at or slow.created_at for post in Post.objects.all()}
    assert exit_at
    assert out[slow.pk] - exit_at > timedelta(seconds=1)
    assert out[quick.pk] - exit_at < timedelta(seconds=1)


def test_a_rehearsal_brings_nothing_anywhere_and_sends_nothing_without(place: Place) -> None:
    post = place.post("teal", after=0.4)
    rehearsed = Rehearsed()
    release_batch([post.pk], rehearsed.hands)
    assert Post.objects.get(pk=post.pk).state == State.PUBLISHED
    assert place.proxy.seen == []
