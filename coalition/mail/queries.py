"""The outbox: what was written, to whom, and how far it came."""

from collections.abc import Collection
from typing import Final

from django.db.models import Case, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from coalition.mail.models import Letter


class Way(TextChoices):
    """How far a letter came."""

    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")
    HALFWAY = "halfway", _("perhaps sent: somebody must look")
    BOUNCED = "bounced", _("came back")


HOW_FAR: Final = Case(  # what weighs most comes first
    When(bounced_at__isnull=False, then=Value(Way.BOUNCED.value)),
    When(failed_at__isnull=False, then=Value(Way.FAILED.value)),
    When(sent_at__isnull=False, then=Value(Way.SENT.value)),
    When(sending_at__isnull=False, then=Value(Way.HALFWAY.value)),  # its sender died in the act
    default=Value(Way.WAITING.value),
)


def way_of(letter: Letter) -> Way:
    """One letter's way."""
    return Way(Letter.objects.values_list(HOW_FAR, flat=True).get(pk=letter.pk))


def ways() -> dict[int, str]:
    """How far each letter came, the newest first; one query, and no more than a word of each."""
    return dict(Letter.objects.order_by("-pk").values_list("pk", HOW_FAR))


def letters_by(numbers: Collection[int]) -> list[Letter]:
    """These, the newest first, without their texts."""
    return list(Letter.objects.filter(pk__in=numbers).order_by("-pk").defer("text", "html"))


def letter_at(pk: int) -> Letter | None:
    """One letter."""
    return Letter.objects.filter(pk=pk).first()


def is_written(key: str) -> bool:
    """Whether this letter stands already."""
    return Letter.objects.filter(key=key).exists()
