"""A 429 makes wait what shares that limit, and nobody else."""

from datetime import timedelta

import pytest

from coalition.members.states import NetworkChoices
from coalition.networks.network import Alone, Draft, Keep, NetworkName, Secret, Session, nobody_else
from coalition.networks.outcome import Postponed, Refused, Unknown
from coalition.networks.rehearsal import Answer, Rehearsal
from coalition.publishing.arming import Hands
from coalition.publishing.clock import database_now
from coalition.publishing.models import Post
from coalition.publishing.pauses import SPREAD, Pauses
from coalition.publishing.release import release_batch
from coalition.publishing.states import State
from coalition.publishing.turn import turn
from tests import factories
from tests.factories import T

pytestmark = pytest.mark.usefixtures("committed")
LIMITED = Postponed(100, "429", limited=True)
ONE, OTHER = "https://one.example", "https://other.example"


class Servers(Rehearsal):
    """Accounts stand on servers of their own, told by the first letter of their handle."""

    async def prepare(
        self, draft: Draft, secret: Secret, keep: Keep, alone: Alone = nobody_else
    ) -> Session | Refused | Postponed | Unknown:
        del secret, keep, alone
        return Session(draft.account_id, ONE if draft.handle.startswith("one") else OTHER)


def test_a_storm_from_one_server_slows_no_other_and_is_not_asked_again_and_again() -> None:
    pledge = factories.pledge(factories.going(exit_at=database_now() - timedelta(seconds=5)))

    def on(server: str, number: int) -> Post:
        account = factories.account(
            pledge.organisation,
            NetworkChoices.BLUESKY,
            handle=f"{server}{number}.example",
            network_id=f"did:plc:{server}{number}",
        )
        return factories.direct(pledge, on=account)

    stormy = [on("one", number) for number in range(12)]
    calm = [on("other", number) for number in range(12)]
    storm = {str(post.pk): [Answer(LIMITED)] for post in stormy[:2]}
    network = Servers(NetworkName.BLUESKY, script=storm)
    hands = Hands({NetworkName.BLUESKY: lambda: network}, lambda _a: {}, lambda _a, _s: None, 1)
    release_batch([post.pk for post in (*stormy, *calm)], hands)
    assert {effect.post for effect in network.effects} == {str(post.pk) for post in calm}
    waiting = Post.objects.filter(pk__in=[post.pk for post in stormy])
    assert set(waiting.values_list("state", flat=True)) == {State.APPROVED}
    earliest = database_now() + timedelta(seconds=90)
    whens = sorted(when for when in waiting.values_list("not_before", flat=True) if when)
    assert len(whens) == 12
    assert earliest < whens[0]
    assert whens[-1] < earliest + timedelta(seconds=20 + SPREAD)
    assert whens[-1] - whens[0] > timedelta(seconds=1)  # spread, not all at once again


def test_one_account_that_must_wait_holds_up_nobody_else() -> None:
    pauses = Pauses(servers=True)
    pauses.heard(1, ONE, LIMITED, T)
    assert pauses.wait(1, ONE, T)
    assert pauses.wait(2, ONE, T) is None
    pauses.heard(2, ONE, LIMITED, T)
    assert pauses.wait(3, ONE, T)
    assert pauses.wait(3, OTHER, T) is None
    assert pauses.wait(3, ONE, T + timedelta(seconds=100)) is None


def test_on_x_accounts_share_no_limit() -> None:
    pauses = Pauses(servers=False)
    for account in (1, 2, 3):
        pauses.heard(account, ONE, LIMITED, T)
    assert pauses.wait(4, ONE, T) is None


def test_the_clock_hands_out_nothing_that_still_waits_and_past_the_window_it_is_missed() -> None:
    post = factories.direct(factories.pledge(factories.going()))
    Post.objects.update(not_before=T + timedelta(seconds=30))
    handed: list[int] = []
    turn(release=handed.extend, look=handed.extend, now=T)
    assert handed == []
    turn(release=handed.extend, look=handed.extend, now=T + timedelta(seconds=30))
    assert handed == [post.pk]
    Post.objects.update(not_before=T + timedelta(hours=1))
    assert (
        turn(release=handed.extend, look=handed.extend, now=T + timedelta(minutes=16)).missed == 1
    )
    assert handed == [post.pk]
    assert Post.objects.get().told_at  # its people were
