"""What people do at the very moment when workers claim: either it comes first, or it is told so."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import DatabaseError, connection

from coalition.campaigns.actions import call_off, resume, set_exit_at, stop
from coalition.campaigns.deciding import decide
from coalition.pledges.actions import leave_coalition, withdraw
from coalition.publishing.actions import hand_over, take_back, try_again
from coalition.publishing.models import Post
from coalition.publishing.states import State
from coalition.refusals import Refusal
from tests import factories
from tests.faults.day import Case
from tests.faults.house import LEASE
from tests.faults.oracle import End, Logs

ANY = frozenset({End.PUBLISHED, End.STILL})
SLOWNESS = 1.0  # from our reading of the clock to the database's commit, and back

type Act = Callable[[Case], None]


def at_once(*acts: Callable[[], object]) -> None:
    """Side by side, each on a connection of its own; a refusal is an answer, and so is an error."""

    def run(act: Callable[[], object]) -> None:
        with suppress(Refusal, DatabaseError):
            act()
        connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def now() -> datetime:
    """The time, as a page would take it."""
    return datetime.now(UTC)


def withdrawn(case: Case) -> None:
    """Every organisation takes its word back."""
    for pledge in case.campaign.pledges.all():
        withdraw(pledge, actor=case.pool[0].writer, now=now())


def left(case: Case) -> None:
    """One organisation after the other leaves the coalition, and comes back for the next race."""
    for member in case.pool:
        leave_coalition(member.organisation, actor=member.writer, now=now())


def stopped(case: Case) -> None:
    """STOP, by two coordinators at once."""
    coordinators = [factories.coordinator() for _ in range(2)]
    at_once(*(partial(stop, case.campaign, actor=one, now=now()) for one in coordinators))


def called_off(case: Case) -> None:
    """The exit does not happen."""
    call_off(case.campaign, actor=factories.coordinator(), now=now())


def no_go(case: Case) -> None:
    """One no is enough, clicked twice."""
    actor = factories.coordinator()
    at_once(*[partial(decide, case.campaign, go=False, actor=actor, now=now())] * 2)


def moved(case: Case) -> None:
    """The hour moves while it strikes."""
    with suppress(Refusal):
        later = case.exit_at + timedelta(days=1)
        set_exit_at(case.campaign, later, actor=factories.coordinator(), now=now())


def taken_back(case: Case) -> None:
    """Every approval is taken back, post by post."""
    for post in Post.objects.filter(campaign=case.campaign):
        with suppress(Refusal):
            take_back(post, actor=case.pool[0].writer, now=now())


def raced(act: Act, moment: float, case: Case) -> None:
    """From the commit of this act on no call begins; what comes later was claimed before."""
    case.crowd(ANY)
    done: list[float] = []

    def race() -> None:
        act(case)
        done.append(time.time())
        connection.close()

    case.at(moment, race)

    def none_began_later() -> bool:
        logs = Logs.of(case.house.fake_x, case.house.pds)
        last = done[0] + LEASE / 3 + SLOWNESS
        return all(effect.at <= last for post in case.posts for effect in logs.effects(post))

    case.really(none_began_later)


def stopped_and_resumed(case: Case) -> None:
    """STOP before T, on again after it: what is inside the window goes, once."""
    case.crowd()
    actor = factories.coordinator()
    case.at(-0.5, lambda: stop(case.campaign, actor=actor, now=now()))
    case.at(2, lambda: resume(case.campaign, actor=actor, now=now()))


def many_hands(case: Case) -> None:
    """Missed posts: two coordinators say send now, twice each, while a third hands them over."""
    case.window = 2
    case.crowd({End.PUBLISHED, End.STILL, End.BY_HAND, End.TOLD})
    actors = [factories.coordinator() for _ in range(3)]
    case.at(-1, lambda: stop(case.campaign, actor=actors[0], now=now()))
    case.at(3, lambda: resume(case.campaign, actor=actors[0], now=now()))

    def press() -> None:
        for post in Post.objects.filter(campaign=case.campaign, state=State.MISSED):
            press_on(post.pk)

    def press_on(pk: int) -> None:
        at_once(
            *(
                partial(try_again, Post.objects.get(pk=pk), actor=actor, now=now())
                for actor in (actors[0], actors[1], actors[0], actors[1])
            ),
            partial(hand_over, Post.objects.get(pk=pk), actor=actors[2], now=now()),
        )

    def press_when_missed() -> None:
        case.until(lambda: not case.rows().exclude(state=State.MISSED).exists())
        press()
        case.sent_now_at = time.time() - case.exit_at.timestamp()

    case.aside(3, press_when_missed)


RACES: dict[str, tuple[Act, float]] = {
    "a withdrawal": (withdrawn, 0.0),
    "STOP": (stopped, 0.0),
    "a call-off": (called_off, 0.0),
    "no-go": (no_go, 0.0),
    "another hour": (moved, -0.2),
    "approvals taken back": (taken_back, 0.0),
    "leaving the coalition": (left, 0.0),
}


def cases(seed: int) -> dict[str, Callable[[Case], None]]:
    """Each race a little before or after the hour: the seed says when."""
    chance = random.Random(seed)
    return {
        "stopped, then resumed": stopped_and_resumed,
        "many press at once": many_hands,
        **{
            f"{name} raced with the claim": partial(
                raced, act, around + round(chance.uniform(-0.1, 0.15), 3)
            )
            for name, (act, around) in RACES.items()
        },
    }
