"""Coordinators come in with a second step, and show it again before what can't be taken back."""

import re
import smtplib
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from coalition import settings as house
from coalition.campaigns.models import Campaign, Decision
from coalition.members.models import Coordinator, User
from tests import factories
from tests.testnet.server import free_port
from tests.web.pledge.people import BACKEND, browser
from tests.web.signin.conftest import CODE, SECOND, app_code, by_letter, shown

pytestmark = pytest.mark.django_db
IS_IT_YOU = f"{SECOND}webauthn/reauthenticate/"


@pytest.fixture
def exit_() -> Campaign:
    return factories.campaign(slug="exit")


def newcomer() -> User:
    """A coordinator who has not set a second step up yet."""
    user = factories.person()
    Coordinator.objects.create(user=user, added_at=factories.NOW)
    return user


def test_without_a_second_step_nothing_of_the_dashboard_is_seen_or_changed(exit_: Campaign) -> None:
    client = by_letter(newcomer().email)
    for name in ("dashboard:campaign", "dashboard:board", "dashboard:stop"):
        address = reverse(name, args=[exit_.slug])
        for answer in (client.get(address), client.post(address)):
            assert answer.get("Location") == f"{SECOND}?next={quote(address, safe='')}"
    exit_.refresh_from_db()
    assert exit_.stopped_at is None


def test_setting_it_up_leads_to_the_page_that_was_wanted(exit_: Campaign) -> None:
    person = newcomer()
    wanted = reverse("dashboard:board", args=[exit_.slug])
    client = by_letter(person.email, wanted)
    page = client.get(wanted, follow=True)
    assert "One more step, only once" in page.content.decode()
    form = client.get(f"{SECOND}totp/activate/?next={wanted}")
    assert f'name="next" value="{wanted}"' in form.content.decode()
    secret = form.context["form"].secret
    codes = client.post(f"{SECOND}totp/activate/", {"code": shown(secret), "next": wanted})
    assert codes.status_code == 200
    assert "no-store" in codes["Cache-Control"]
    assert len(codes.context["codes"]) == 10
    assert f'href="{wanted}"' in codes.content.decode()
    assert client.get(wanted).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:1"])
def test_it_never_leads_to_another_site(elsewhere: str) -> None:
    page = browser(factories.coordinator()).get(SECOND, {"next": elsewhere}).content.decode()
    assert "evil" not in page
    assert "javascript:1" not in page


