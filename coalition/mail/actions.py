"""Writing a letter, and sending what is written: each exactly once."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from coalition.mail.models import Letter

LINK = "[[link]]"
"""Stands in a stored letter where its secret link will be; the link itself is never stored."""


def write_letter(
    kind: str,
    *,
    key: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    now: datetime,
    link: str = "",
    organisation: int | None = None,
    campaign: int | None = None,
) -> bool:
    """Compose `templates/mail/<kind>.txt` (first line: subject) for one person.

    `key` names this letter to this person: writing it again changes nothing. False when it stood.
    """
    subject, text, html = _composed(kind, language, {**context, "link": LINK})
    _letter, written = Letter.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to": to,
            "language": language,
            "subject": subject,
            "text": text,
            "html": html,
            "link": link,
            "organisation_id": organisation,
            "campaign_id": campaign,
            "written_at": now,
        },
    )
    return written


def send_now(kind: str, *, to: str, language: str, context: Mapping[str, Any]) -> None:
    """A letter that somebody waits for in front of a page; no row keeps what it says."""
    subject, text, html = _composed(kind, language, context)
    message = EmailMultiAlternatives(subject=subject, body=text, to=[to])
    message.attach_alternative(html, "text/html")
    message.send()


def _composed(kind: str, language: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Its subject, its words, and the same words as HTML."""
    with translation.override(language):
        rendered = render_to_string(f"mail/{kind}.txt", dict(context))
        subject, _, text = rendered.lstrip().partition("\n")
        paragraphs = text.strip().split("\n\n")
        html = render_to_string(
            "mail/letter.html",
            {"paragraphs": paragraphs, "subject": subject, "button": context.get("button")},
        )
    return subject.strip(), text.strip() + "\n", html


def post_letters(*, open_link: Callable[[str], str], now: datetime, limit: int = 50) -> int:
    """Send what waits. A letter is marked before it goes: one found half sent goes to a person."""
    sent = 0
    for pk in list(
        Letter.objects.filter(sending_at__isnull=True).values_list("pk", flat=True)[:limit]
    ):
        if Letter.objects.filter(pk=pk, sending_at__isnull=True).update(sending_at=now):
            sent += _post(Letter.objects.get(pk=pk), open_link, now)
    return sent


def _post(letter: Letter, open_link: Callable[[str], str], now: datetime) -> int:
    address = open_link(letter.link) if letter.link else ""
    message = EmailMultiAlternatives(
        subject=letter.subject, body=letter.text.replace(LINK, address), to=[letter.to]
    )
    message.attach_alternative(letter.html.replace(LINK, address), "text/html")
    try:
        message.send()
    except Exception as error:  # noqa: BLE001 — whatever the mail server does, the row must say so
        Letter.objects.filter(pk=letter.pk).update(failed_at=now, detail=str(error)[:300])
        return 0
    Letter.objects.filter(pk=letter.pk).update(sent_at=F("sending_at"))
    return 1


@transaction.atomic
def send_again(letter: Letter, *, now: datetime) -> bool:
    """A person looked and wants it sent once more; not for one that went."""
    return bool(
        Letter.objects.filter(pk=letter.pk, sent_at__isnull=True, sending_at__lt=now).update(
            sending_at=None, failed_at=None, detail=""
        )
    )


def came_back(letter: Letter, *, now: datetime) -> bool:
    """A person saw it come back: the mailbox is not there. Once, and only of one that went."""
    return bool(
        Letter.objects.filter(pk=letter.pk, sent_at__isnull=False, bounced_at__isnull=True).update(
            bounced_at=now
        )
    )


def erase_letters(keys: Iterable[str]) -> None:
    """Letters whose reader asked to be forgotten, or never answered."""
    Letter.objects.filter(key__in=list(keys)).delete()
