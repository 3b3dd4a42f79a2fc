"""What goes wrong with the one process of the embedded run."""

import os
import signal
from collections.abc import Callable, Iterable
from functools import partial
from typing import cast

from tests.faults.alone import Alone, Embedded
from tests.faults.day import Case
from tests.faults.house import LEASE
from tests.faults.oracle import End, Logs

EITHER = frozenset({End.PUBLISHED, End.TOLD})


def the_one(case: Case) -> Embedded:
    """The process."""
    return cast("Alone", case.house).one


def killed(moment: float, ends: Iterable[End], case: Case) -> None:
    """SIGKILL, and started again at once."""
    case.crowd(ends)
    case.at(moment, the_one(case).again)


def down_beyond_the_window(case: Case) -> None:
    """Nothing goes by itself any more, and its people have a letter in their hands."""
    case.window = 2
    case.crowd({End.TOLD})
    case.at(-1, the_one(case).kill)
    case.at(3, the_one(case).start)
    case.really(partial(case.until, lambda: everybody_has_mail(case)))


def everybody_has_mail(case: Case) -> bool:
    """Whether a letter has left for every organisation's own writer."""
    mailed = cast("Alone", case.house).letters()
    return all(wish.member.writer.email in mailed for wish in case.wishes)


def stopped_past_its_lease(case: Case) -> None:
    """SIGSTOP in the midst of it, as on a laptop that is closed."""
    case.crowd(EITHER)
    case.at(0.05, lambda: to(the_one(case), signal.SIGSTOP))
    case.at(LEASE + 2, lambda: to(the_one(case), signal.SIGCONT))


def clock_ahead(case: Case) -> None:
    """Two hours: by its clock the window is over, so nothing goes and people are told."""
    case.crowd({End.TOLD})
    case.at(-1, lambda: the_one(case).again(off=2))
    case.afters.append(the_one(case).again)


def clock_behind(case: Case) -> None:
    """Two hours: nothing goes until it is right again."""
    case.crowd()
    case.at(-2.5, lambda: the_one(case).again(off=-2))
    quiet: list[bool] = []

    def look() -> None:
        logs = Logs.of(case.house.fake_x, case.house.pds)
        quiet.append(not any(logs.effects(post) for post in case.posts))

    case.at(3, look)
    case.at(3, the_one(case).again)
    case.really(lambda: quiet == [True])


def to(one: Embedded, number: signal.Signals) -> None:
    """Send it a signal."""
    assert one.process
    os.kill(one.process.pid, number)


CASES: dict[str, Callable[[Case], None]] = {
    "killed before T": partial(killed, -0.5, {End.PUBLISHED}),
    "killed at T": partial(killed, 0.05, EITHER),
    "killed after T": partial(killed, 1, EITHER),
    "down beyond the window": down_beyond_the_window,
    "stopped past its lease": stopped_past_its_lease,
    "its clock is 2 hours behind T": clock_behind,
    "its clock is 2 hours ahead of T": clock_ahead,  # the last: only the day's end mends it
}
