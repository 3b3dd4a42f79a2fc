"""Somebody goes to a network to say yes, and comes back: once, soon, in the same session."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db import transaction

from coalition.members.models import Account, Consent, User

GOOD_FOR: Final = timedelta(minutes=10)


@transaction.atomic
def start_consent(
    account: Account,
    details: Mapping[str, str],
    *,
    state: str,
    session: str,
    language: str,
    actor: User,
    now: datetime,
) -> None:
    """Remember who left for which account; ways that nobody came back from are forgotten."""
    Consent.objects.filter(expires_at__lte=now).delete()
    Consent.objects.create(
        account=account,
        person=actor,
        state_sha256=_hash(state),
        session_sha256=_hash(session),
        language=language,
        details=dict(details),
        expires_at=now + GOOD_FOR,
    )


def use_consent(state: str, *, session: str, actor: User, now: datetime) -> Consent | None:
    """The way that this very person left on in this very session; there is no second time."""
    found = (
        Consent.objects.select_related("account__organisation")
        .filter(
            state_sha256=_hash(state),
            session_sha256=_hash(session),
            person=actor,
            expires_at__gt=now,
        )
        .first()
    )
    if found is None or not Consent.objects.filter(pk=found.pk).delete()[0]:
        return None
    return found


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
