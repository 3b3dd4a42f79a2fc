"""What a person saw who looked at an account on X, and what follows from it."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.evidence.actions import Reason, record
from coalition.evidence.asking import ask
from coalition.evidence.models import Evidence, Look
from coalition.evidence.states import Level, Sight
from coalition.journal.actions import Act, note
from coalition.members.models import User
from coalition.refusals import Refusal

FIRST: Final = 1
"""The round of the day after; later ones look again."""
MISPRESS: Final = timedelta(minutes=10)
"""So long a wrong press is taken back without a trace in public."""


@transaction.atomic
def answer(look: Look, sight: Sight, *, link: str = "", actor: User, now: datetime) -> None:
    """Silent: one more rung. Posting: its organisation is asked. Can't tell: the next round."""
    waiting = Look.objects.filter(pk=look.pk, looked_at__isnull=True)
    if not waiting.update(sight=sight, looked_at=now, looked_by=actor):
        raise Refusal(_("Somebody else was first: look at how it stands now."))
    account = look.account
    facts = {"look": look.pk, "handle": account.handle, "sight": sight.value}
    note(
        Act("looked", actor.number, look.campaign_id, account.organisation_id, facts),
        now=now,
    )
    if sight is Sight.SILENT:
        level = Level.SEEN if look.days == FIRST else Level.RECHECKED
        made = record(
            look.campaign,
            account.organisation,
            Reason(level, look.left_at),
            account=account,
            actor=actor.number,
            now=now,
        )
        Look.objects.filter(pk=look.pk).update(evidence=made)
    elif sight is Sight.POSTING:
        ask(look.campaign, account, link=link, actor=actor, now=now)
    look.refresh_from_db()


@transaction.atomic
def take_back(look: Look, *, actor: User, now: datetime) -> None:
    """A wrong press, at once: it is open again. Later on evidence is overturned, in public."""
    fresh = Look.objects.filter(pk=look.pk, looked_at__gt=now - MISPRESS).exclude(
        sight=Sight.POSTING
    )
    if not fresh.update(sight="", looked_at=None, looked_by=None, evidence=None):
        raise Refusal(
            _("Its people were written to, or it is too long ago: it can't be undone any more.")
        )
    if look.evidence_id:
        Evidence.objects.filter(pk=look.evidence_id).delete()
    facts = {"look": look.pk, "handle": look.account.handle}
    note(
        Act("look taken back", actor.number, look.campaign_id, look.account.organisation_id, facts),
        now=now,
    )
    look.refresh_from_db()


def can_be_taken_back(look: Look, now: datetime) -> bool:
    """Pressed a moment ago, and nobody was written to."""
    fresh = look.looked_at is not None and look.looked_at > now - MISPRESS
    return fresh and look.sight != Sight.POSTING
