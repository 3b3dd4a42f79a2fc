"""Coming in by an invitation, or by a link that signs in once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.members.actions import make_sign_in_link
from coalition.members.models import Organisation, Representative, SignInLink, User
from coalition.pledges.invitations import invite, token_of
from coalition.pledges.models import Invitation
from tests import factories
from tests.web.pledge.people import browser


@pytest.fixture
def invitation(exit_: Campaign, ours: Organisation) -> Invitation:
    return invite(exit_, ours, actor=factories.person(), now=factories.NOW)


def address(invitation: Invitation) -> str:
    return f"/en/member/invitation/{token_of(invitation)}/"


def accept(client: Client, invitation: Invitation, email: str = "") -> object:
    answer = {"name": "Noor Vandamme", "email": email or invitation.email}
    return client.post(address(invitation), answer)


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_changes_nothing(invitation: Invitation, method: str) -> None:
    response = getattr(browser(), method)(address(invitation))
    invitation.refresh_from_db()
    assert (response.status_code, invitation.opened_at, invitation.claimed_at) == (200, None, None)
    assert not Representative.objects.exists()


def test_the_page_says_who_asks_and_how_to_withdraw(invitation: Invitation) -> None:
    page = browser().get(address(invitation)).content.decode()
    for piece in ("Koepel Voorbeeld asks", "How you withdraw", "What will be public"):
        assert piece in page


def test_accepting_signs_in_and_leads_to_the_answer(invitation: Invitation) -> None:
    client = browser()
    client.get(address(invitation))
    before = client.session.session_key
    response = client.post(
        address(invitation), {"name": "Noor Vandamme", "email": invitation.email}
    )
    assert (response.status_code, response["Location"]) == (302, "/en/member/waterput/pledge/")
    assert client.session.session_key != before
    assert client.get("/en/member/waterput/pledge/").status_code == 200


def test_what_opens_nothing_looks_the_same_whatever_the_reason(
    invitation: Invitation, exit_: Campaign, ours: Organisation, clock: time_machine.Traveller
) -> None:
    def seen(where: str) -> tuple[int, bytes]:
        response = browser().get(where)
        return response.status_code, response.content.replace(where.encode()[3:], b"")

    used = address(invitation)
    accept(browser(), invitation)
    forged = seen("/en/member/invitation/forged/")
    assert forged[0] == 404
    assert seen(used) == forged
    again = invite(exit_, ours, actor=factories.person(), now=factories.NOW)
    latest = invite(exit_, ours, actor=factories.person(), now=factories.NOW)
    assert seen(address(again)) == forged
    assert seen(address(latest))[0] == 200
    clock.move_to(factories.NOW + timedelta(days=15))
    assert seen(address(latest)) == forged


def test_pressing_the_button_counts_as_opened(invitation: Invitation) -> None:
    browser().post(address(invitation), {"name": "", "email": "not an address"})
    invitation.refresh_from_db()
    assert (invitation.opened_at, invitation.claimed_at) == (factories.NOW, None)


def test_it_cannot_take_over_a_sign_in_that_exists(invitation: Invitation) -> None:
    victim = factories.person("victim@example.org")
    client = browser()
    response = client.post(address(invitation), {"name": "Thief", "email": "Victim@example.org"})
    assert "This address has a sign-in already" in response.content.decode()
    assert 'value="Thief"' in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert not Representative.objects.filter(user=victim).exists()


def test_whoever_is_signed_in_accepts_as_themselves(invitation: Invitation) -> None:
    somebody = factories.person("somebody@example.org")
    response = browser(somebody).post(address(invitation), {"email": "other@example.org"})
    assert response.status_code == 302
    assert Representative.objects.get().user == somebody


def test_a_sign_in_link_waits_for_its_button(owner: User) -> None:
    where = f"/en/member/enter/{make_sign_in_link(owner, now=factories.NOW)}/"
    client = browser()
    client.get(where)
    client.head(where)
    assert SignInLink.objects.get().used_at is None
    assert client.post(where)["Location"] == "/en/member/"
    assert int(client.session["_auth_user_id"]) == owner.pk
    assert "has been used or has run out" in browser().post(where).content.decode()


@pytest.mark.parametrize(
    ("next_path", "leads_to"),
    [
        ("/en/dashboard/", "/en/dashboard/"),
        ("//evil.example/", "/en/member/"),
        ("https://evil.example/", "/en/member/"),
        ("/\\evil.example", "/en/member/"),
    ],
)
def test_a_sign_in_link_never_leads_elsewhere(owner: User, next_path: str, leads_to: str) -> None:
    token = make_sign_in_link(owner, next_path=next_path, now=factories.NOW)
    assert browser().post(f"/en/member/enter/{token}/")["Location"] == leads_to


def test_a_person_who_may_not_sign_in_does_not(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    client = browser()
    client.post(f"/en/member/enter/{make_sign_in_link(owner, now=factories.NOW)}/")
    assert "_auth_user_id" not in client.session
