"""The order of a post's pictures: changed by its writers, approved with the rest, and kept."""

import json
from datetime import timedelta
from typing import Any

import pytest

from coalition.members.models import User
from coalition.members.states import NetworkChoices
from coalition.networks.bluesky.embed import cid
from coalition.pledges.models import Pledge
from coalition.publishing.actions import approve
from coalition.publishing.attaching import Edit, edit_post
from coalition.publishing.compose import approval_sha256, shown_sha256
from coalition.publishing.models import Picture, Post
from coalition.publishing.states import State
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW, T
from tests.publishing.test_attaching import WORDS, draft, edited, with_picture

pytestmark = pytest.mark.django_db
X, BLUESKY = NetworkChoices.X, NetworkChoices.BLUESKY


@pytest.fixture
def pledge() -> Pledge:
    return factories.pledge(factories.going())


@pytest.fixture
def writer() -> User:
    return factories.person()


@pytest.fixture
def second() -> User:
    return factories.person()


def three(post: Post, writer: User) -> list[int]:
    """Their numbers, in order."""
    for colour in ("red", "lime", "navy"):
        with_picture(post, writer, colour)
    return order()


def order() -> list[int]:
    return list(Picture.objects.order_by("place").values_list("pk", flat=True))


def test_a_picture_changes_places_with_its_neighbour(pledge: Pledge, writer: User) -> None:
    post = draft(pledge)
    red, lime, navy = three(post, writer)
    edited(post, writer, moved=(navy, -1))
    assert order() == [red, navy, lime]
    edited(post, writer, moved=(red, 1))
    assert order() == [navy, red, lime]
    edited(post, writer, away=frozenset({red}), moved=(lime, -1))  # over the gap
    assert order() == [lime, navy]


def test_at_the_end_of_the_row_and_on_another_post_nothing_moves(
    pledge: Pledge, writer: User
) -> None:
    post = draft(pledge)
    numbers = three(post, writer)
    elsewhere = factories.picture(factories.post(pledge, state=State.DRAFT))
    for moved in ((numbers[0], -1), (numbers[-1], 1), (elsewhere.pk, 1), (0, 1)):
        edited(post, writer, moved=moved)
    assert list(post.pictures.values_list("pk", flat=True)) == numbers


@pytest.mark.parametrize("network", [X, BLUESKY])
def test_their_order_is_approved_with_them(
    pledge: Pledge, writer: User, second: User, network: NetworkChoices
) -> None:
    post = draft(pledge, network)
    first, other = factories.picture(post, "red"), factories.picture(post, "navy")
    post = approve(edited(post, writer), actor=second, now=NOW)
    shown, record = shown_sha256(post), post.record
    for picture, place in ((first, 0), (other, 1), (first, 2)):
        Picture.objects.filter(pk=picture.pk).update(place=place)
    tampered = Post.objects.select_related("account", "campaign").get(pk=post.pk)
    assert approval_sha256(tampered, tampered.account, T) != post.approval_sha256
    assert shown_sha256(tampered) != shown

    post = edited(post, writer, moved=(first.pk, -1))
    assert (post.state, post.approval_sha256) == (State.DRAFT, "")
    post = approve(edited(post, writer, moved=(first.pk, 1)), actor=second, now=NOW)
    if network == BLUESKY:
        images = json.loads(post.record)["embed"]["images"]
        assert [one["image"]["ref"]["$link"] for one in images] == [
            cid(other.sha256),
            cid(first.sha256),
        ]
        assert post.record != record


@pytest.mark.parametrize("state", [State.SENDING, State.PUBLISHED, State.UNCERTAIN])
def test_what_may_be_out_keeps_its_order(pledge: Pledge, writer: User, state: State) -> None:
    out: Any = {"network_post_id": "1", "published_at": T} if state == State.PUBLISHED else {}
    post = factories.direct(pledge, BLUESKY, colours=("red", "navy"), state=state, **out)
    before = order()
    with pytest.raises(Refusal, match="can't be changed any more"):
        edited(post, writer, moved=(before[0], 1))
    assert order() == before


def test_a_frozen_post_keeps_its_order(pledge: Pledge, writer: User, second: User) -> None:
    post = draft(pledge)
    before = three(post, writer)
    post = approve(post, actor=second, now=NOW)
    moved = Edit(text=WORDS, moved=(before[0], 1))
    with pytest.raises(Refusal, match="Texts are frozen"):
        edit_post(post, moved, actor=writer, now=T - timedelta(hours=2))
    post.refresh_from_db()
    assert (order(), post.state) == (before, State.APPROVED)


def test_words_stay_with_their_picture_when_a_colleague_moves_it_meanwhile(
    pledge: Pledge, writer: User, second: User
) -> None:
    post = draft(pledge)
    red, lime, navy = three(post, writer)
    edited(post, second, moved=(red, 1))
    edited(post, writer, alts={red: "Red.", lime: "Lime.", navy: "Navy."})
    assert [one.alt for one in post.pictures.all()] == ["Lime.", "Red.", "Navy."]
