"""Signing in: by a code or a passkey. Nobody signs up; people come by invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest, HttpResponse


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """No sign-up form: representatives claim an invitation, coordinators are added."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never."""
        return False


def not_there(_request: HttpRequest, page: str) -> HttpResponse:
    """A page that allauth brings along and that this house doesn't have."""
    del page
    raise Http404
