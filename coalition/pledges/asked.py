"""Who was asked, and how far each invitation came."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.pledges.models import Invitation
from coalition.pledges.queries import Stand

type Invited = tuple[datetime | None, datetime | None, datetime | None, datetime]
type Way = tuple[datetime | None, datetime | None, datetime | None]

NO_LETTER: Final[Way] = (None, None, None)


class Asking(TextChoices):
    """How far an invitation came."""

    NOT_ASKED = "not asked", _("not invited")
    WAITING = "waiting", _("letter waits")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent: failed")
    BOUNCED = "bounced", _("bounced")
    OPENED = "opened", _("opened")
    ACCEPTED = "accepted", _("accepted")
    RUN_OUT = "run out", _("ran out")
    ANSWERED = "answered", _("answered")


@dataclass(frozen=True, slots=True)
class Asked:
    """An organisation's last invitation."""

    state: Asking = Asking.NOT_ASKED
    at: datetime | None = None
    email: str = ""
    invited_at: datetime | None = None
    reminded_at: datetime | None = None


def asked_of(
    campaign: Campaign, *, now: datetime, organisations: Collection[int] | None = None
) -> dict[int, Asked]:
    """How far each organisation's living invitation came; two queries, whatever the count."""
    living = Invitation.objects.filter(campaign=campaign, superseded_at__isnull=True)
    letters = Letter.objects.filter(campaign_id=campaign.pk, kind="invitation")
    if organisations is not None:
        living = living.filter(organisation__in=organisations)
        letters = letters.filter(organisation_id__in=organisations)
    ways: dict[str, Way] = {
        key: (bounced_at, failed_at, sent_at)
        for key, bounced_at, failed_at, sent_at in letters.values_list(
            "key", "bounced_at", "failed_at", "sent_at"
        )
    }
    rows = living.values_list(
        *("pk", "organisation_id", "email", "invited_at"),
        *("claimed_at", "expires_at", "opened_at", "reminded_at"),
    )
    return {
        of: Asked(
            *_how_far(
                (claimed_at, expires_at if expires_at <= now else None, opened_at, invited_at),
                ways.get(f"invitation:{pk}", NO_LETTER),
            ),
            email,
            invited_at,
            reminded_at,
        )
        for pk, of, email, invited_at, claimed_at, expires_at, opened_at, reminded_at in rows
    }


def _how_far(invitation: Invited, letter: Way) -> tuple[Asking, datetime]:
    claimed_at, ran_out_at, opened_at, invited_at = invitation
    bounced_at, failed_at, sent_at = letter
    steps = (  # what weighs most comes first
        (Asking.ACCEPTED, claimed_at),
        (Asking.BOUNCED, bounced_at),
        (Asking.FAILED, failed_at),
        (Asking.RUN_OUT, ran_out_at),
        (Asking.OPENED, opened_at),
        (Asking.SENT, sent_at),
    )
    return next(((state, since) for state, since in steps if since), (Asking.WAITING, invited_at))


def unasked(campaign: Campaign, organisations: Collection[int]) -> int:
    """How many of these have neither answered nor been invited; one query."""
    asked = Invitation.objects.filter(campaign=campaign, superseded_at__isnull=True)
    return len(set(organisations) - set(asked.values_list("organisation_id", flat=True)))


def state_of(one: Stand, asked: Mapping[int, Asked]) -> Asking:
    """How far this one came: who answered has answered, whatever became of the letter."""
    if one.answer is not None:
        return Asking.ANSWERED
    return asked[one.pk].state if one.pk in asked else Asking.NOT_ASKED
