"""An account that a website named is pinned: whoever takes its name later is not taken for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import Client
from pytest_django import Settings

from coalition.directory.queries import homes
from coalition.directory.recheck import recheck_proofs
from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.models import Account, Organisation, User
from coalition.members.proving import prove
from coalition.members.states import NetworkChoices, Proof, Trouble
from coalition.networks.bluesky.hosts import Hosts
from tests import factories
from tests.directory.test_recheck import DID, HOUR, directory
from tests.factories import NOW
from tests.networks.loopback import CLOSE, answer
from tests.testnet.names import NameServer
from tests.web.pledge.people import sign_in

pytestmark = pytest.mark.django_db
NAME = "waterput.bsky.social"
OTHER = "did:plc:aaaabbbbccccddddeeeegggg"
LINK = f'<a href="https://bsky.app/profile/{NAME}">'


@pytest.fixture
def organisation() -> Organisation:
    return factories.organisation(slug="waterput", domain="waterput.be")


@pytest.fixture
def owner(organisation: Organisation) -> User:
    return factories.representative(organisation)


@pytest.fixture
def account(organisation: Organisation, owner: User) -> Account:
    del owner
    return factories.account(
        organisation,
        NetworkChoices.BLUESKY,
        handle=NAME,
        proof=Proof.LINKED_BACK,
        proof_checked_at=NOW - 25 * HOUR,
        recheck_at=NOW - HOUR,
    )


@contextmanager
def world(
    account: Account,
    *,
    means: str = DID,
    called: str = NAME,
    resolved: bytes = b"",
    html: str = LINK,
) -> Iterator[Hosts]:
    """A website, a directory and an API on loopback: `means` is whose the name is now."""
    document = answer(200, {"id": means, "alsoKnownAs": [f"at://{called}"]})
    resolved = resolved or answer(200, {"did": means})
    pages = {"resolveHandle": resolved, means: document, "contact": answer(200, html.encode())}
    with directory(NAME, **pages) as url:
        Account.objects.filter(pk=account.pk).update(proof_page=f"{url}/contact")
        yield Hosts(plc=url, api=url, private=frozenset({"127.0.0.1"}))


def look(account: Account, **now: object) -> Account:
    with world(account, **now) as hosts:  # type: ignore[arg-type]
        recheck_proofs(hosts, now=NOW)
    account.refresh_from_db()
    return account


def test_what_is_named_is_pinned_by_its_did_at_the_next_look(account: Account) -> None:
    assert look(account).network_id == DID
    assert (account.proof, account.proof_checked_at) == (Proof.LINKED_BACK, NOW)


def test_who_took_the_name_is_flagged_told_about_and_never_shown(account: Account) -> None:
    """The website still links to the name: only the pinned account tells them apart."""
    Account.objects.filter(pk=account.pk).update(network_id=DID)
    assert homes([account.organisation_id])
    look(account, means=OTHER)
    assert (account.proof, account.trouble) == (Proof.CLAIMED, Trouble.SQUATTED)
    assert account.network_id == DID
    assert not homes([account.organisation_id])
    assert Entry.objects.get(verb="proof lost").facts["taken"] is True
    assert "misschien heeft iemand anders die naam genomen" in Letter.objects.get().text


def test_its_own_again_it_is_no_trouble_any_more(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(network_id=DID, trouble=Trouble.SQUATTED)
    account.refresh_from_db()
    prove(account, Proof.LINKED_BACK, did=DID, page="https://waterput.be/", actor="An", now=NOW)
    account.refresh_from_db()
    assert (account.proof, account.trouble) == (Proof.LINKED_BACK, Trouble.NONE)


@pytest.mark.parametrize(
    ("called", "resolved"),
    [
        (NAME, answer(400, {"error": "InvalidRequest"})),
        ("somebody.bsky.social", answer(200, {"did": DID})),
    ],
    ids=["nobody", "not mutual"],
)
def test_a_name_that_means_nobody_proves_nothing(
    account: Account, called: str, resolved: bytes
) -> None:
    look(account, called=called, resolved=resolved)
    assert (account.proof, account.trouble) == (Proof.CLAIMED, Trouble.NONE)


@pytest.mark.parametrize("resolved", [answer(503), answer(429), CLOSE])
def test_while_bluesky_does_not_answer_nothing_is_taken_away(
    account: Account, resolved: bytes
) -> None:
    look(account, resolved=resolved)
    assert (account.proof, account.recheck_at) == (Proof.LINKED_BACK, NOW + HOUR / 6)


def test_one_account_is_one_organisations(account: Account) -> None:
    factories.account(factories.organisation(), NetworkChoices.BLUESKY, network_id=DID)
    assert look(account).proof == Proof.CLAIMED


@pytest.mark.parametrize(
    ("means", "sentence"),
    [
        ("", f"Proved: your website names @{NAME}."),
        (OTHER, "is another account now than the one kept here."),
        ("nobody", f"No account on Bluesky is called @{NAME} now."),
        ("silent", "Bluesky: no answer came."),
    ],
)
def test_at_the_door_the_account_behind_the_name_is_pinned(
    client: Client, owner: User, account: Account, settings: Settings, means: str, sentence: str
) -> None:
    Account.objects.filter(pk=account.pk).update(
        proof=Proof.CLAIMED, network_id=DID if means == OTHER else ""
    )
    answers = {"nobody": answer(400), "silent": answer(503)}
    sign_in(client, owner)
    with (
        world(
            account,
            means=OTHER if means == OTHER else DID,
            resolved=answers.get(means, b""),
        ) as hosts,
        NameServer({}, {"waterput.be": ["127.0.0.1"]}) as names,
    ):
        settings.NETWORKS, settings.DNS_SERVER = "live", names.address
        settings.BLUESKY_PRIVATE_HOSTS = ["127.0.0.1", "waterput.be"]
        settings.BLUESKY_PLC = settings.BLUESKY_API = hosts.api
        port = hosts.api.rpartition(":")[2]
        said = client.post(
            f"/en/account/waterput/{account.pk}/page/",
            {"page": f"http://waterput.be:{port}/contact"},
            follow=True,
        )
    assert sentence in said.content.decode()
    account.refresh_from_db()
    proved = means == ""
    assert (account.proof == Proof.LINKED_BACK, account.network_id == DID) == (
        proved,
        proved or means == OTHER,
    )
