"""Thin Celery tasks: "look at the rows now". They carry ids, never words or secrets."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from http.client import HTTPException
from threading import Lock
from typing import Final
from urllib.request import urlopen

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from coalition import wiring
from coalition.afterwards.actions import ask_surveys
from coalition.directory.recheck import recheck_proofs
from coalition.directory.sync import keep_lists
from coalition.evidence.announced import read_announcements
from coalition.evidence.rounds import open_rounds
from coalition.health.actions import leave_pulse
from coalition.health.queries import is_well
from coalition.joining.actions import forget
from coalition.joining.opening import open_link
from coalition.journal.actions import chain_new_entries
from coalition.mail import actions as mail
from coalition.members.vouching import carry_out
from coalition.members.witnesses import tell_the_head
from coalition.pledges.verdict import close_deadlines
from coalition.privacy.retention import forget_what_ran_out
from coalition.publishing.checking import check as do_check
from coalition.publishing.clock import database_now
from coalition.publishing.erasing import erase_what_is_done, erase_what_was_promised
from coalition.publishing.hand_reminders import remind_hands
from coalition.publishing.look import look_batch
from coalition.publishing.occasions import checks_due
from coalition.publishing.pinning import pin_what_is_out
from coalition.publishing.rehearse import run as run_rehearsal
from coalition.publishing.rehearse import waiting as rehearsals_waiting
from coalition.publishing.release import release_batch
from coalition.publishing.sign_ins import check_accounts
from coalition.publishing.turn import turn
from coalition.publishing.unseen import look_at_links

log = logging.getLogger(__name__)

OFTEN_ENOUGH: Final = 0.5
"""Seconds between two ticks of one process: those that piled up while nobody worked are dropped."""
_last_tick = [-OFTEN_ENOUGH]
_ticking, _posting, _looking, _listing, _pinning = (Lock() for _ in range(5))
"""A desk does each of its jobs once at a time: a slow mail server must not take all its hands."""


@shared_task(name="coalition.tick")  # type: ignore[untyped-decorator]
def tick() -> None:
    """One turn of the clock."""
    with unless_busy(_ticking) as free:
        if not free or time.monotonic() - _last_tick[0] < OFTEN_ENOUGH:
            return
        _last_tick[0] = time.monotonic()
        turn(
            release=release.delay,
            look=look.delay,
            shares=settings.SEND_SHARES,
            sent=wiring.sent(),
            now=database_now(),
        )
        close_deadlines(database_now())
        remind_hands(database_now())
        carry_out(database_now())
        chain_new_entries()
        _hand_out(rehearse.delay, rehearsals_waiting(database_now()))
        _hand_out(check.delay, checks_due(database_now()))
        leave_pulse("tick", now=database_now())


@shared_task(name="coalition.release")  # type: ignore[untyped-decorator]
def release(ids: Sequence[int]) -> None:
    """Arm and send a batch."""
    release_batch(ids, wiring.hands())


@shared_task(name="coalition.look")  # type: ignore[untyped-decorator]
def look(ids: Sequence[int]) -> None:
    """Look whether doubtful posts are out."""
    look_batch(ids, wiring.hands())


@shared_task(name="coalition.check_sign_ins")  # type: ignore[untyped-decorator]
def check_sign_ins() -> None:
    """Give erased sessions back, keep the others alive, and tell in time where one is lost."""
    leave_pulse("worker", now=database_now())
    wiring.give_secrets_back()
    check_accounts(wiring.hands(), now=database_now())


@shared_task(name="coalition.post_letters")  # type: ignore[untyped-decorator]
def post_letters() -> None:
    """Send the letters that wait, and forget whom nobody confirmed."""
    with unless_busy(_posting) as free:
        if free:
            mail.post_letters(open_link=open_link, now=database_now())
            leave_pulse("letters", now=database_now())
            forget(now=database_now())
            tell_the_head(database_now())
            erase_what_was_promised(database_now())
            erase_what_is_done(database_now())
            forget_what_ran_out(database_now())


@shared_task(name="coalition.recheck_proofs")  # type: ignore[untyped-decorator]
def recheck() -> None:
    """Look again: at proofs, at links that nobody confirmed, and whether who left stays away."""
    with unless_busy(_looking) as free:
        if free:
            look_after(database_now())
        if free and settings.NETWORKS == "live":
            recheck_proofs(wiring.bluesky_hosts(), now=database_now())
            look_at_links(wiring.whose_on_x, now=database_now())
            read_announcements(wiring.bluesky_hosts(), now=database_now())


@shared_task(name="coalition.keep_lists")  # type: ignore[untyped-decorator]
def keep_the_lists() -> None:
    """Bring the lists on Bluesky to what the public page says."""
    with unless_busy(_listing) as free:
        if free and settings.NETWORKS == "live":
            keep_lists(
                wiring.bluesky_hosts(), wiring.open_secret, wiring.seal_secret, now=database_now()
            )


@shared_task(name="coalition.pin")  # type: ignore[untyped-decorator]
def pin() -> None:
    """Pin what is out to its profile, where its people asked for that."""
    with unless_busy(_pinning) as free:
        if free:
            pin_what_is_out(wiring.hands(), now=database_now())


@shared_task(name="coalition.rehearse")  # type: ignore[untyped-decorator]
def rehearse(pk: int) -> None:
    """Run a rehearsal that was asked for."""
    run_rehearsal(pk)


@shared_task(name="coalition.check")  # type: ignore[untyped-decorator]
def check(pk: int) -> None:
    """Do a round of checks: only a worker can open what accounts are signed in with."""
    do_check(pk, wiring.hands(), budget=settings.X_BUDGET)


@shared_task(name="coalition.say_alive")  # type: ignore[untyped-decorator]
def say_alive() -> None:
    """Tell somebody outside that all is well; when we fall silent, they call."""
    if settings.DEADMAN_URL and is_well(database_now()):
        with suppress(OSError, HTTPException), urlopen(settings.DEADMAN_URL, timeout=10):  # noqa: S310
            pass


def look_after(now: datetime) -> None:
    """What the weeks after an exit ask for: looks, and one question to each who left."""
    open_rounds(now)
    ask_surveys(now)


def _hand_out(task: Callable[[int], object], ids: Iterable[int]) -> None:
    """What can wait: while the queue is down it stays a row, and a later tick hands it out."""
    try:
        for pk in ids:
            task(pk)
    except OperationalError:
        log.warning("the queue is down: rehearsals and checks wait", exc_info=True)


@contextmanager
def unless_busy(lock: Lock) -> Iterator[bool]:
    """Whether the lock was free; it is ours for the block then."""
    free = lock.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            lock.release()
