"""An older backup is restored in the middle of a release: nothing is sent again on trust."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import connection, transaction
from django.db.models import Max

from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.states import NetworkChoices
from coalition.publishing.actions import prove_by_hand, try_again
from coalition.publishing.arming import Hands
from coalition.publishing.clock import database_now
from coalition.publishing.epoch import OLDER, is_older, keep, kept, let_go
from coalition.publishing.look import look_batch
from coalition.publishing.models import Attempt, Hold, Post
from coalition.publishing.release import release_batch
from coalition.publishing.states import State
from coalition.publishing.turn import turn
from coalition.refusals import Refusal
from tests import factories
from tests.publishing.hands import Rehearsed

pytestmark = pytest.mark.usefixtures("committed")
X, BLUESKY = NetworkChoices.X, NetworkChoices.BLUESKY


class Machine:
    """One machine's worker and clock, with its own file and everybody's networks."""

    def __init__(self, file: Path, networks: Rehearsed) -> None:
        self.file = file
        hands = networks.hands
        self.hands = Hands(hands.networks, hands.open_secret, hands.keep_secret, sent=file)

    def tick(self) -> None:
        """Until nothing is handed out any more."""
        for _ in range(4):
            turn(
                release=lambda ids: release_batch(ids, self.hands),
                look=lambda ids: look_batch(ids, self.hands),
                sent=self.file,
                now=database_now(),
            )

    def send(self, *posts: Post) -> None:
        release_batch([post.pk for post in posts], self.hands)


class Backup:
    """Posts and attempts as they stand now, to be put back later, like an older dump."""

    def __init__(self) -> None:
        self.posts: Any = serializers.serialize("python", Post.objects.all())
        self.attempts: Any = serializers.serialize("python", Attempt.objects.all())

    def restore(self) -> None:
        with transaction.atomic():
            Attempt.objects.all().delete()
            for rows in (self.posts, self.attempts):
                for row in serializers.deserialize("python", rows):
                    row.save()
            self._count_on_from_the_last_row()

    @staticmethod
    def _count_on_from_the_last_row() -> None:
        last = Attempt.objects.aggregate(last=Max("pk"))["last"] or 0
        if connection.vendor == "sqlite":
            statement = "UPDATE sqlite_sequence SET seq = %s WHERE name = 'coalition_attempt'"
        else:
            statement = "SELECT setval('coalition_attempt_id_seq', %s + 1, false)"
        with connection.cursor() as cursor:
            cursor.execute(statement, [last])


def state(post: Post) -> str:
    return Post.objects.get(pk=post.pk).state


@pytest.fixture
def networks() -> Rehearsed:
    return Rehearsed()


@pytest.fixture
def machine(tmp_path: Path, networks: Rehearsed) -> Machine:
    return Machine(tmp_path / "sent", networks)


@pytest.fixture
def posts() -> list[Post]:
    """Two on each network, due for a minute."""
    pledge = factories.pledge(factories.going(exit_at=database_now() - timedelta(minutes=1)))
    return [factories.direct(pledge, network) for network in (X, X, BLUESKY, BLUESKY)]


def test_half_a_release_that_a_restore_forgot_goes_out_once_and_on_x_only_by_people(
    machine: Machine, networks: Rehearsed, posts: list[Post]
) -> None:
    staff = [factories.coordinator() for _ in range(2)]
    x_out, x_not, b_out, _b_not = posts
    backup = Backup()
    machine.send(x_out, b_out)
    backup.restore()

    machine.tick()  # held: no claim; Bluesky is looked at
    assert Counter(int(effect.post) for effect in networks.effects) == {x_out.pk: 1, b_out.pk: 1}
    assert [state(post) for post in posts] == ["uncertain", "uncertain", "published", "approved"]
    asked = Post.objects.filter(needs_person=True, detail=OLDER)
    assert set(asked) == {x_out, x_not}
    letters = Letter.objects.filter(kind="held")
    assert sorted(letters.values_list("to", flat=True)) == sorted(one.email for one in staff)

    let_go(actor="somebody", now=database_now())
    machine.tick()
    assert [state(post) for post in posts] == ["uncertain", "uncertain", "published", "published"]

    effect = networks.effects_of(x_out)[0]
    link = f"https://x.com/{x_out.account.handle}/status/{effect.id}"
    prove_by_hand(x_out, link, actor=staff[0], now=database_now())
    try_again(x_not, actor=staff[0], now=database_now())
    machine.tick()
    assert {state(post) for post in posts} == {State.PUBLISHED}
    assert Counter(int(effect.post) for effect in networks.effects) == {
        post.pk: 1 for post in posts
    }
    assert Hold.objects.count() == 1
    assert letters.count() == 2
    verbs = Entry.objects.filter(verb__startswith="release ").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["release held", "release let go"]


def test_a_second_restore_is_noticed_too(
    machine: Machine, networks: Rehearsed, posts: list[Post]
) -> None:
    first, second = posts[:2]
    backup = Backup()
    machine.send(first)
    backup.restore()
    machine.tick()
    let_go(actor="somebody", now=database_now())
    Post.objects.filter(pk=second.pk).update(state=State.APPROVED, needs_person=False)
    backup = Backup()
    machine.send(second)  # the database counts on from where the file was
    backup.restore()
    machine.tick()
    assert (state(second), len(networks.effects_of(second))) == ("uncertain", 1)
    assert Hold.objects.filter(ended_at=None).count() == 1


def test_a_worker_whose_own_file_objects_claims_nothing_though_no_clock_ticks_there(
    machine: Machine, networks: Rehearsed, posts: list[Post]
) -> None:
    keep(machine.file, 1_000_000)
    machine.send(*posts)
    assert networks.effects == []
    assert not Attempt.objects.exists()
    assert Hold.objects.get().ended_at is None


def test_a_fresh_machine_objects_to_nothing_and_learns_from_the_database(
    machine: Machine, networks: Rehearsed, posts: list[Post], tmp_path: Path
) -> None:
    backup = Backup()
    machine.send(*posts)
    other = Machine(tmp_path / "other", networks)
    other.tick()
    assert not Hold.objects.exists()
    assert kept(other.file) == kept(machine.file) == Attempt.objects.latest("pk").pk
    machine.file.unlink()  # that machine is lost
    backup.restore()
    other.tick()
    assert Hold.objects.exists()
    assert len(networks.effects_of(posts[0])) == 1


def test_without_a_restore_nobody_objects(machine: Machine, posts: list[Post]) -> None:
    machine.send(*posts)
    machine.tick()
    keep(machine.file, 1)  # a slower process: the higher number stays
    assert kept(machine.file) == Attempt.objects.latest("pk").pk
    assert not is_older(machine.file, now=database_now())
    assert not Hold.objects.exists()


def test_refused_and_missed_posts_are_doubted_too_and_hand_offs_are_not(
    machine: Machine, posts: list[Post]
) -> None:
    refused, missed, *_others = posts
    Post.objects.filter(pk=refused.pk).update(state=State.REFUSED, reason="text")
    Post.objects.filter(pk=missed.pk).update(state=State.MISSED)
    by_hand = factories.post(refused.pledge)
    keep(machine.file, 1_000_000)
    assert is_older(machine.file, now=database_now())
    assert [state(post) for post in (refused, missed, by_hand)] == ["uncertain"] * 2 + ["approved"]


@pytest.mark.parametrize("words", ["", "what is this?"])
def test_a_file_that_says_nothing_holds_up_no_post(
    machine: Machine, posts: list[Post], words: str
) -> None:
    machine.file.write_text(words)
    machine.send(*posts)
    assert {state(post) for post in posts} == {State.PUBLISHED}


def test_a_disk_that_fails_holds_up_no_post(
    networks: Rehearsed, posts: list[Post], tmp_path: Path
) -> None:
    Machine(tmp_path / "no such folder" / "sent", networks).send(*posts)
    assert {state(post) for post in posts} == {State.PUBLISHED}


def test_it_is_let_go_once() -> None:
    with pytest.raises(Refusal, match="somebody else was first"):
        let_go(actor="somebody", now=factories.NOW)
