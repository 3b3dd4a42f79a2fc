"""What goes wrong for everybody: the queue, the beat, the workers, the database, the networks."""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import LiteralString

import psycopg
import redis
from django.db import connection

from coalition.campaigns.lock import NAMESPACE
from coalition.mail.models import Letter
from coalition.publishing.models import Post
from tests.faults.day import BLUESKY, Case, X
from tests.faults.oracle import End
from tests.testnet.faultproxy import Fault
from tests.testnet.hands import Hands

PUT = "com.atproto.repo.putRecord"
EITHER = frozenset({End.PUBLISHED, End.TOLD})


# The queue


def flushed(case: Case) -> None:
    """FLUSHALL while tasks wait for T, and again at T."""
    case.crowd()

    def flush() -> None:
        with redis.Redis.from_url(case.house.valkey.url) as queue:
            queue.flushall()

    for moment in (-3, -0.2, 0.1):
        case.at(moment, flush)


def queue_restarted(case: Case) -> None:
    """Killed at T with all that it held, and away for a while; no worker dies of it."""
    case.crowd()
    before = [hands.process for hands in case.house.hands]
    case.at(0, case.house.valkey.kill)
    case.at(2, case.house.valkey.start)
    case.really(lambda: all(one is not None and one.poll() is None for one in before))


def tripled(case: Case) -> None:
    """Every worker gets the same batch, three times over."""
    case.crowd()

    def triple() -> None:
        ids = [post.pk for post in case.posts]
        for _ in range(3):
            case.house.send("release", ids)
            case.house.send("look", ids)
            case.house.send("tick", queue="desk")

    for moment in (-2, 0):
        case.at(moment, triple)


# The beat


def two_beats(case: Case) -> None:
    """Two clocks tick."""
    case.crowd()
    beat = case.house.another_beat()
    case.at(-4, lambda: case.house.soon(beat.start))
    case.at(3, case.house.rest)
    case.at(3, beat.close)


def beat_stalled(case: Case) -> None:
    """The clock stands still over T, then catches up."""
    case.crowd()
    case.at(-4, lambda: tell(case.house.beats[0], signal.SIGSTOP))
    case.at(4, lambda: tell(case.house.beats[0], signal.SIGCONT))


# The desk and the workers


def desk_killed(case: Case) -> None:
    """Nobody ticks from just before T until a start's time after it."""
    case.crowd()
    [desk] = case.house.desks
    case.at(-0.5, case.house.rest)
    case.at(-0.5, desk.kill)
    case.at(1, lambda: case.house.soon(desk.start))


def one_of_two_killed(case: Case) -> None:
    """With all its children, in the middle of it."""
    case.crowd(EITHER)
    worker = case.house.crew[0]
    case.at(-1, case.house.rest)
    case.at(0.15, worker.kill)
    case.at(0.15, lambda: case.house.soon(worker.start))


def one_of_two_told_to_end(case: Case) -> None:
    """SIGTERM, as at a new version."""
    case.crowd(EITHER)
    case.at(0.05, lambda: case.house.soon(case.house.crew[1].restart))


def all_down(case: Case) -> None:
    """From a second before T until three after it, and the seconds that a start takes."""
    house = case.house
    case.at(-1.5, house.rest)
    for worker in house.crew:
        case.at(-1, worker.kill)
    case.at(3, lambda: house.soon(lambda: house.start_all(house.crew)))


def workers_down(case: Case) -> None:
    """All of them over T; back inside the window."""
    case.crowd()
    all_down(case)


def workers_down_for_long(case: Case) -> None:
    """Back beyond the window: nothing goes, and people are told."""
    case.window = 2
    case.crowd({End.TOLD})
    all_down(case)
    case.really(lambda: case.until(lambda: all(mailed(post) for post in case.posts)))


def mailed(post: Post) -> bool:
    """Whether the letter about it has left the house."""
    letters = Letter.objects.filter(key__startswith=f"needs-you:{post.pk}:")
    return letters.filter(sent_at__isnull=False).exists()


# The networks, for everybody


def bluesky_restarted(case: Case) -> None:
    """The host is killed just before T and comes back after it."""
    case.wants(*case.pool, networks=[BLUESKY])
    case.at(-0.3, case.house.pds.kill)
    case.at(1, case.house.pds.start)


def x_restarted(case: Case) -> None:
    """X breaks every connection at T."""
    case.wants(*case.pool, networks=[X], ends=EITHER)
    case.at(-0.1, case.house.fake_x.kill)
    case.at(0.3, case.house.fake_x.start)


