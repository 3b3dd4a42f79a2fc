"""How sure we are: kept, raised, lost; and nobody becomes somebody else."""

from datetime import timedelta

import pytest

from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.models import Account
from coalition.members.proving import is_its_own, lose_proof, prove
from coalition.members.states import NetworkChoices, Proof
from coalition.refusals import Refusal
from tests.factories import NOW, account, organisation, representative

pytestmark = pytest.mark.django_db
DID = "did:plc:aaaabbbbccccddddeeeeffff"


def bluesky(**columns: object) -> Account:
    one = organisation(domain="waterput.be", language="fr")
    return account(one, NetworkChoices.BLUESKY, handle="waterput.be", **columns)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("waterput.be", True),
        ("nieuws.waterput.be", True),
        ("evilwaterput.be", False),
        ("waterput.be.evil.example", False),
        ("be", False),
        ("", False),
    ],
)
def test_its_own_is_the_domain_on_file_and_what_stands_under_it(name: str, own: bool) -> None:  # noqa: FBT001
    assert is_its_own(name, organisation(domain="waterput.be")) is own
    assert not is_its_own(name, organisation(domain=""))


def test_a_proof_pins_the_account_and_plans_the_next_look() -> None:
    one = bluesky()
    prove(one, Proof.DOMAIN, did=DID, actor="Noor", now=NOW)
    assert (one.proof, one.network_id) == (Proof.DOMAIN, DID)
    assert one.recheck_at == NOW + timedelta(hours=24)
    assert Entry.objects.get(verb="account proved").actor == "Noor"


def test_another_account_behind_the_same_name_is_refused() -> None:
    one = bluesky(network_id=DID)
    with pytest.raises(Refusal, match="another account"):
        prove(one, Proof.DOMAIN, did="did:plc:other", actor="Noor", now=NOW)


def test_an_account_of_another_organisation_is_refused() -> None:
    account(organisation(), NetworkChoices.BLUESKY, network_id=DID)
    with pytest.raises(Refusal, match="on the list already"):
        prove(bluesky(), Proof.DOMAIN, did=DID, actor="Noor", now=NOW)


def test_a_connected_account_stays_connected() -> None:
    one = bluesky(network_id=DID, proof=Proof.CONNECTED)
    prove(one, Proof.DOMAIN, did=DID, actor="Noor", now=NOW)
    assert one.proof == Proof.CONNECTED
    assert not lose_proof(one, now=NOW)


def test_a_lost_proof_is_told_once_in_their_language() -> None:
    one = bluesky(network_id=DID, proof=Proof.DOMAIN)
    representative(one.organisation)
    assert lose_proof(one, now=NOW)
    assert not lose_proof(one, now=NOW)
    one.refresh_from_db()
    assert (one.proof, one.network_id) == (Proof.CLAIMED, DID)
    assert Letter.objects.get().kind == "proof-lost"
