"""What goes wrong inside one worker: it has the posts to itself, and the others come after it."""

import os
import signal
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from coalition.members.states import NetworkChoices
from coalition.publishing.states import State
from tests.faults.day import BLUESKY, BOTH, Case, X
from tests.faults.house import Loner
from tests.faults.lines import CLAIM, RECORD, DatabaseLine
from tests.faults.oracle import End

PUBLISHED = frozenset({End.PUBLISHED})
TOLD = frozenset({End.TOLD})
EITHER = PUBLISHED | TOLD
OLD = "2026-01-01T00:00:00+00:00"
# where it is killed: what may come of X (Bluesky always comes out), and whether a token is old
KILLED = {
    "before claim": (PUBLISHED, False),
    "inside claim": (PUBLISHED, False),
    "after claim": (EITHER, False),
    "before call": (EITHER, False),
    "after answer": (EITHER, False),
    "inside record": (EITHER, False),
    "before keep": (EITHER, True),
    "after keep": (PUBLISHED, True),
}


def killed(name: str, ends: frozenset[End], old_token: bool, case: Case) -> None:  # noqa: FBT001
    """SIGKILL at a named point."""
    members = [case.house.member(expires_at=OLD if old_token else "") for _ in range(2)]
    if old_token:
        case.wants(*members[:1], networks=[X], ends=ends)
    else:
        case.wants(*members, networks=[BLUESKY])
        case.wants(*members, networks=[X], ends=ends)
    case.alone = loner = case.house.loner(CRASH_AT=name)
    case.really(lambda: is_gone(loner))


def killed_in_silence(case: Case) -> None:
    """SIGKILL when the bytes have left and X has not answered yet."""
    members = [case.house.member() for _ in range(2)]
    case.wants(*members, networks=[X])
    for member in members:
        case.house.fake_x.arm("commit-then-hang", user=member.user, seconds=60)
    case.alone = loner = case.house.loner()

    def both_left() -> bool:
        texts = {post.text for post in case.posts}
        return {one.text for one in case.house.fake_x.effects()} >= texts

    def kill() -> None:
        if case.until(both_left):
            loner.kill()

    case.aside(0, kill)
    case.really(lambda: is_gone(loner))


def stopped(name: str, networks: Iterable[NetworkChoices], x: frozenset[End], case: Case) -> None:
    """SIGSTOP at a named point until the lease has run out, then on as if nothing had been."""
    networks = list(networks)
    member = case.house.member()
    for network in networks:
        case.wants(member, networks=[network], ends=x if network == X else PUBLISHED)
    case.alone = loner = case.house.loner(CRASH_AT=name, CRASH_BY="SIGSTOP")
    swept: list[bool] = []

    def go_on() -> None:
        swept.append(
            case.until(lambda: state_of(loner) == "T")
            and case.until(lambda: not case.rows().filter(state=State.SENDING).exists())
        )
        to(loner, signal.SIGCONT)

    case.aside(0, go_on)
    case.really(lambda: swept == [True])


def terminated(case: Case) -> None:
    """SIGTERM while it sends: it ends what it has begun."""
    members = [case.house.member() for _ in range(2)]
    case.wants(*members, networks=[BLUESKY])
    case.wants(*members, networks=[X], ends=EITHER)
    case.alone = loner = case.house.loner(CRASH_AT="after claim", CRASH_BY="SIGTERM")
    case.really(lambda: is_gone(loner))


def commit_unheard(of_claim: bool, case: Case) -> None:  # noqa: FBT001 — bound by name below
    """The database has done it; the answer to the COMMIT is lost."""
    members = [case.house.member() for _ in range(2)]
    case.wants(*members, networks=[BLUESKY])
    case.wants(*members, networks=[X], ends=EITHER if of_claim else PUBLISHED)
    line = case.house.open.enter_context(DatabaseLine(case.house.postgres.port))
    case.alone = case.house.loner(line=line.port)
    case.at(-1, lambda: line.lose_the_answer(CLAIM if of_claim else RECORD))
    case.really(lambda: line.struck == 1)


def database_out_of_reach(case: Case) -> None:
    """Of this worker alone, from just before T: cut and refused."""
    members = [case.house.member() for _ in range(2)]
    case.wants(*members)
    line = case.house.open.enter_context(DatabaseLine(case.house.postgres.port))
    case.alone = case.house.loner(line=line.port)
    case.at(-0.3, line.shut)
    case.at(5, lambda: line.shut(shut=False))


def database_away_after_the_claim(case: Case) -> None:
    """What the networks answered can't be written down for a while."""
    members = [case.house.member() for _ in range(2)]
    case.wants(*members)
    line = case.house.open.enter_context(DatabaseLine(case.house.postgres.port))
    for member in members:
        case.house.fake_x.arm("delay", user=member.user, seconds=1.5)
    case.alone = case.house.loner(line=line.port)
    case.at(1, line.shut)
    case.at(4, lambda: line.shut(shut=False))


def clock_off(hours: int, case: Case) -> None:
    """Its clock is hours off; only durations are its own to measure."""
    members = [case.house.member() for _ in range(2)]
    case.wants(*members)
    case.alone = case.house.loner(off=hours)


def hour_turned_back(case: Case) -> None:
    """On its machine the clock goes from 03:00 to 02:00 around T, as on a night in October."""
    members = [case.house.member() for _ in range(2)]
    case.wants(*members)
    turned = datetime(2027, 10, 31, 1, 0, tzinfo=UTC) - timedelta(seconds=20)
    hours = (turned - datetime.now(UTC)).total_seconds() / 3600
    case.alone = case.house.loner(off=hours, TZ="Europe/Brussels")


def is_gone(loner: Loner) -> bool:
    """Whether it ended by itself."""
    return loner.process is not None and loner.process.poll() is not None


def state_of(loner: Loner) -> str:
    """As the kernel has it: T is stopped."""
    assert loner.process
    with open(f"/proc/{loner.process.pid}/stat") as file:  # noqa: PTH123 — not a file
        return file.read().rpartition(")")[2].split()[0]


def to(loner: Loner, number: signal.Signals) -> None:
    """Send it a signal."""
    assert loner.process
    os.kill(loner.process.pid, number)


CASES: dict[str, Callable[[Case], None]] = {
    **{f"killed {name}": partial(killed, name, ends, old) for name, (ends, old) in KILLED.items()},
    "killed when the bytes have left": killed_in_silence,
    "stopped past its lease, after the claim": partial(stopped, "after claim", [X], TOLD),
    "stopped past its lease, before the call": partial(stopped, "before call", BOTH, EITHER),
    "stopped past its lease, before the record": partial(stopped, "after answer", [X], PUBLISHED),
    "told to end while it sends": terminated,
    "the COMMIT of its claim is unheard": partial(commit_unheard, True),
    "the COMMIT of its record is unheard": partial(commit_unheard, False),
    "the database is out of its reach at T": database_out_of_reach,
    "the database is away before its record": database_away_after_the_claim,
    "its clock is 2 hours ahead": partial(clock_off, 2),
    "its clock is 2 hours behind": partial(clock_off, -2),
    "its hour is turned back": hour_turned_back,
}
