"""What docs/privacy.md promises about how long things are kept, done by the turn of the clock."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet

from coalition.joining.models import Candidate
from coalition.mail.models import Letter
from coalition.members.models import SignInLink, Vouching
from coalition.pledges.models import Invitation
from coalition.publishing.rehearsed import is_quiet_time

LETTERS: Final = timedelta(days=90)
INVITATIONS: Final = timedelta(days=90)
LINKS: Final = timedelta(days=30)
VOUCHINGS: Final = timedelta(days=90)
CANDIDATES: Final = timedelta(days=180)
BATCH: Final = 200
"""So few at once that nothing else waits; what is left goes with the next turn."""


def forget_what_ran_out(now: datetime) -> int:
    """Forget a batch of each; never near an hour: hands and database are T's then."""
    if is_quiet_time(now):
        return 0
    read = Letter.objects.filter(Q(sent_at__lte=now - LETTERS) | Q(failed_at__lte=now - LETTERS))
    worded = read.exclude(text="", html="")
    emptied = Letter.objects.filter(pk__in=_some(worded)).update(text="", html="")
    return emptied + sum(
        _delete(rows)
        for rows in (
            Invitation.objects.filter(expires_at__lte=now - INVITATIONS),
            SignInLink.objects.filter(expires_at__lte=now - LINKS),
            Candidate.objects.filter(decided_at__lte=now - CANDIDATES),
            Vouching.objects.filter(ended_at__lte=now - VOUCHINGS),
            Session.objects.filter(expire_date__lte=now),
        )
    )


def _some(rows: QuerySet[Letter] | QuerySet[Model]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _delete(rows: QuerySet[Model]) -> int:
    model = rows.model
    found: QuerySet[Model] = QuerySet(model).filter(pk__in=_some(rows))
    return found.delete()[0]
