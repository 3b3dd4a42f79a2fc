"""Signing in: by a code or a passkey. Nobody signs up; people come by invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """No sign-up form: representatives claim an invitation, coordinators are added."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never."""
        return False
