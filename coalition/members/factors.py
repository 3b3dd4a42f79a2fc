"""The second step beside the code by mail: who has one. allauth keeps what it takes."""

from typing import Final

from allauth.mfa.models import Authenticator

from coalition.members.models import Coordinator, User

WORKING: Final = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)
"""Recovery codes alone are none: they are for the day on which one of these is lost."""


def has_second_step(person: User) -> bool:
    """A passkey, or an app that shows codes."""
    return bool(Authenticator.objects.filter(user=person, type__in=WORKING).exists())


def secured_coordinators() -> int:
    """How many of those who run the exit have one."""
    return (
        Coordinator.objects.filter(
            removed_at__isnull=True,
            user__is_active=True,
            user__in=Authenticator.objects.filter(type__in=WORKING).values("user"),
        )
        .distinct()
        .count()
    )


def with_second_step() -> set[int]:
    """Everybody who has one, by their number."""
    rows = Authenticator.objects.filter(type__in=WORKING)
    return set(rows.values_list("user_id", flat=True))
