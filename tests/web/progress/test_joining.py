"""“We leave too”, as a visitor meets it: nothing lost, nothing betrayed, no cookie."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.joining.models import Candidate
from coalition.joining.queries import token_of
from coalition.mail.models import Letter
from coalition.members.states import Kind
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
FORM = "/nl/samen-weg/join/"
GIVEN = {
    "kind": "media",
    "name": "Omroep Nergens",
    "website": "https://www.Omroep.example/contact",
    "contact_name": "An",
    "email": "redactie@omroep.example",
    "when": "with",
    "message": "Tot daar!",
}
PERSON = {
    **GIVEN,
    "kind": "person",
    "name": "Mira",
    "website": "",
    "email": "mira@gmail.com",
    "public_role": "gemeenteraad",
    "proof_url": "fictegem.example/raad",
    "opts_in": "on",
}


@pytest.fixture(autouse=True)
def two_weeks_before() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def campaign() -> Campaign:
    return factories.campaign(slug="samen-weg")


def link(client: Client) -> str:
    client.post(FORM, GIVEN)
    return f"/nl/samen-weg/join/{token_of(Candidate.objects.get())}/"


def test_the_form_opens_without_a_cookie_and_ends_at_the_mailbox(client: Client) -> None:
    opened = client.get(FORM)
    assert (opened.status_code, dict(opened.cookies)) == (200, {})
    done = client.post(FORM, GIVEN, follow=True)
    assert done.redirect_chain == [("/nl/samen-weg/join/sent/", 302)]
    assert not done.cookies
    found = Candidate.objects.get()
    assert (found.domain, found.kind, found.message) == ("omroep.example", "media", "Tot daar!")


def test_a_person_needs_no_domain(client: Client) -> None:
    assert client.post(FORM, PERSON).status_code == 302
    found = Candidate.objects.get()
    assert (found.kind, found.domain) == (Kind.PERSON, "")
    assert found.proof_url == "https://fictegem.example/raad"


@pytest.mark.parametrize(
    ("form", "change", "sentence"),
    [
        (GIVEN, {"email": "an@gmail.com"}, "Iedereen kan daar een adres hebben"),
        (GIVEN, {"email": "an@elders.example"}, "niet op het domein van je website"),
        (GIVEN, {"website": "omroep.wordpress.com"}, "Iedereen kan daar een pagina hebben"),
        (GIVEN, {"website": "facebook.com/omroep"}, "Iedereen kan daar een pagina hebben"),
        (GIVEN, {"website": "geen website"}, "Dit is geen website"),
        (GIVEN, {"website": ""}, "Geef je website"),
        (GIVEN, {"name": "zie http://kwaad.example"}, "Geef hier de naam"),
        (GIVEN, {"name": "Om\u202eroep"}, "niet te zien zijn"),
        (GIVEN, {"when": "before"}, "Geef de dag waarop je vertrok"),
        (GIVEN, {"when": "before", "left_on": "2028-01-01"}, "is nog niet gekomen"),
        (GIVEN, {"nickname": "bot"}, "Verstuur het formulier nog eens"),
        (PERSON, {"opts_in": ""}, "alleen als die dat hier zelf zegt"),
        (PERSON, {"public_role": ""}, "welke publieke rol"),
        (PERSON, {"proof_url": "javascript:alert(1)"}, "een pagina die je in die rol noemt"),
    ],
)
def test_a_mistake_gets_its_sentence_and_loses_nothing(
    client: Client, form: dict[str, str], change: dict[str, str], sentence: str
) -> None:
    answer = client.post(FORM, {**form, **change})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in body
    assert "Tot daar!" in body
    assert 'value="An"' in body
    assert not Candidate.objects.exists()


def test_what_only_machines_fill_in_is_empty_the_second_time(client: Client) -> None:
    body = client.post(FORM, {**GIVEN, "nickname": "bot"}).content.decode()
    assert 'value="bot"' not in body
    assert 'class="elsewhere"' in body


def test_too_many_from_one_connection_is_said_with_the_words_kept(client: Client) -> None:
    for number in range(8):
        domain = f"o{number}.example"
        client.post(FORM, {**GIVEN, "website": domain, "email": f"an@{domain}"})
    answer = client.post(FORM, GIVEN)
    assert answer.status_code == 429
    assert "Tot daar!" in answer.content.decode()


def test_an_address_that_somebody_makes_up_is_no_other_connection(
    client: Client, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # nginx, as in compose
    answers = []
    for number in range(9):
        told = {"x-forwarded-for": f"10.0.0.{number}, 203.0.113.9"}
        given = {**GIVEN, "website": f"o{number}.example", "email": f"an@o{number}.example"}
        answers.append(client.post(FORM, given, headers=told).status_code)
    assert answers == [302] * 8 + [429]


def test_who_asks_learns_nothing_of_others(client: Client) -> None:
    factories.organisation("Omroep Nergens", domain="omroep.example")
    first, second = client.post(FORM, GIVEN), client.post(FORM, GIVEN)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert first.content == second.content
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_the_link_changes_nothing(client: Client, method: str) -> None:
    where = link(client)
    before = Candidate.objects.values().get()
    for _ in range(3):
        assert getattr(client, method)(where).status_code == 200
    assert Candidate.objects.values().get() == before


def test_yes_confirms_and_the_link_is_dead(client: Client) -> None:
    where = link(client)
    assert "Omroep Nergens" in client.get(where).content.decode()
    assert "gaat een coördinator na" in client.post(where, {"answer": "yes"}).content.decode()
    assert Candidate.objects.get().confirmed_at
    for answer in (client.get(where), client.post(where, {"answer": "yes"})):
        assert answer.status_code == 404
        assert "Omroep Nergens" not in answer.content.decode()


def test_no_erases(client: Client) -> None:
    where = link(client)
    assert client.post(where, {"answer": "no"}).status_code == 200
    assert Candidate.objects.get().name == ""


def test_every_dead_link_dies_the_same_death(
    client: Client, two_weeks_before: time_machine.Traveller
) -> None:
    where = link(client)
    two_weeks_before.shift(timedelta(days=8))
    run_out, guessed = client.get(where), client.get("/nl/samen-weg/join/guessed/")
    assert (run_out.status_code, guessed.status_code) == (404, 404)
    token = where.split("/")[-2].encode()
    assert run_out.content.replace(token, b"guessed") == guessed.content


@pytest.mark.parametrize("part", ["", "sent/", "guessed/"])
def test_a_campaign_that_is_not_open_cannot_be_joined(client: Client, part: str) -> None:
    factories.campaign(slug="secret", opened=False)
    hidden = client.get(f"/nl/secret/join/{part}")
    unknown = client.get(f"/nl/absent/join/{part}")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content.replace(b"secret", b"absent") == unknown.content


def test_after_a_call_off_there_is_nothing_to_join(client: Client, campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(called_off_at=NOW)
    assert "afgelast" in client.get(FORM).content.decode()
    client.post(FORM, GIVEN)
    assert not Candidate.objects.exists()


def test_the_form_is_told_to_whoever_listens(client: Client) -> None:
    body = client.post(FORM, {**GIVEN, "email": "an@gmail.com"}).content.decode()
    assert 'aria-invalid="true"' in body
    assert 'role="alert"' in body
