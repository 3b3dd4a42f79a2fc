"""Letters that come back: what a mail server's report says, and whose letter it speaks of.

A letter carries a Message-ID that only we can make, so that no stranger's mail marks a letter.
"""

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare

from coalition.mail.models import Letter

LARGEST: Final = 1_000_000
"""Bytes of a report that are read; the head of our letter comes long before."""
_SALT: Final = "coalition.mail.returned"


def message_id(pk: int) -> str:
    """The Message-ID of this letter."""
    return f"<letter.{pk}.{_signature(pk)}@{_domain()}>"


def note_report(report: bytes, *, now: datetime) -> Letter | None:
    """Note the letter that this report (RFC 3464) gives up; None where it speaks of none of ours.

    A report of a delay, an answer out of the office and the same report again change nothing.
    """
    message = message_from_bytes(report[:LARGEST], _class=EmailMessage, policy=default)
    reason, pk = _gives_up(message), _speaks_of(message)
    if reason is None or pk is None:
        return None
    return note_returned(pk, reason=reason, now=now)


def note_returned(pk: int, *, reason: str, now: datetime) -> Letter | None:
    """It went and came back; None where it never went, or is known to be back."""
    went = Letter.objects.filter(pk=pk, sending_at__isnull=False, bounced_at__isnull=True)
    if not went.update(bounced_at=now, detail=reason[:300]):
        return None
    return Letter.objects.get(pk=pk)


def _gives_up(message: EmailMessage) -> str | None:
    """The other server's own words, where it will not try again."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():  # one for the message, then one for each recipient
            if isinstance(block, EmailMessage) and _said(block, "Action").lower() == "failed":
                words = _said(block, "Diagnostic-Code").rpartition(";")[2].strip()
                return words or _said(block, "Status") or "failed"
    return None


def _speaks_of(message: EmailMessage) -> int | None:
    """The letter whose head, or the whole of it, hangs behind the report."""
    for part in message.walk():
        inner: object = None
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0)
        elif part.get_content_type() == "text/rfc822-headers":
            head = part.get_payload(decode=True)
            if isinstance(head, bytes):
                inner = message_from_bytes(head, _class=EmailMessage, policy=default)
        if isinstance(inner, EmailMessage) and (pk := _letter(_said(inner, "Message-ID"))):
            return pk
    return None


def _letter(said: str) -> int | None:
    local = said.strip().removeprefix("<").partition("@")[0]
    word, _, rest = local.partition(".")
    number, _, signature = rest.partition(".")
    if word != "letter" or not (number.isascii() and number.isdecimal()):
        return None
    pk = int(number)
    return pk if constant_time_compare(signature, _signature(pk)) else None


def _said(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _signature(pk: int) -> str:
    return signing.Signer(salt=_SALT).signature(str(pk))


def _domain() -> str:
    return quote(settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> "), safe=".")
