"""Connecting by saying yes at one's own Bluesky server: a real one, and everybody who might try."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import Settings

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.members.models import Account, Consent, Credential, GivenBack, Organisation, User
from coalition.members.states import NetworkChoices, Route, Trouble
from coalition.members.vault import Sealed, address
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.networks.test_bluesky_oauth_pds import on_its_disk
from tests.testnet.oauth_browser import OAuthBrowser
from tests.testnet.pds import Pds, Person
from tests.testnet.site import Site

pytestmark = pytest.mark.django_db
BACK = "/account/bluesky/callback/"
OVER = "Deze weg terug is al gebruikt of verlopen."  # in the person's own language


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Today: real servers look at real clocks."""
    with time_machine.travel(datetime.now(UTC)) as clock:
        yield clock


@pytest.fixture
def live(settings: Settings, oauth_pds: Pds, site: Site) -> Pds:
    settings.NETWORKS, settings.PUBLIC_URL, settings.HTTPS = "live", site.url, True
    settings.BLUESKY_CLIENT_KEYS = [f"one:{urlsafe_b64encode(b'1' * 32).decode()}"]
    settings.BLUESKY_PLC, settings.BLUESKY_API = oauth_pds.plc.url, oauth_pds.url
    settings.BLUESKY_PRIVATE_HOSTS = ["localhost"]
    return oauth_pds


@pytest.fixture
def person(live: Pds) -> Person:
    return live.person()


@pytest.fixture
def account(ours: Organisation, person: Person) -> Account:
    return factories.account(ours, NetworkChoices.BLUESKY, handle=person.handle)


def page(account: Account, language: str = "en") -> str:
    return f"/{language}/account/{account.organisation.slug}/{account.pk}/"


def leaves(browser: Client, account: Account, language: str = "en") -> str:
    answer = browser.post(f"{page(account, language)}bluesky/")
    assert answer.status_code == 200, answer
    return str(answer["Refresh"]).removeprefix("0; url=")


def says_yes(live: Pds, there: str, person: Person, *, agree: bool = True) -> str:
    """The address that their server sends the browser back to."""
    with OAuthBrowser(live.url) as browser:
        back = browser.authorize(there, person.handle, person.password, agree=agree)
    return f"{BACK}?{urlencode(back)}"


def said(browser: Client, back: str) -> list[str]:
    answer = browser.get(back)
    assert answer.status_code == 302
    return [str(message) for message in get_messages(answer.wsgi_request)]


def connected(inside: Client, live: Pds, account: Account, person: Person) -> Account:
    said(inside, says_yes(live, leaves(inside, account), person))
    account.refresh_from_db()
    assert account.connected_at
    return account


def test_an_owner_connects_the_account_and_its_tokens_are_sealed(
    inside: Client, live: Pds, account: Account, person: Person
) -> None:
    campaign = Campaign.objects.get()
    factories.post(factories.pledge(campaign, account.organisation), account, state=State.DRAFT)
    (sentence,) = said(inside, says_yes(live, leaves(inside, account), person))
    assert sentence.startswith("Connected.")
    assert Post.objects.get().route == Route.DIRECT
    account.refresh_from_db()
    assert (account.network_id, account.host) == (person.did, live.url)
    credential = account.credential
    assert credential.kind == "oauth"
    opened = wiring.vault().open(
        Sealed(credential.key_id, bytes(credential.sealed)), address(account)
    )
    for secret in ("access_token", "refresh_token", "dpop_key"):
        assert opened[secret].encode() not in bytes(credential.sealed)
    assert not Consent.objects.exists()


def test_what_is_kept_on_the_way_opens_nothing(
    inside: Client, account: Account, site: Site
) -> None:
    there = leaves(inside, account)
    way = Consent.objects.get()
    kept = f"{way.details} {way.state_sha256}"
    assert "dpop" not in kept
    assert "verifier" not in kept
    assert site.url.split("/")[2] in there.replace("%3A", ":")


def test_the_way_back_goes_on_in_the_language_one_left_in(
    inside: Client, live: Pds, account: Account, person: Person
) -> None:
    back = says_yes(live, leaves(inside, account, "fr"), person)
    assert inside.get(back)["Location"] == page(account, "fr")


def test_somebody_elses_account_is_refused_with_both_names(
    inside: Client, live: Pds, account: Account
) -> None:
    somebody = live.person("other")
    (sentence,) = said(inside, says_yes(live, leaves(inside, account), somebody))
    assert f"as @{somebody.handle}, not as @{account.handle}" in sentence
    assert not Credential.objects.exists()


def test_a_no_changes_nothing(inside: Client, live: Pds, account: Account, person: Person) -> None:
    back = says_yes(live, leaves(inside, account), person, agree=False)
    assert said(inside, back) == ["Nothing was allowed, so nothing has changed. You can try again."]
    assert not Credential.objects.exists()


