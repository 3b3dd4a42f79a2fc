"""Browsers of the three people."""

from django.test import Client

from coalition.members.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser(user: User | None = None) -> Client:
    """Somebody’s browser; nobody’s without a name."""
    client = Client()
    if user:
        client.force_login(user, backend=BACKEND)
        session = client.session
        session.set_expiry(60 * 24 * 60 * 60)  # a test may wait for the day
        session.save()
    return client