def storm_of_503(case: Case) -> None:
    """X says 503 to everybody and does nothing: people are asked."""
    case.wants(*case.pool, networks=[BLUESKY])
    case.wants(*case.pool, networks=[X], ends=EITHER)
    case.at(-0.2, lambda: case.house.fake_x.arm("status", times=len(case.pool)))
    for member in case.pool:
        assert member.line
        case.at(-0.2, partial(member.line.arm, Fault("status", PUT, 3)))


def storm_of_429(case: Case) -> None:
    """Both networks are too busy for everybody."""
    case.wants(*case.pool, networks=[BLUESKY])
    case.wants(*case.pool, networks=[X], ends=EITHER)  # what the storm of 503 left may strike here
    arm, many = case.house.fake_x.arm, len(case.pool)
    case.at(-0.2, partial(arm, "status", status=429, seconds=2, times=many))
    for member in case.pool:
        assert member.line
        fault = Fault("status", PUT, 2, 429, {"Retry-After": "1"})
        case.at(-0.2, partial(member.line.arm, fault))


# The database


def database_crashed(case: Case) -> None:
    """Immediate stop in the middle of claims and records."""
    case.crowd(EITHER)
    case.at(0.1, case.house.postgres.immediate_stop)
    case.at(0.8, lambda: back(case))


def database_stopped(case: Case) -> None:
    """Away over T."""
    case.crowd(EITHER)
    case.at(-1, case.house.postgres.stop)
    case.at(6, lambda: back(case))


def back(case: Case) -> None:
    """It is there again; our own connection was cut, too."""
    case.house.postgres.start()
    connection.close()


def locked(case: Case) -> None:
    """Somebody looks at the whole table, with a lock that nobody passes."""
    case.crowd()
    lock = "LOCK TABLE coalition_post IN ACCESS EXCLUSIVE MODE"
    case.at(-0.5, lambda: held_for(4, case, lock))


def campaign_held(case: Case) -> None:
    """Somebody's page holds the campaign over T."""
    case.crowd()
    lock = f"SELECT pg_advisory_xact_lock({NAMESPACE}, %s)"
    case.at(-0.5, lambda: held_for(3.5, case, lock, case.campaign.pk))


def held_for(seconds: float, case: Case, lock: LiteralString, *values: int) -> None:
    """Lock it, and let go whatever the others wait for: people of this hour may wait for it."""
    line = psycopg.connect(url(case))
    line.execute(lock, values)
    threading.Timer(seconds, line.close).start()


def exhausted(case: Case) -> None:
    """Not one connection is free, and the workers have lost theirs."""
    case.crowd(EITHER)
    taken: list[psycopg.Connection] = []

    def take() -> None:
        connection.close()
        taken.append(psycopg.connect(url(case), autocommit=True))
        for _ in range(2):
            with suppress(psycopg.OperationalError):
                while True:
                    taken.append(psycopg.connect(url(case), autocommit=True))
            taken[0].execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND NOT pid = ANY(%s)",
                [[one.info.backend_pid for one in taken]],
            )

    case.at(-0.7, take)

    def give_back() -> None:
        for one in taken:
            one.close()

    case.at(3, give_back)
    case.really(lambda: len(taken) > 150)


def url(case: Case) -> str:
    """The tests' database."""
    return case.house.postgres.url_of(str(connection.settings_dict["NAME"]))


def tell(hands: Hands, number: signal.Signals) -> None:
    """Send a process of Celery's a signal."""
    assert hands.process
    os.kill(hands.process.pid, number)


QUEUE: dict[str, Callable[[Case], None]] = {
    "the queue is flushed": flushed,
    "the queue is restarted": queue_restarted,
    "messages come three times": tripled,
}
HANDS: dict[str, Callable[[Case], None]] = {
    "two beats": two_beats,
    "the beat stalls over T": beat_stalled,
    "the desk is killed": desk_killed,
    "one worker is killed": one_of_two_killed,
    "one worker is told to end": one_of_two_told_to_end,
    "all workers are down at T": workers_down,
    "all workers are down beyond the window": workers_down_for_long,
}
NETWORKS: dict[str, Callable[[Case], None]] = {
    "Bluesky's host is restarted": bluesky_restarted,
    "X is restarted": x_restarted,
    "a storm of 503": storm_of_503,
    "a storm of 429": storm_of_429,
}
DATABASE: dict[str, Callable[[Case], None]] = {
    "the posts are locked": locked,
    "the campaign is held": campaign_held,
    "connections are exhausted": exhausted,
    "the database crashes": database_crashed,
    "the database is away at T": database_stopped,
}