def test_an_answer_is_no_good_twice(
    inside: Client, live: Pds, account: Account, person: Person
) -> None:
    back = says_yes(live, leaves(inside, account), person)
    inside.get(back)
    generation = Credential.objects.get().generation
    (sentence,) = said(inside, back)[-1:]
    assert OVER in sentence
    assert Credential.objects.get().generation == generation


def test_an_answer_is_no_good_in_another_session(
    inside: Client, owner: User, live: Pds, account: Account, person: Person
) -> None:
    back = says_yes(live, leaves(inside, account), person)
    same_person = Client()
    same_person.force_login(owner)
    assert OVER in said(same_person, back)[0]
    stranger = Client()
    stranger.force_login(factories.representative(account.organisation))
    assert OVER in said(stranger, back)[0]
    assert not Credential.objects.exists()


def test_an_answer_of_somebody_who_is_not_signed_in_leads_to_the_sign_in(
    client: Client, inside: Client, live: Pds, account: Account, person: Person
) -> None:
    back = says_yes(live, leaves(inside, account), person)
    assert "/sign-in/" in client.get(back)["Location"]
    assert not Credential.objects.exists()


def test_an_answer_after_ten_minutes_is_too_late(
    inside: Client,
    live: Pds,
    account: Account,
    person: Person,
    clock: time_machine.Traveller,
) -> None:
    back = says_yes(live, leaves(inside, account), person)
    clock.shift(timedelta(minutes=10, seconds=1))
    assert OVER in said(inside, back)[0]
    assert not Credential.objects.exists()


def test_an_answer_that_another_server_claims_to_give_is_refused(
    inside: Client, live: Pds, account: Account, person: Person
) -> None:
    back = says_yes(live, leaves(inside, account), person)
    back = back.replace(urlencode({"iss": live.url}), urlencode({"iss": "https://mallory.org"}))
    said(inside, back)
    assert not Credential.objects.exists()


def test_who_may_no_longer_act_for_it_connects_nothing(
    inside: Client, owner: User, live: Pds, account: Account, person: Person
) -> None:
    back = says_yes(live, leaves(inside, account), person)
    owner.representations.update(removed_at=factories.NOW)
    assert inside.get(back).status_code == 404
    assert not Credential.objects.exists()


def test_an_account_that_was_pinned_stays_the_one(
    inside: Client, live: Pds, account: Account, person: Person
) -> None:
    Account.objects.filter(pk=account.pk).update(network_id=person.did)
    there = leaves(inside, account)
    Account.objects.filter(pk=account.pk).update(network_id="did:plc:another")
    (sentence,) = said(inside, says_yes(live, there, person))
    assert "another account than the one connected before" in sentence
    assert not Credential.objects.exists()


def test_connecting_again_mends_it_and_gives_the_old_session_back(
    inside: Client, live: Pds, account: Account, person: Person
) -> None:
    connected(inside, live, account, person)
    Account.objects.filter(pk=account.pk).update(trouble=Trouble.RECONNECT)
    assert "Connect it again" in inside.get(page(account)).content.decode()
    connected(inside, live, account, person)
    assert account.trouble == Trouble.NONE
    assert GivenBack.objects.count() == 1


def test_what_is_erased_is_told_to_the_network(
    inside: Client, live: Pds, account: Account, person: Person
) -> None:
    connected(inside, live, account, person)
    inside.post(f"{page(account)}erase/")
    assert not Credential.objects.exists()
    assert wiring.give_secrets_back() == 1
    assert not GivenBack.objects.exists()
    left = on_its_disk(live, "SELECT count(*) FROM token WHERE did = ?", [person.did])
    assert left == [(0,)]


def test_the_page_about_us_is_the_one_that_servers_read(
    client: Client, live: Pds, site: Site
) -> None:
    del live
    shown = client.get("/oauth-client-metadata.json").json()
    assert {**shown, "client_name": "A test"} == site.client.metadata("A test")
    assert client.get("/oauth-jwks.json").json() == site.client.jwks()
    assert '"d"' not in client.get("/oauth-jwks.json").content.decode()


def test_without_a_public_address_there_is_no_such_way(
    inside: Client, account: Account, settings: Settings
) -> None:
    assert "Go on to Bluesky" in inside.get(page(account)).content.decode()
    settings.HTTPS = False
    assert "Go on to Bluesky" not in inside.get(page(account)).content.decode()
    assert inside.post(f"{page(account)}bluesky/").status_code == 404
    assert inside.get("/oauth-jwks.json").status_code == 404


def test_a_server_that_is_away_is_said_to_be_so(
    inside: Client, account: Account, settings: Settings
) -> None:
    settings.BLUESKY_API = "http://localhost:9"
    answer = inside.post(f"{page(account)}bluesky/", follow=True)
    assert "Bluesky does not answer now" in answer.content.decode()
    assert not Consent.objects.exists()
