"""People who sign in as people do: with a code from a letter, and what their phone shows."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.core import mail
from django.test import Client
from pytest_django import Settings

from coalition.members.models import User
from tests import factories

CODE = "/en/sign-in/login/code/"
SECOND = "/en/sign-in/2fa/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is Monday morning; a test moves on with `clock.move_to(…)`."""
    with time_machine.travel(factories.NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    """As in production, on either database."""
    settings.SECOND_STEP_REQUIRED = True


def letter_code() -> str:
    """The code of the newest letter."""
    (code,) = re.findall(r"^([0-9A-Z-]{6,})$", str(mail.outbox[-1].body), re.MULTILINE)
    return str(code)


def by_letter(email: str, path: str = "") -> Client:
    """A browser in which the code from a letter was typed."""
    client = Client()
    wanted = {"next": path} if path else {}
    client.post(CODE, {"email": email, **wanted})
    client.post(f"{CODE}confirm/", {"code": letter_code(), **wanted})
    return client


def app_code(of: User) -> str:
    """What this person's app shows now."""
    row = Authenticator.objects.get(user=of, type=Authenticator.Type.TOTP)
    return shown(decrypt(row.data["secret"]))


def shown(secret: str) -> str:
    """What an app that was given this secret shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))
