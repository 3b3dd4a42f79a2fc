"""Asking for a rehearsal, and running it in a process that can reach nothing."""

import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.journal.actions import MACHINE, Act, note
from coalition.members.models import User
from coalition.publishing.clock import database_now
from coalition.publishing.copying import copy_out
from coalition.publishing.outcomes import plain
from coalition.publishing.rehearsed import KEPT, LONGEST, Ending, Rehearsal, is_quiet_time
from coalition.refusals import Refusal

HANDED: Final = timedelta(seconds=60)
"""So long one that was handed out is left to its worker before another gets it too."""
LOOK_SECONDS: Final = 1.0
PR_SET_PDEATHSIG: Final = 1


class EndedError(Exception):
    """The rehearsal did not come to its end."""

    def __init__(self, ending: Ending, detail: str = "") -> None:
        super().__init__(detail)
        self.ending = ending


@transaction.atomic
def ask(campaign: Campaign, *, actor: User | None, now: datetime) -> Rehearsal:
    """A worker begins within a second or two. Takes no lock that anybody waits for."""
    if campaign.exit_at is None:
        raise Refusal(_("There is no date yet: choose the hour first."))
    if campaign.called_off_at:
        raise Refusal(_("This exit was called off."))
    if campaign.exit_at <= now:
        raise Refusal(_("The hour has passed: there is nothing to rehearse any more."))
    if is_quiet_time(now):
        raise Refusal(
            _("So close to an hour nothing is rehearsed: the machine is kept free for it.")
        )
    try:
        with transaction.atomic():
            asked = Rehearsal.objects.create(
                campaign=campaign,
                about_exit_at=campaign.exit_at,
                asked_at=now,
                asked_by=actor,
            )
    except IntegrityError:
        raise Refusal(_("A rehearsal is under way already: look at that one.")) from None
    note(Act("rehearsed", actor.number if actor else MACHINE, campaign.pk), now=now)
    return asked


def waiting(now: datetime) -> list[int]:
    """Those that a worker should begin, each handed out once in a while until one has.

    What never came back is closed first.
    """
    over = Q(started_at__lt=now - LONGEST * 1.5) | Q(
        started_at__isnull=True, asked_at__lt=now - LONGEST * 1.5
    )
    open_ = Rehearsal.objects.filter(ended_at__isnull=True)
    open_.filter(over).update(ended_at=now, ending=Ending.BROKE_OFF)
    free = Q(handed_until__isnull=True) | Q(handed_until__lte=now)
    found = list(open_.filter(free, started_at__isnull=True).values_list("pk", flat=True))
    Rehearsal.objects.filter(pk__in=found).update(handed_until=now + HANDED)
    return found


def run(pk: int) -> bool:
    """Run one that was asked for, unless somebody else has; False then."""
    mine = Rehearsal.objects.filter(pk=pk, started_at__isnull=True, ended_at__isnull=True)
    if not mine.update(started_at=database_now()):
        return False
    here = Rehearsal.objects.filter(pk=pk, ended_at__isnull=True)
    try:
        report = _play(here, Rehearsal.objects.get(pk=pk).campaign_id)
    except EndedError as ended:
        detail = plain(str(ended))
        here.update(ended_at=database_now(), ending=ended.ending, detail=detail)
        return True
    except BaseException as error:
        detail = plain(f"{type(error).__name__}: {error}")
        here.update(ended_at=database_now(), ending=Ending.BROKE_OFF, detail=detail)
        raise
    here.update(ended_at=database_now(), report=report)
    _keep_the_last(Rehearsal.objects.get(pk=pk).campaign_id)
    return True


def _play(row: QuerySet[Rehearsal], campaign: int) -> dict[str, Any]:
    """Hand the copy over, pass on how far it is, and take the report."""
    copy = copy_out(campaign)
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as stage:
        with (Path(stage) / "copy.json").open("w+", encoding="utf-8") as rows:
            rows.write(copy)
            rows.seek(0)
            process = subprocess.Popen(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "rehearse", "--inside"],
                cwd=settings.BASE_DIR,
                env=_bare_environment(stage),
                stdin=rows,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        try:
            for told in _lines(process):
                if "report" in told:
                    return dict(told["report"])
                row.update(posts=told["posts"], done=told["done"])
        finally:
            process.kill()
            _out, words = process.communicate()
        raise EndedError(Ending.BROKE_OFF, words.decode(errors="replace")[-300:])


def _bare_environment(stage: str) -> dict[str, str]:
    """All that the process knows of the world: no key, no network, no mail, a database of its own.

    Made from nothing, so that a setting added one day does not slip in.
    """
    return {
        "DJANGO_SETTINGS_MODULE": "coalition.settings",
        "ENV_FILE": "",
        "DEPLOYMENT": "embedded",
        "NETWORKS": "rehearsal",
        "DATA_DIR": stage,
        "PUBLIC_URL": settings.PUBLIC_URL,
        "TIME_ZONE": settings.TIME_ZONE,
        "LOG_LEVEL": "ERROR",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _lines(process: "subprocess.Popen[bytes]") -> Iterator[dict[str, Any]]:
    """What it says, line by line; ended where it takes too long, or an hour comes near."""
    began, rest = database_now(), b""
    assert process.stdout  # noqa: S101 — it was asked for
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            heard = selector.select(LOOK_SECONDS)
            now = database_now()
            if now - began > LONGEST:
                raise EndedError(Ending.TOO_LONG)
            if is_quiet_time(now):
                raise EndedError(Ending.TOO_NEAR)
            if not heard:
                continue
            chunk = os.read(process.stdout.fileno(), 1 << 16)
            if not chunk:
                return
            *whole, rest = (rest + chunk).split(b"\n")
            yield from map(json.loads, whole)


def _keep_the_last(campaign: int) -> None:
    kept = Rehearsal.objects.filter(campaign=campaign).values_list("pk", flat=True)[:KEPT]
    Rehearsal.objects.filter(campaign=campaign).exclude(pk__in=list(kept)).delete()


def die_with_parent() -> None:
    """In the process itself: nobody is left behind when the worker is killed, or for ever."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.alarm(int(LONGEST.total_seconds()) + 60)
