"""Limits count in the cache that all web servers share; nobody can use them to lock others out."""

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from coalition import settings as house
from tests import factories
from tests.testnet.server import free_port
from tests.testnet.servers import Valkey

pytestmark = pytest.mark.django_db
CODE = "/en/sign-in/login/code/"
BOSS = "boss@koepelvoorbeeld.example"


def shared(at: str) -> dict[str, object]:
    return {"default": {**house.CACHES["default"], "LOCATION": at}}


@pytest.fixture
def in_valkey(settings: Settings, valkey: Valkey) -> Iterator[None]:
    settings.CACHES = shared(f"redis://127.0.0.1:{valkey.port}/7")
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def behind_nginx(settings: Settings) -> None:
    """As in compose: nginx writes who asks, and is the one proxy that is believed."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


def asks(times: int, address: str, of: str = BOSS) -> list[bool]:
    """Whether each try got as far as the page that asks for the code."""
    return [
        Client().post(CODE, {"email": of}, headers={"x-forwarded-for": address}).status_code == 302
        for _ in range(times)
    ]


@pytest.mark.usefixtures("in_valkey", "behind_nginx")
def test_who_asks_for_too_many_codes_waits_and_nobody_else_does() -> None:
    factories.coordinator(BOSS)
    assert asks(32, "203.0.113.9") == [True] * 30 + [False] * 2
    assert asks(3, "198.51.100.7") == [True] * 3  # the coordinator, from her own network
    assert len(mail.outbox) == 33


@pytest.mark.usefixtures("in_valkey", "behind_nginx")
def test_an_address_that_somebody_makes_up_before_ours_counts_for_nothing() -> None:
    factories.coordinator(BOSS)
    tries = [asks(1, f"10.0.0.{made_up}, 203.0.113.9") for made_up in range(31)]
    assert tries[-1] == [False]


@pytest.mark.usefixtures("in_valkey")
def test_wrong_codes_end_one_browsers_try_and_no_others() -> None:
    factories.person(BOSS)
    attacker, boss = Client(), Client()
    for browser in (attacker, boss):
        browser.post(CODE, {"email": BOSS})
    letters = [str(letter.body) for letter in mail.outbox]
    right = [re.findall(r"^([0-9A-Z-]{6,})$", body, re.MULTILINE)[0] for body in letters]
    for code in ["AAAAAA"] * 3 + right[:1]:  # the right one comes too late
        attacker.post(f"{CODE}confirm/", {"code": code})
    assert "_auth_user_id" not in attacker.session
    boss.post(f"{CODE}confirm/", {"code": right[1]})
    assert "_auth_user_id" in boss.session


def test_without_the_cache_nobody_is_counted_and_everybody_signs_in(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CACHES = shared(f"redis://127.0.0.1:{free_port()}/0")
    factories.coordinator(BOSS)
    assert asks(40, "203.0.113.9") == [True] * 40
    assert "limits don't count" in caplog.text


@pytest.mark.usefixtures("in_valkey")
@pytest.mark.parametrize(("kind", "answer"), [("invitation", 404), ("enter", 200)])
def test_an_invitation_cannot_be_guessed_at_leisure(kind: str, answer: int) -> None:
    tries = [Client().post(f"/en/member/{kind}/guess/").status_code for _ in range(31)]
    assert tries == [answer] * 30 + [429]
