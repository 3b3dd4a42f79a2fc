"""Connecting an X account: through X's own consent page, and never as a way to sign in."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import Settings

from coalition import wiring
from coalition.members.keeping import LONGEST, given_back
from coalition.members.models import Account, Credential, GivenBack, Organisation, User
from coalition.members.states import NetworkChoices
from coalition.members.vault import Sealed, address
from coalition.publishing.erasing import erase_what_is_done
from coalition.publishing.states import State
from tests import factories
from tests.fakex.seen import FakeUser
from tests.fakex.server import FakeX
from tests.web.pledge.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(settings: Settings, fake_x: FakeX) -> FakeX:
    settings.NETWORKS = "live"
    settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = fake_x.client_id, fake_x.client_secret
    settings.X_API = settings.X_SITE = fake_x.url
    app = {
        "client_id": fake_x.client_id,
        "secret": fake_x.client_secret,
        "settings": {"hidden": True},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"x": {"APPS": [app]}}
    return fake_x


@pytest.fixture
def organisation() -> Organisation:
    return factories.organisation()


@pytest.fixture
def owner(organisation: Organisation) -> User:
    return factories.representative(organisation)


@pytest.fixture
def account(organisation: Organisation) -> Account:
    return factories.account(organisation)


@pytest.fixture
def on_x(account: Account, live: FakeX) -> FakeUser:
    return live.add_user(account.handle)


def page(account: Account) -> str:
    return f"/en/account/{account.organisation.slug}/{account.pk}/"


def goes_to_x(client: Client, account: Account) -> str:
    answer = client.post(f"{page(account)}x/")
    assert answer.status_code == 302
    return answer["Location"]


def agrees(live: FakeX, address: str, user: FakeUser, *, allow: bool = True) -> str:
    """What X's consent page sends the browser back with."""
    return live.consent(address, user, allow=allow).removeprefix("http://testserver")