def test_the_code_from_a_letter_is_half_of_it() -> None:
    boss = factories.coordinator()
    client = by_letter(boss.email)
    assert "_auth_user_id" not in client.session
    wrong = client.post(f"{SECOND}authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    assert wrong.status_code == 200
    answer = client.post(f"{SECOND}authenticate/", {"code": app_code(boss)})
    assert answer["Location"] == reverse("dashboard:home")
    assert client.get(answer["Location"]).status_code == 200


def test_a_link_that_signs_in_is_no_second_step() -> None:
    boss = factories.coordinator()
    client = Client()
    client.force_login(boss, backend=BACKEND)
    home = reverse("dashboard:home")
    assert client.get(home).get("Location", "").startswith(IS_IT_YOU)
    page = client.get(home, follow=True)
    assert "Is it you?" in page.content.decode()
    said = client.post(f"{SECOND}reauthenticate/", {"code": app_code(boss), "next": home})
    assert said["Location"] == home
    assert client.get(home).status_code == 200


GRAVE = {
    "dashboard:date": {"day": "2027-02-01", "hour": "12:00", "sure": "yes"},
    "dashboard:call_off": {},
    "dashboard:deciders": {},
}


@pytest.mark.parametrize("name", GRAVE)
def test_the_gravest_acts_ask_again_after_half_an_hour(
    name: str, exit_: Campaign, clock: time_machine.Traveller
) -> None:
    client = browser(factories.coordinator())
    address = reverse(name, args=[exit_.slug])
    assert client.get(address).status_code == 200
    clock.shift(timedelta(minutes=31))
    before = Campaign.objects.filter(pk=exit_.pk).values().get()
    for answer in (client.get(address), client.post(address, GRAVE[name])):
        assert answer["Location"] == f"{IS_IT_YOU}?next={quote(address, safe='')}"
    assert Campaign.objects.filter(pk=exit_.pk).values().get() == before


def test_adding_and_removing_a_coordinator_ask_again(clock: time_machine.Traveller) -> None:
    client, other = browser(factories.coordinator()), factories.coordinator()
    clock.shift(timedelta(minutes=31))
    remove = reverse("dashboard:coordinator_remove", args=[other.coordinator.pk])
    assert IS_IT_YOU in client.post(remove)["Location"]
    added = client.post(reverse("dashboard:coordinators"), {"name": "A", "email": "a@b.example"})
    assert IS_IT_YOU in added["Location"]
    assert Coordinator.objects.filter(removed_at=None).count() == 2


def test_go_asks_again_and_no_go_does_not(exit_: Campaign, clock: time_machine.Traveller) -> None:
    client, _other = browser(factories.coordinator()), factories.coordinator()
    clock.shift(timedelta(minutes=31))
    address = reverse("dashboard:decide", args=[exit_.slug])
    assert exit_.exit_at
    word = {"about": exit_.exit_at.isoformat(), "sure": "yes"}
    assert "then say go" in client.get(address).content.decode()
    assert IS_IT_YOU in client.post(address, {**word, "go": "yes"})["Location"]
    assert not Decision.objects.exists()
    client.post(address, {**word, "go": "no", "reason": "storm"})
    assert Decision.objects.get().go is False


def test_stop_never_asks_again(exit_: Campaign, clock: time_machine.Traveller) -> None:
    client = browser(factories.coordinator())
    clock.shift(timedelta(hours=13))
    address = reverse("dashboard:stop", args=[exit_.slug])
    assert client.get(address).status_code == 200
    client.post(address)
    exit_.refresh_from_db()
    assert exit_.stopped_at


def test_with_mail_and_cache_down_an_app_still_opens_the_door(settings: Settings) -> None:
    """Whoever is signed in but was away for long shows it again; nothing of it needs either."""
    boss = factories.coordinator()
    settings.CACHES = {
        "default": {**house.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{free_port()}/0"}
    }
    client = Client()
    client.force_login(boss, backend=BACKEND)
    home = reverse("dashboard:home")
    client.post(f"{SECOND}reauthenticate/", {"code": app_code(boss), "next": home})
    assert client.get(home).status_code == 200


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_mail_server_that_is_down_is_no_page_of_mistakes(settings: Settings) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": free_port(), "timeout": 2},
        }
    }
    pages = []
    for email in (factories.coordinator().email, "nobody@example.org"):
        client = Client()
        answer = client.post(CODE, {"email": email}, follow=True)
        assert answer.status_code == 200
        pages.append(answer.content.decode().replace(email, "…"))
    assert "a passkey signs you in without a letter" in pages[0]
    assert issubclass(smtplib.SMTPException, OSError)  # so that all that a server says is caught


def test_the_letter_with_the_code_speaks_the_readers_language() -> None:
    boss = factories.coordinator()
    Client().post("/fr/sign-in/login/code/", {"email": boss.email})
    assert mail.outbox[-1].subject.endswith("est votre code")
    assert "testserver" not in str(mail.outbox[-1].body)


def test_an_address_that_nobody_has_is_answered_as_one_that_signs_in_here() -> None:
    said = []
    for email in (factories.coordinator().email, factories.person().email, "nobody@example.org"):
        client = Client()
        pages = [client.post(CODE, {"email": email}, follow=True)]
        pages += [client.post(f"{CODE}confirm/", {"code": "AAAAAA"}, follow=True) for _ in range(4)]
        said.append([(page.redirect_chain, without_tokens(page, email)) for page in pages])
    assert said[0] == said[1] == said[2]


def without_tokens(page: Any, email: str) -> str:  # noqa: ANN401 — as the client's own
    return re.sub(r'value="[^"]{64}"', "", page.content.decode().replace(email, "…"))


def test_nobody_is_written_to_because_somebody_typed_their_address() -> None:
    Client().post(CODE, {"email": "stranger@example.org"})
    assert mail.outbox == []
