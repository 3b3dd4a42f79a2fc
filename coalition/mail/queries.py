"""The outbox: what was written, to whom, and how far it came."""

from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.mail.models import Letter


class Way(TextChoices):
    """How far a letter came."""

    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")
    HALFWAY = "halfway", _("perhaps sent: somebody must look")
    BOUNCED = "bounced", _("came back")


def way_of(letter: Letter) -> Way:
    """One letter's way; halfway means that whoever sent it died in the act."""
    if letter.bounced_at:
        return Way.BOUNCED
    if letter.failed_at:
        return Way.FAILED
    if letter.sent_at:
        return Way.SENT
    return Way.HALFWAY if letter.sending_at else Way.WAITING


def ways() -> dict[int, Way]:
    """How far each letter came, the newest first; one query."""
    marks = Letter.objects.only("pk", "sending_at", "sent_at", "failed_at", "bounced_at")
    return {letter.pk: way_of(letter) for letter in marks.order_by("-pk")}


def letters_by(numbers: Collection[int]) -> list[Letter]:
    """These, the newest first, without their texts."""
    return list(Letter.objects.filter(pk__in=numbers).order_by("-pk").defer("text", "html"))


def letter_at(pk: int) -> Letter | None:
    """One letter."""
    return Letter.objects.filter(pk=pk).first()


def is_written(key: str) -> bool:
    """Whether this letter stands already."""
    return Letter.objects.filter(key=key).exists()
