"""Faults that leave nothing around them as it was, each on a day of its own."""

import shutil
from collections.abc import Callable

from coalition.publishing.breaker import close_breaker
from coalition.publishing.epoch import let_go
from coalition.publishing.models import Breaker, Hold
from coalition.publishing.states import State
from tests.faults.day import BLUESKY, Case, X
from tests.faults.house import Crew, in_seconds, wrong_clock
from tests.faults.on_servers import EITHER, back
from tests.faults.oracle import End
from tests.scene import database_url

PRICE = 0.015


def credits_run_out(case: Case) -> None:
    """X takes two posts, then says 402: the others become hand-offs, and Bluesky never waits."""
    case.wants(*case.pool, networks=[BLUESKY])
    case.wants(*case.pool, networks=[X], ends={End.PUBLISHED, End.BY_HAND})
    case.house.fake_x.set_balance(2.5 * PRICE)

    def two_and_a_breaker() -> bool:
        texts = {post.text for post in case.posts}
        out = [effect for effect in case.house.fake_x.effects() if effect.text in texts]
        return len(out) == 2 and Breaker.objects.filter(network=X, closed_at=None).exists()

    case.really(two_and_a_breaker)
    case.afters += [lambda: case.house.fake_x.set_balance(1000), mend]


def mend() -> None:
    """The app may post again."""
    close_breaker(X, actor="tests", now=in_seconds(0))


def every_clock_off(hours: float, case: Case) -> None:
    """All workers' machine is off; the beat's and the database's are right."""
    house = case.house
    before = house.crew
    wrong = {**house.settings, **wrong_clock(hours)}
    house.crew = [Crew(database_url(), house.valkey.url, **wrong) for _ in range(2)]
    list(house.starters.map(lambda one: one.kill(), before))
    house.start_all(house.crew)
    case.crowd()

    def right_again() -> None:
        for one in house.crew:
            one.kill()
            one.close()
        house.crew = before
        house.start_all(before)

    case.afters.append(right_again)


def older_backup(case: Case) -> None:
    """After T the database is what it was before T: a machine looks on Bluesky, people on X."""
    case.wants(*case.pool, networks=[BLUESKY])
    case.wants(*case.pool, networks=[X], ends={End.TOLD})
    postgres = case.house.postgres
    kept = postgres.home / "backup"

    def keep() -> None:
        postgres.stop()
        shutil.copytree(postgres.data, kept)
        back(case)

    def restore() -> None:
        case.until(lambda: not case.rows().exclude(state=State.PUBLISHED).exists())
        postgres.immediate_stop()
        shutil.rmtree(postgres.data)
        kept.rename(postgres.data)
        back(case)

    def look_and_let_go() -> None:
        if case.until(Hold.objects.exists):
            let_go(actor="tests", now=in_seconds(0))

    case.at(-3, keep)
    case.at(3, restore)
    case.aside(4, look_and_let_go)
    case.really(Hold.objects.exists)


def all_killed(case: Case) -> None:
    """The machine falls at T and comes up again."""
    case.crowd(EITHER)
    house = case.house

    def fall() -> None:
        for hands in house.hands:
            hands.kill()
        house.valkey.kill()
        house.postgres.immediate_stop()

    def rise() -> None:
        house.valkey.start()
        back(case)
        house.soon(lambda: house.start_all(house.hands))

    case.at(-1, house.rest)
    case.at(0.1, fall)
    case.at(0.5, rise)


BREAKER: dict[str, Callable[[Case], None]] = {"credits run out": credits_run_out}
CLOCKS: dict[str, Callable[[Case], None]] = {
    "every worker's clock is 2 hours ahead": lambda case: every_clock_off(2, case),
}
BACKUP: dict[str, Callable[[Case], None]] = {"an older backup is restored": older_backup}
KILLED: dict[str, Callable[[Case], None]] = {"everything is killed": all_killed}
