"""Signing in as people do, in a browser whose device has a finger to touch it with.

SHOTS=folder keeps pictures of every page that was looked at.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from coalition.members.actions import make_sign_in_link
from coalition.members.models import Coordinator, User
from coalition.members.states import NetworkChoices
from tests import factories
from tests.browser.test_public_pages import keep

pytestmark = pytest.mark.usefixtures("committed")
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
WORDS = {
    "nl": {
        "code": "Stuur me een code",
        "sign in": "Aanmelden",
        "set up": "Een passkey instellen",
        "make": "Maak de passkey",
        "app": "Een app instellen",
        "on": "Ik heb ze; ga verder",
        "passkey": "Gebruik liever een passkey",
        "you": "Toon dat jij het bent",
    },
    "fr": {"set up": "Mettre en place une clé d’accès", "on": "Je les ai ; continuer"},
}


@pytest.fixture(autouse=True)
def _at_home(settings: Settings, live_server: LiveServer) -> None:
    """Passkeys belong to the site's own address, and a browser allows localhost without TLS."""
    settings.PUBLIC_URL = live_server.url
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    settings.SECOND_STEP_REQUIRED = True


@contextmanager
def window(browser: Browser, *, width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    """Somebody's window on a device that knows them."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield page
    context.close()


def newcomer() -> User:
    user = factories.person("noor@koepelvoorbeeld.example", name="Noor Voorbeeld", language="nl")
    Coordinator.objects.create(user=user, added_at=factories.NOW)
    return user


def is_readable(page: Page, *names: object) -> None:
    keep(page, "sign-in", *names)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], names


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words)).first.click()


def test_a_coordinator_comes_by_letter_sets_a_passkey_up_and_returns_by_it_alone(
    browser: Browser, live_server: LiveServer
) -> None:
    person, say = newcomer(), WORDS["nl"]
    factories.campaign(slug="exit")
    wanted = f"{live_server.url}/nl/dashboard/exit/board/"
    with window(browser) as page:
        page.goto(wanted)
        page.get_by_label("E-mailadres").fill(person.email)
        press(page, say["code"])
        (code,) = re.findall(r"^([0-9A-Z-]{6,})$", str(mail.outbox[-1].body), re.MULTILINE)
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name=say["sign in"], exact=True).click()
        expect(page.locator("h1")).to_have_text("Nog één stap, één keer")
        press(page, say["set up"])
        press(page, say["make"])
        expect(page.locator(".codes li")).to_have_count(10)
        press(page, say["on"])
        expect(page).to_have_url(wanted)
        page.get_by_role("button", name="Afmelden").click()
        letters = len(mail.outbox)
        page.goto(wanted)
        press(page, say["passkey"])
        expect(page).to_have_url(wanted)
        assert len(mail.outbox) == letters


def test_a_representative_is_asked_before_connecting_and_led_back(
    browser: Browser, live_server: LiveServer, settings: Settings
) -> None:
    settings.NETWORKS = "live"
    home = factories.organisation("De Denkbeeldige Waterput", slug="waterput")
    owner, account = (
        factories.representative(home),
        factories.account(home, NetworkChoices.BLUESKY, handle="waterput.example.org"),
    )
    link = make_sign_in_link(owner, now=timezone.now())
    wanted = f"{live_server.url}/nl/account/waterput/{account.pk}/"
    with window(browser, width=390) as page:
        page.goto(f"{live_server.url}/nl/member/enter/{link}/")
        page.locator("main button").click()
        page.goto(wanted)
        expect(page.locator("input[type=password]")).to_have_count(0)
        is_readable(page, "account", 390)
        press(page, WORDS["nl"]["you"])
        press(page, WORDS["nl"]["set up"])
        press(page, WORDS["nl"]["make"])
        press(page, WORDS["nl"]["on"])
        expect(page).to_have_url(wanted)
        expect(page.locator("input[type=password]")).to_have_count(1)


def test_a_cancelled_passkey_is_said_in_words_and_changes_nothing(
    browser: Browser, live_server: LiveServer
) -> None:
    with window(browser) as page:
        page.goto(f"{live_server.url}/nl/sign-in/login/")
        press(page, WORDS["nl"]["passkey"])  # this device has none
        expect(page.locator("[data-passkey-trouble]")).to_be_visible()


@pytest.mark.parametrize("language", ["nl", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_it_is_readable(
    browser: Browser, live_server: LiveServer, language: str, scheme: str, width: int
) -> None:
    person, base = newcomer(), f"{live_server.url}/{language}"
    lost = factories.coordinator("samir@koepelvoorbeeld.example")
    with window(browser, width=width, scheme=scheme) as page:

        def look(path: str, name: str) -> None:
            page.goto(f"{base}/{path}")
            is_readable(page, name, language, scheme, width)

        look("sign-in/login/", "login")
        link = make_sign_in_link(person, now=timezone.now())
        page.goto(f"{base}/member/enter/{link}/")
        page.locator("main button").click()
        look("dashboard/", "why")
        look("sign-in/2fa/totp/activate/", "app")
        look("sign-in/2fa/webauthn/add/", "passkey")
        page.locator("#make_passkey").click()
        expect(page.locator(".codes li")).to_have_count(10)
        is_readable(page, "codes", language, scheme, width)
        look("sign-in/2fa/", "second-step")
        look("sign-in/sessions/", "sessions")
        look("sign-in/2fa/webauthn/reauthenticate/?next=/nl/", "is-it-you")
        look("sign-in/2fa/reauthenticate/?next=/nl/", "is-it-you-code")
        look("sign-in/2fa/recovery-codes/generate/", "new-codes")
        look("dashboard/coordinators/", "coordinators")
        look(f"dashboard/people/{lost.pk}/lost/", "vouch")
        page.locator("main form button").click()
        is_readable(page, "vouched", language, scheme, width)
