"""Browsers of the three people."""

import time

from allauth.account.internal.flows import login as records
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client

from coalition.members.factors import has_second_step
from coalition.members.models import User
from tests.factories import NOW
from tests.second_step import set_up_an_app

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser(user: User | None = None, *, second_step: bool = True) -> Client:
    """Somebody’s browser; nobody’s without a name. It has just shown a second step."""
    client = Client()
    if user:
        client.force_login(user, backend=BACKEND)
        session = client.session
        session.set_expiry(60 * 24 * 60 * 60)  # a test may wait for the day
        session.save()
        if second_step:
            show_second_step(client, user)
    return client


def sign_in(client: Client, user: User) -> None:
    """This very browser becomes theirs; it has just shown a second step."""
    client.force_login(user, backend=BACKEND)
    show_second_step(client, user)


def show_second_step(client: Client, user: User) -> None:
    """This browser has shown, right now, that it is them; asked again it must be asked again."""
    if not has_second_step(user):
        set_up_an_app(user, NOW)
    session = client.session
    session[records._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session[records.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    session.save()
