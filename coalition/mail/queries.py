"""The outbox: what was written, to whom, and how far it came."""

from collections.abc import Collection
from enum import Enum

from django.utils.translation import gettext_lazy as _

from coalition.mail.models import Letter


class Way(Enum):
    """How far a letter came, in words."""

    WAITING = _("waiting to be sent")
    SENT = _("sent")
    FAILED = _("not sent")
    HALFWAY = _("perhaps sent: somebody must look")
    BOUNCED = _("came back")

    @property
    def words(self) -> str:
        """In the reader's language."""
        return str(self.value)


def way_of(letter: Letter) -> Way:
    """One letter's way; halfway means that whoever sent it died in the act."""
    if letter.bounced_at:
        return Way.BOUNCED
    if letter.failed_at:
        return Way.FAILED
    if letter.sent_at:
        return Way.SENT
    return Way.HALFWAY if letter.sending_at else Way.WAITING


def letter_numbers() -> list[int]:
    """All that were written, the newest first; one query."""
    return list(Letter.objects.order_by("-pk").values_list("pk", flat=True))


def letters_by(numbers: Collection[int]) -> list[Letter]:
    """These, the newest first, without their texts."""
    return list(Letter.objects.filter(pk__in=numbers).order_by("-pk").defer("text", "html"))


def letter_at(pk: int) -> Letter | None:
    """One letter."""
    return Letter.objects.filter(pk=pk).first()


def is_written(key: str) -> bool:
    """Whether this letter stands already."""
    return Letter.objects.filter(key=key).exists()
