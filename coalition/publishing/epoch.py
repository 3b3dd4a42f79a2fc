"""After a restore: what this machine has sent is also written down outside the database.

Attempts are numbered by the database and never taken away, so the highest number says how far it
has come. A file beside us keeps the highest one that we know of. A file that is ahead of the
database means that the database is older than what was sent: nothing goes until people say so.
"""

import fcntl
import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from coalition.campaigns.lock import hold
from coalition.campaigns.models import Campaign
from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Coordinator
from coalition.members.states import NetworkChoices, Route
from coalition.publishing.models import Attempt, Hold, Post
from coalition.publishing.moves import move
from coalition.publishing.states import Move
from coalition.refusals import Refusal

log = logging.getLogger(__name__)

OLDER: Final = gettext_noop(
    "The database is older than what this server has sent. Look at the account first."
)
WIDTH: Final = 20


def kept(file: Path) -> int:
    """The highest number in the file; 0 where there is none: a fresh machine objects to nothing."""
    try:
        return int(file.read_text("ascii"))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError):
        log.exception("%s can't be read, so it can't object", file)
        return 0


def keep(file: Path | None, number: int) -> None:
    """Write it down, on the disk itself, unless a higher one stands there already.

    A disk that fails holds up no post: it takes a restore as well before this would be missed.
    """
    if file is None:
        return
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # among threads too
            if number > int(os.pread(descriptor, WIDTH, 0) or 0):
                os.pwrite(descriptor, b"%0*d" % (WIDTH, number), 0)  # never half: in one block
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        log.exception("%s can't be written", file)


def is_older(file: Path | None, *, now: datetime) -> bool:
    """Whether the database is older than the file knows; then the release is held."""
    if file is None:
        return False
    sent, known = kept(file), Attempt.objects.aggregate(last=Max("pk"))["last"] or 0
    if sent < known:
        keep(file, known)  # other machines' too: should they be lost, this one can still object
    if sent <= known:
        return False
    held = Hold.objects.filter(sent__gte=sent).first()
    if held is None:
        hold_release(sent, known, now=now)
    return held is None or held.ended_at is None


@transaction.atomic(durable=True)
def hold_release(sent: int, known: int, *, now: datetime) -> bool:
    """Doubt everything that a worker would send, hold the rest, and tell coordinators once.

    Bluesky: a machine looks under the stored key. X: a person looks at the account.
    """
    for campaign in Campaign.objects.filter(exit_at__isnull=False).order_by("pk"):
        hold(campaign.pk)
    held, opened = Hold.objects.get_or_create(
        sent=sent, defaults={"known": known, "opened_at": now}
    )
    if not opened:
        return False
    direct = Post.objects.filter(route=Route.DIRECT)
    fresh = {"reason": "", "not_before": None, "armed_until": None, "looks": 0, "told_at": None}
    on_x = direct.filter(network=NetworkChoices.X)
    doubted = move(on_x, Move.DOUBT, needs_person=True, detail=OLDER, **fresh)
    looked_at = move(direct, Move.DOUBT, needs_person=False, detail=OLDER, **fresh)
    facts = {"sent": sent, "known": known, "on x": doubted, "on bluesky": looked_at}
    note(Act("release held", facts=facts), now=now)
    for coordinator in Coordinator.objects.filter(removed_at__isnull=True).select_related("user"):
        write_letter(
            "held",
            key=f"held:{held.pk}:{coordinator.user_id}:{now:%Y%m%dT%H%M%S}",
            to=coordinator.user.email,
            language=coordinator.user.language,
            context={"on_x": doubted, "on_bluesky": looked_at},
            now=now,
        )
    return True


@transaction.atomic
def let_go(*, actor: str, campaign: int | None = None, now: datetime) -> None:
    """A coordinator has looked: what is approved and due goes on. For every campaign here.

    The database counts on from where the file was, so that the file can object again one day.
    """
    holds = Hold.objects.filter(ended_at__isnull=True)
    last = holds.aggregate(last=Max("sent"))["last"]
    if not holds.update(ended_at=now):
        raise Refusal(_("Nothing is held back any more: somebody else was first."))
    _count_on_from(last)
    note(Act("release let go", actor, campaign), now=now)


def _count_on_from(number: int) -> None:
    table = Attempt._meta.db_table  # noqa: SLF001 — public, for all its underscore
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(counter, greatest(%s, nextval(counter)))"
                " FROM pg_get_serial_sequence(%s, 'id') AS one (counter)",
                [number, table],
            )
            return
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [number, table]
        )
        if not cursor.rowcount:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number]
            )
