"""Where one is signed in: everything is listed, and what is ended is ended."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from coalition.members.actions import make_sign_in_link
from coalition.members.models import User
from coalition.members.people import remove_coordinator, remove_representative
from tests import factories
from tests.factories import NOW
from tests.web.pledge.people import browser
from tests.web.signin.conftest import by_letter

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def person() -> User:
    return factories.representative()


def is_in(client: Client) -> bool:
    return client.get(reverse("sessions")).status_code == 200


def by_link(person: User) -> Client:
    client = Client(headers={"user-agent": FIREFOX})
    token = make_sign_in_link(person, now=NOW)
    client.post(reverse("member:enter", args=[token]))
    return client


def test_every_way_in_is_listed_with_its_browser_and_no_key(person: User) -> None:
    here, there = by_letter(person.email), by_link(person)
    by_letter(factories.representative().email)
    page = here.get(reverse("sessions"))
    listed = page.context["sessions"]
    assert [(one.here, one.browser) for one in listed] == [(True, ""), (False, "Firefox · Windows")]
    assert {one.since for one in listed} == {NOW}
    for key in (here.session.session_key, there.session.session_key):
        assert key
        assert key not in page.content.decode()


def test_one_is_ended_and_the_others_stay(person: User) -> None:
    here, there, third = by_letter(person.email), by_link(person), by_letter(person.email)
    name = next(
        one.name for one in here.get(reverse("sessions")).context["sessions"] if one.browser
    )
    here.post(reverse("sessions"), {"end": name})
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)


def test_all_others_are_ended(person: User) -> None:
    here, there = by_letter(person.email), by_link(person)
    stranger = by_letter(factories.representative().email)
    here.post(reverse("sessions"))
    assert (is_in(here), is_in(there), is_in(stranger)) == (True, False, True)


def test_nobody_ends_somebody_elses(person: User) -> None:
    here, theirs = by_letter(person.email), by_letter(factories.representative().email)
    name = theirs.get(reverse("sessions")).context["sessions"][0].name
    here.post(reverse("sessions"), {"end": name})
    assert is_in(theirs)


def test_who_is_removed_is_signed_out_everywhere() -> None:
    boss, leaver = factories.coordinator(), factories.coordinator()
    inside = browser(leaver)
    remove_coordinator(leaver.coordinator, actor=boss, now=NOW)
    assert not is_in(inside)
    home = factories.organisation()
    owner, colleague = factories.representative(home), factories.representative(home)
    inside, owners = browser(colleague), browser(owner)
    remove_representative(colleague.representations.get(), actor=owner, now=NOW)
    assert (is_in(inside), is_in(owners)) == (False, True)
    assert Session.objects.count() == 1
