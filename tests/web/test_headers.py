"""Headers of every address in the table, as somebody outside and as two people inside."""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache

from tests import factories
from tests.web.doors import COORDINATOR, DOORS, NOBODY, OWNER
from tests.web.policies import POLICY
from tests.web.town import Town, ask

pytestmark = pytest.mark.django_db
EVERYWHERE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "
        "fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), "
        "payment=(), usb=(), screen-wake-lock=(), web-share=(), xr-spatial-tracking=()"
    ),
}
WITH_A_COOKIE = {  # outside, where a form needs a token
    *("account_login", "account_request_login_code", "member:invitation", "member:enter"),
    *("account_logout", "account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn"),
}

NOBODYS = {"shut", "account_inactive"}  # pages that look at nobody


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    del db
    with time_machine.travel(factories.NOW, tick=False):
        yield Town()


@pytest.mark.parametrize("role", [NOBODY, OWNER, COORDINATOR])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_has_every_header(town: Town, role: str, method: str) -> None:
    wrong = []
    for name, door in DOORS.items():
        cache.clear()
        response = ask(town.browsers[role], method, town.address(name, town.ours))
        expected = {**EVERYWHERE, **(door.headers if method == "GET" else {})}
        found = {header: response.get(header) for header in expected}
        wrong += [
            f"{method} {name}: {header} is {found[header]!r}"
            for header, value in expected.items()
            if found[header] != value
        ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", [NOBODY, OWNER, COORDINATOR])
def test_what_one_person_sees_is_kept_by_nobody(town: Town, role: str) -> None:
    for name, door in DOORS.items():
        cache.clear()
        response = ask(town.browsers[role], "GET", town.address(name, town.ours))
        kept = response.get("Cache-Control", "")
        if NOBODY in door.get and name not in WITH_A_COOKIE:
            assert not response.cookies, f"{name} gives a visitor a cookie"
            assert "Cookie" not in response.get("Vary", ""), f"{name} looks at a visitor's cookie"
        elif name not in NOBODYS and (role != NOBODY or response.status_code == 200):
            assert {"private", "no-store"} <= set(kept.split(", ")), f"{name}: {kept}"


@pytest.mark.parametrize("name", sorted(WITH_A_COOKIE))
def test_cookies_can_only_be_read_and_sent_here(town: Town, name: str) -> None:
    response = ask(town.browsers[NOBODY], "GET", town.address(name, town.ours))
    for cookie in response.cookies.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
            True,
            "Lax",
            "/",
            "",
        ), cookie
