"""Celery's own processes: ticks and letters never wait for batches, and every hand has a share."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import connection
from pytest_django import Settings

from coalition import tasks
from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.members.states import NetworkChoices
from coalition.publishing.clock import database_now
from coalition.publishing.models import Attempt, Post
from coalition.publishing.rehearse import HANDED, ask, run
from coalition.publishing.rehearse import waiting as rehearsals_waiting
from coalition.publishing.rehearsed import Rehearsal
from coalition.publishing.states import State
from tests import environment, factories
from tests.scene import database_url, until
from tests.testnet.hands import Beat, Desk, Worker
from tests.testnet.servers import Valkey

pytestmark = [
    pytest.mark.usefixtures("committed"),
    pytest.mark.skipif(environment.on_sqlite(), reason="workers of their own need a server"),
]


class OneHand(Worker):
    part = (*Worker.part, "--concurrency", "1", "--queues", "celery")


class TwoHands(Worker):
    part = (*Worker.part, "--concurrency", "2", "--queues", "celery")


class FourHands(Worker):
    part = (*Worker.part, "--concurrency", "4", "--queues", "celery")


@pytest.fixture
def rehearsed(tmp_path: Path) -> dict[str, str]:
    """A deployment that sends nothing, and keeps its letters in files."""
    return {"NETWORKS": "rehearsal", "DATA_DIR": str(tmp_path)}


@pytest.fixture
def broker(valkey: Valkey) -> str:
    """A queue that no other test has left anything in."""
    return f"redis://127.0.0.1:{valkey.port}/7"


def a_campaign_in(seconds: float, posts: int) -> list[Post]:
    campaign = factories.going(exit_at=database_now() + timedelta(seconds=seconds))
    return [factories.direct(factories.pledge(campaign)) for _ in range(posts)]


def test_ticks_and_letters_go_on_while_every_child_of_the_worker_waits(
    broker: str, rehearsed: dict[str, str]
) -> None:
    """Without a desk nothing would be swept or mailed before the hour of these batches."""
    a_campaign_in(40, posts=6)
    lost = factories.direct(
        factories.pledge(factories.going(exit_at=database_now())),
        NetworkChoices.X,
        state=State.SENDING,
        lease_until=database_now() + timedelta(seconds=14),
        fence=1,
    )
    refused = factories.direct(lost.pledge, NetworkChoices.X)
    factories.representative(lost.account.organisation)
    with (
        TwoHands(database_url(), broker, **rehearsed) as worker,
        Desk(database_url(), broker, **rehearsed),
        Beat(database_url(), broker, **rehearsed),
    ):
        armed = Post.objects.filter(armed_until__isnull=False)
        until(lambda: armed.count() >= 6, seconds=15, what="both children hold a batch")
        Post.objects.filter(pk=refused.pk).update(state=State.REFUSED)
        until(
            lambda: not Post.objects.filter(pk=lost.pk, state=State.SENDING).exists(),
            seconds=16,
            what="a lease that ran out is swept",
        )
        until(
            lambda: Letter.objects.filter(kind="needs-you", sent_at__isnull=False).exists(),
            seconds=10,
            what="its people have their letter",
        )
        waits = Post.objects.filter(state=State.APPROVED, armed_until__isnull=False).count()
        assert waits == 6  # the batches are still waiting: nothing of this had to wait for them
        worker.kill()


@pytest.mark.parametrize("hands", [OneHand, TwoHands, FourHands])
def test_every_hand_that_is_there_takes_a_share(
    hands: type[Worker], broker: str, rehearsed: dict[str, str]
) -> None:
    number = int(hands.part[hands.part.index("--queues") - 1])
    rehearsed["SEND_SHARES"] = str(number)
    with (
        hands(database_url(), broker, **rehearsed),
        Desk(database_url(), broker, **rehearsed),
        Beat(database_url(), broker, **rehearsed),
    ):
        a_campaign_in(6, posts=8)
        out = Post.objects.filter(state=State.PUBLISHED)
        until(lambda: out.count() == 8, seconds=20, what="all are out")
    shares = [Attempt.objects.filter(worker=name).count() for name in workers()]
    assert shares == [8 // number] * number


def workers() -> list[str]:
    return list(Attempt.objects.order_by("worker").values_list("worker", flat=True).distinct())


def a_desk_posts() -> None:
    tasks.post_letters()
    connection.close()


def test_a_desk_posts_letters_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server that hangs takes one of its hands, not all."""
    started, let_go = Event(), Event()
    calls: list[int] = []

    def hangs(**_options: object) -> None:
        calls.append(1)
        started.set()
        let_go.wait(5)

    monkeypatch.setattr("coalition.mail.actions.post_letters", hangs)
    first = Thread(target=a_desk_posts)
    first.start()
    assert started.wait(5)
    tasks.post_letters()
    let_go.set()
    first.join()
    assert calls == [1]


def test_ticks_and_letters_have_a_queue_of_their_own(settings: Settings) -> None:
    at_the_desk = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"coalition.tick", "coalition.post_letters"} <= at_the_desk
    routes = {name: route["queue"] for name, route in settings.CELERY_TASK_ROUTES.items()}
    assert routes == {"coalition.tick": "desk", "coalition.post_letters": "desk"}


def test_a_tick_is_done_though_the_queue_is_down_for_a_rehearsal_and_a_check(
    tmp_path: Path,
) -> None:
    """In a process of its own: which queue there is, is settled once."""
    campaign = factories.campaign(exit_at=None)
    now = database_now()
    Campaign.objects.filter(pk=campaign.pk).update(exit_at=now + timedelta(hours=1))
    campaign.refresh_from_db()
    ask(campaign, actor=None, now=now)
    said = tick_once(tmp_path, broker="redis://127.0.0.1:9/0")
    assert "the queue is down" in said
    assert Rehearsal.objects.get().started_at is None
    [due] = rehearsals_waiting(database_now() + HANDED)  # it waits, and is handed out later
    assert run(due)


def tick_once(folder: Path, *, broker: str) -> str:
    """What one tick says on its way; it must come to its end."""
    script = "import django; django.setup(); from coalition.tasks import tick; tick()"
    environment = Worker(database_url(), broker, DATA_DIR=str(folder)).environment()
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True
    ).stderr
