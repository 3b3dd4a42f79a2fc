"""Every state has a row, every arrow is declared, and nothing moves along another."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from coalition.members.states import NetworkChoices
from coalition.publishing.models import Attempt, Post
from coalition.publishing.moves import may, move, move_one
from coalition.publishing.states import ARROWS, SETTLED, Move, State
from tests import factories
from tests.factories import NOW

DRAWN = """
draft -a> approved      approved -b> sending    sending -c> published
approved -d> draft      sending -e> approved    sending -f> refused
refused -g> approved    missed -g> approved     sending -h> uncertain
uncertain -i> approved  uncertain -j> published approved -k> missed
approved -l> published  refused -l> published   missed -l> published
draft -m> cancelled     approved -m> cancelled  refused -m> cancelled  missed -m> cancelled
approved -n> uncertain  refused -n> uncertain   missed -n> uncertain
"""
"""The arrows, drawn by hand from the design; the table must say the same."""


def test_the_table_holds_exactly_the_arrows_that_are_drawn() -> None:
    words = DRAWN.split()
    drawn = set(zip(words[0::3], (arrow[1] for arrow in words[1::3]), words[2::3], strict=True))
    assert drawn == {
        (str(source.value), str(arrow.value), str(target.value))
        for arrow, (sources, target) in ARROWS.items()
        for source in sources
    }


def test_every_state_can_be_reached_and_only_settled_ones_are_never_left() -> None:
    reached = {State.DRAFT} | {target for _sources, target in ARROWS.values()}
    left = frozenset().union(*(sources for sources, _target in ARROWS.values()))
    assert reached == set(State)
    assert set(State) - left == SETTLED == {State.PUBLISHED, State.CANCELLED}
    assert set(ARROWS) == set(Move)


NEEDS: dict[State, dict[str, Any]] = {
    State.PUBLISHED: {"network_post_id": "1", "published_at": NOW},
    State.SENDING: {"lease_until": NOW + timedelta(seconds=90)},
}


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "arrow"), list(product(State, Move)))
def test_a_post_moves_along_declared_arrows_and_along_no_other(state: State, arrow: Move) -> None:
    post = factories.direct(
        factories.pledge(factories.campaign()), state=state, **NEEDS.get(state, {})
    )
    sources, target = ARROWS[arrow]
    moved = move_one(post, arrow, **NEEDS.get(target, {}))
    assert moved == may(state, arrow) == (state in sources)
    assert post.state == (target if moved else state)


@pytest.mark.django_db
def test_only_those_that_stand_at_its_start_move() -> None:
    pledge = factories.pledge(factories.campaign())
    draft, approved, missed = (
        factories.direct(pledge, state=state)
        for state in (State.DRAFT, State.APPROVED, State.MISSED)
    )
    assert move(Post.objects.all(), Move.MISS) == 1
    assert [Post.objects.get(pk=one.pk).state for one in (draft, approved, missed)] == [
        State.DRAFT,
        State.MISSED,
        State.MISSED,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"state": State.PUBLISHED}, "published_posts_have_an_id"),
        ({"state": State.PUBLISHED, "network_post_id": "1"}, "published_posts_have_an_id"),
        ({"state": State.SENDING, "lease_until": None}, "posts_being_sent_have_a_lease"),
        ({"approval_sha256": ""}, "only_approved_posts_move_on"),
        ({"approved_for": None}, "only_approved_posts_move_on"),
        (
            {"record_key": ""},
            "direct_bluesky_posts_have_their_record_before_the_first_try",
        ),
        ({"record": ""}, "direct_bluesky_posts_have_their_record_before_the_first_try"),
    ],
)
def test_the_database_refuses_what_can_not_be(columns: dict[str, str], name: str) -> None:
    post = factories.direct(factories.pledge(factories.campaign()))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(**columns)


@pytest.mark.django_db
def test_the_writer_is_not_the_second_person_for_the_database_either() -> None:
    post = factories.direct(factories.pledge(factories.campaign()))
    one = factories.person()
    rows = Post.objects.filter(pk=post.pk)
    with pytest.raises(IntegrityError, match="a_second_person_approves"), transaction.atomic():
        rows.update(written_by=one, approved_by=one)
    rows.update(written_by=one, approved_by=one, approval_waived=True)


@pytest.mark.django_db
def test_a_network_id_belongs_to_one_post_and_an_account_has_one_post_of_a_kind() -> None:
    pledge = factories.pledge(factories.campaign())
    post = factories.direct(
        pledge, NetworkChoices.X, state=State.PUBLISHED, **NEEDS[State.PUBLISHED]
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.direct(pledge, NetworkChoices.X, state=State.PUBLISHED, **NEEDS[State.PUBLISHED])
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.direct(pledge, NetworkChoices.X, on=post.account)


@pytest.mark.django_db
def test_an_attempt_closes_once_and_is_never_changed() -> None:
    post = factories.direct(factories.pledge(factories.campaign()))
    attempt = Attempt.objects.create(post=post, fence=1, worker="one", began_at=NOW)
    rows = Attempt.objects.filter(pk=attempt.pk)
    with pytest.raises(IntegrityError, match="closed once"), transaction.atomic():
        rows.update(worker="another")
    assert rows.update(ended_at=NOW, outcome="published") == 1
    for change in ({"outcome": "refused"}, {"ended_at": None}, {"fence": 2}):
        with pytest.raises(IntegrityError, match="closed once"), transaction.atomic():
            rows.update(**change)
