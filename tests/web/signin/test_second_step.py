"""Setting a second step up, losing the phone, and taking one away."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from coalition.mail.models import Letter
from coalition.members.factors import has_second_step
from tests import factories
from tests.web.pledge.people import browser
from tests.web.signin.conftest import SECOND, app_code, by_letter, shown

pytestmark = pytest.mark.django_db


def test_a_recovery_code_lets_in_once_when_the_phone_is_lost() -> None:
    boss = factories.coordinator()
    code = RecoveryCodes.activate(boss).get_unused_codes()[0]
    client = by_letter(boss.email)
    client.post(f"{SECOND}authenticate/", {"code": f"{code[:4]} {code[4:]}"})
    assert client.get(reverse("dashboard:home")).status_code == 200
    again = by_letter(boss.email)
    again.post(f"{SECOND}authenticate/", {"code": code})
    assert "_auth_user_id" not in again.session


def test_new_recovery_codes_are_shown_once_and_void_the_old() -> None:
    boss = factories.coordinator()
    old = RecoveryCodes.activate(boss).get_unused_codes()[0]
    client = browser(boss)
    answer = client.post(f"{SECOND}recovery-codes/generate/")
    codes = answer.context["codes"]
    for address in (SECOND, f"{SECOND}recovery-codes/", f"{SECOND}recovery-codes/download/"):
        page = client.get(address).content.decode()
        assert not [code for code in codes if code in page.replace(" ", "")]
    lost = by_letter(boss.email)
    lost.post(f"{SECOND}authenticate/", {"code": old})
    assert "_auth_user_id" not in lost.session
    lost.post(f"{SECOND}authenticate/", {"code": codes[3]})
    assert "_auth_user_id" in lost.session


def test_a_copy_of_the_database_is_no_second_step(settings: Settings) -> None:
    boss = factories.coordinator()
    RecoveryCodes.activate(boss)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    code = app_code(boss)
    for row in Authenticator.objects.all():
        plain = row.data.get("secret") or row.data["seed"]
        assert not re.fullmatch(r"[A-Z2-7=]{32}|[0-9a-f]{80}", plain)
    assert code not in kept
    settings.SECRET_KEY = "another one, as long as it must be, and quite unlike the first"
    client = by_letter(boss.email)
    for tried in (code, shown("")):  # nor does what can't be opened count as empty
        client.post(f"{SECOND}authenticate/", {"code": tried})
    assert "_auth_user_id" not in client.session


def test_a_change_is_told_to_its_person_in_their_language() -> None:
    person = factories.representative()
    person.language = "fr"
    person.save(update_fields=["language"])
    client = browser(person, second_step=False)
    secret = client.get(f"{SECOND}totp/activate/").context["form"].secret
    client.post(f"{SECOND}totp/activate/", {"code": shown(secret)})
    letter = Letter.objects.get(kind="second-step")
    assert (letter.to, letter.language) == (person.email, "fr")


def test_a_wrong_first_code_sets_nothing_up() -> None:
    person = factories.representative()
    client = browser(person, second_step=False)
    client.get(f"{SECOND}totp/activate/")
    answer = client.post(f"{SECOND}totp/activate/", {"code": "000000"})
    assert answer.status_code == 200
    assert not has_second_step(person)


def test_a_coordinator_is_never_without_and_a_representative_may_be() -> None:
    boss, other = factories.coordinator(), factories.representative()
    inside, member = browser(boss), browser(other)
    for client, person in ((inside, boss), (member, other)):
        row = Authenticator.objects.get(user=person)
        client.post(reverse("second_step_remove", args=[row.pk]))
    assert has_second_step(boss)
    assert not has_second_step(other)


def test_somebody_elses_second_step_is_not_there() -> None:
    row = Authenticator.objects.get(user=factories.coordinator())
    client = browser(factories.coordinator())
    assert client.post(reverse("second_step_remove", args=[row.pk])).status_code == 404
    assert Client().post(reverse("second_step_remove", args=[row.pk])).status_code == 302
    assert Authenticator.objects.filter(pk=row.pk).exists()


MADE_UP = (
    *("{}", "null", '"x"', "[]", "nonsense", '{"id": "a", "response": {}}'),
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"userHandle": "MQ"}}',
    (
        '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "e30",'
        ' "attestationObject": "oA", "authenticatorData": "AA", "signature": "", "userHandle": 1}}'
    ),
)


@pytest.mark.parametrize("made_up", MADE_UP)
def test_a_passkey_that_nobody_made_opens_nothing_and_breaks_nothing(made_up: str) -> None:
    person, boss = factories.representative(), factories.coordinator()
    client = browser(person, second_step=False)
    client.get(f"{SECOND}webauthn/add/")
    answer = client.post(f"{SECOND}webauthn/add/", {"name": "x", "credential": made_up})
    assert answer.status_code == 200
    assert not has_second_step(person)
    stranger, halfway = Client(), by_letter(boss.email)
    stranger.get(f"{SECOND}webauthn/login/", headers={"accept": "application/json"})
    assert stranger.post(f"{SECOND}webauthn/login/", {"credential": made_up}).status_code == 302
    halfway.get(f"{SECOND}authenticate/")
    halfway.post(f"{SECOND}authenticate/", {"credential": made_up})
    for client in (stranger, halfway):
        assert "_auth_user_id" not in client.session