def said(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 302
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_an_owner_connects_the_account_and_its_tokens_are_sealed(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser
) -> None:
    sign_in(client, owner)
    back = agrees(live, goes_to_x(client, account), on_x)
    assert said(client, back) == ["X says that this account is yours. It is connected."]
    account.refresh_from_db()
    assert (account.network_id, bool(account.connected_at)) == (on_x.id, True)
    credential = account.credential
    opened = wiring.vault().open(
        Sealed(credential.key_id, bytes(credential.sealed)), address(account)
    )
    assert set(opened) == {"access_token", "refresh_token", "expires_at"}
    assert opened["access_token"].encode() not in bytes(credential.sealed)


def test_nothing_of_allauths_is_kept(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser
) -> None:
    sign_in(client, owner)
    client.get(agrees(live, goes_to_x(client, account), on_x))
    assert (SocialAccount.objects.count(), SocialToken.objects.count()) == (0, 0)


def test_another_account_than_the_one_asked_for_is_refused(
    client: Client, owner: User, account: Account, live: FakeX
) -> None:
    sign_in(client, owner)
    somebody = live.add_user("somebody_else")
    (sentence,) = said(client, agrees(live, goes_to_x(client, account), somebody))
    assert sentence.startswith("You signed in to X as @somebody_else")
    assert not Credential.objects.exists()


def test_a_cancelled_consent_changes_nothing(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser
) -> None:
    sign_in(client, owner)
    back = agrees(live, goes_to_x(client, account), on_x, allow=False)
    assert said(client, back) == [
        "X did not connect the account, so nothing has changed. You can try again."
    ]
    assert not Credential.objects.exists()


def test_coming_back_from_x_goes_on_in_the_language_one_left_in(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser
) -> None:
    sign_in(client, owner)
    answer = client.post(f"{page(account).replace('/en/', '/fr/')}x/")
    back = client.get(agrees(live, answer["Location"], on_x))
    assert back["Location"] == page(account).replace("/en/", "/fr/")


def test_an_answer_is_no_good_in_another_session(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser
) -> None:
    sign_in(client, owner)
    back = agrees(live, goes_to_x(client, account), on_x)
    other = Client()
    sign_in(other, factories.representative())
    other.get(back)
    assert not Credential.objects.exists()


def test_an_answer_is_no_good_twice(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser
) -> None:
    sign_in(client, owner)
    back = agrees(live, goes_to_x(client, account), on_x)
    client.get(back)
    generation = account.credential.generation
    client.get(back)
    assert Credential.objects.get().generation == generation


def test_who_may_no_longer_act_for_it_connects_nothing(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser
) -> None:
    sign_in(client, owner)
    back = agrees(live, goes_to_x(client, account), on_x)
    owner.representations.update(removed_at=factories.NOW)
    client.get(back)
    assert not Credential.objects.exists()


@pytest.mark.usefixtures("live")
def test_the_answer_of_x_signs_nobody_in(client: Client) -> None:
    answer = client.get("/account/x/callback/?code=abc&state=def")
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("live")
def test_there_is_no_way_to_x_where_the_deployment_has_no_keys(
    client: Client, owner: User, account: Account, settings: Settings
) -> None:
    settings.X_CLIENT_ID = ""
    sign_in(client, owner)
    assert client.post(f"{page(account)}x/").status_code == 404


@pytest.mark.usefixtures("live")
def test_a_stranger_finds_nothing(client: Client, account: Account) -> None:
    client.force_login(factories.person())
    assert client.post(f"{page(account)}x/").status_code == 404


@pytest.mark.usefixtures("live")
def test_a_bluesky_account_is_not_connected_through_x(
    client: Client, owner: User, organisation: Organisation
) -> None:
    sign_in(client, owner)
    account = factories.account(organisation, NetworkChoices.BLUESKY)
    assert client.post(f"{page(account)}x/").status_code == 404


def test_what_is_erased_is_given_back_to_x(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser
) -> None:
    sign_in(client, owner)
    client.get(agrees(live, goes_to_x(client, account), on_x))
    assert Credential.objects.count() == 1
    live.arm("status", on="revoke", user=on_x, status=503)
    client.post(f"{page(account)}erase/")
    assert not Credential.objects.exists()
    assert wiring.give_secrets_back() == 0
    GivenBack.objects.update(not_before=None)
    assert wiring.give_secrets_back() == 1
    assert not GivenBack.objects.exists()
    assert set(live.revocations()) == {(on_x.id, "refresh"), (on_x.id, "access")}


def test_nobody_goes_to_x_without_having_shown_that_it_is_them(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser, settings: Settings
) -> None:
    del live, on_x
    settings.SECOND_STEP_REQUIRED = True
    client.force_login(owner)
    shown = client.get(page(account)).content.decode()
    assert "Show that it is you" in shown
    assert "Go on to X" not in shown
    assert "/sign-in/2fa/?next=" in client.post(f"{page(account)}x/")["Location"]
    sign_in(client, owner)
    assert "Go on to X" in client.get(page(account)).content.decode()


def test_once_the_farewell_is_out_its_page_says_that_x_has_its_access_back(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser
) -> None:
    sign_in(client, owner)
    client.get(agrees(live, goes_to_x(client, account), on_x))
    account.refresh_from_db()
    pledge = factories.pledge(factories.going(), account.organisation)
    out: Any = {"network_post_id": "17", "published_at": factories.T}
    factories.direct(pledge, on=account, state=State.PUBLISHED, **out)
    assert erase_what_is_done(factories.T + timedelta(minutes=15)) == 1
    shown = client.get(page(account)).content.decode()
    assert "X is being told that we give it back." in shown
    assert wiring.give_secrets_back() == 1
    shown = client.get(page(account)).content.decode()
    assert "Given back to X on" in shown
    assert "nothing here needs access to this account any more" in shown
    assert "Go on to X" not in shown
    assert "notice-error" not in shown
    member = f"/en/member/{account.organisation.slug}"
    assert "Given back to X on" in client.get(f"{member}/leaving/").content.decode()
    certificate = client.get(f"{member}/erased/").content.decode()
    assert "<dt>Given back</dt>" in certificate
    assert "The farewell is out, and nothing here needs it any more" in certificate
    assert "A sealed copy waits" not in certificate

    anew = factories.pledge(factories.going(), account.organisation)
    factories.post(anew, account, state=State.DRAFT)
    assert "Go on to X" in client.get(page(account)).content.decode()  # another exit needs it


def test_an_x_that_never_answered_is_said_so(
    client: Client, owner: User, account: Account, live: FakeX, on_x: FakeUser
) -> None:
    sign_in(client, owner)
    client.get(agrees(live, goes_to_x(client, account), on_x))
    client.post(f"{page(account)}erase/")
    one = GivenBack.objects.get()
    given_back(one, told=False, now=one.erased_at + 2 * LONGEST)
    assert "X did not answer for a day" in client.get(page(account)).content.decode()
    erased = client.get(f"/en/member/{account.organisation.slug}/erased/").content.decode()
    assert "X did not answer for a day, so it may not know." in erased
