"""Proving an account at the door: what the domain says, in one sentence each."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from coalition.members.models import Account, Organisation
from coalition.members.states import NetworkChoices, Proof
from tests import factories
from tests.directory.test_recheck import DID, directory
from tests.testnet.names import NameServer

HOME = "/en/account/waterput/"


@pytest.fixture
def bluesky(ours: Organisation) -> Account:
    Organisation.objects.filter(pk=ours.pk).update(domain="waterput.be")
    return factories.account(ours, NetworkChoices.BLUESKY, handle="waterput.be")


@pytest.fixture
def live(settings: Settings) -> Iterator[None]:
    settings.NETWORKS, settings.BLUESKY_PRIVATE_HOSTS = "live", ["127.0.0.1"]
    with directory() as plc:
        settings.BLUESKY_PLC = plc
        yield


def check(inside: Client, account: Account, way: str = "domain", **typed: str) -> str:
    at = f"{HOME}{account.pk}/{way}/"
    return str(inside.post(at, typed, follow=True).content.decode())


@pytest.mark.usefixtures("live")
def test_a_record_at_the_domain_proves_it(
    inside: Client, bluesky: Account, settings: Settings
) -> None:
    with NameServer({"_atproto.waterput.be": [f"did={DID}"]}) as names:
        settings.DNS_SERVER = names.address
        assert "Proved: @waterput.be is your domain." in check(inside, bluesky)
    bluesky.refresh_from_db()
    assert (bluesky.proof, bluesky.network_id) == (Proof.DOMAIN, DID)


@pytest.mark.usefixtures("live")
def test_what_is_missing_is_said_way_by_way(
    inside: Client, bluesky: Account, settings: Settings
) -> None:
    with NameServer({"_atproto.waterput.be": ["did=waterput"]}) as names:
        settings.DNS_SERVER = names.address
        page = check(inside, bluesky)
    assert "TXT _atproto.waterput.be: what stands there is no account." in page
    assert "/.well-known/atproto-did: no answer came." in page
    bluesky.refresh_from_db()
    assert bluesky.proof == Proof.CLAIMED


def test_with_networks_off_nobody_is_asked(inside: Client, bluesky: Account) -> None:
    assert "nothing can be asked from here" in check(inside, bluesky)


def test_a_name_that_is_not_its_own_domain_is_not_asked(inside: Client, ours: Organisation) -> None:
    other = factories.account(ours, NetworkChoices.BLUESKY, handle="waterput.bsky.social")
    assert inside.post(f"{HOME}{other.pk}/domain/").status_code == 404


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("https://elsewhere.be/", "not on waterput.be"),
        ("https://waterput.be.evil.example/", "not on waterput.be"),
        ("nonsense", "Give the address of a page"),
        ("javascript:alert(1)", "Give the address of a page"),
    ],
)
def test_a_page_must_be_its_own(
    page: str, sentence: str, inside: Client, bluesky: Account, settings: Settings
) -> None:
    settings.NETWORKS = "rehearsal"
    assert sentence in check(inside, bluesky, "page", page=page)
    bluesky.refresh_from_db()
    assert bluesky.proof == Proof.CLAIMED


def test_in_a_rehearsal_a_page_proves_without_being_asked(
    inside: Client, bluesky: Account, settings: Settings
) -> None:
    settings.NETWORKS = "rehearsal"
    assert "Proved: your website names" in check(
        inside, bluesky, "page", page="https://www.waterput.be/contact"
    )
    bluesky.refresh_from_db()
    assert (bluesky.proof, bluesky.proof_page) == (
        Proof.LINKED_BACK,
        "https://www.waterput.be/contact",
    )
