"""One organisation, by hand: the rules of an import, and what another domain takes away."""

import pytest

from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.entries import WrongError
from coalition.members.listing import add_organisation, correct_organisation
from coalition.members.models import Organisation
from coalition.members.states import NetworkChoices, Proof
from coalition.refusals import Refusal
from tests.factories import NOW, account, coordinator, organisation

pytestmark = pytest.mark.django_db

CELLS = {
    "name": "De Denkbeeldige Waterput",
    "language": "nl",
    "domain": "https://www.Waterput.example/",
}


def test_one_is_put_on_the_list_and_nobody_is_written_to() -> None:
    added = add_organisation(
        {**CELLS, "contact_email": "info@waterput.example", "x_handles": "@waterput"},
        actor=coordinator(),
        now=NOW,
    )
    assert (added.slug, added.domain) == ("de-denkbeeldige-waterput", "waterput.example")
    assert [one.handle for one in added.accounts.all()] == ["waterput"]
    assert not Letter.objects.exists()
    assert Entry.objects.filter(verb="imported", organisation_id=added.pk).count() == 1


def test_a_wrong_cell_is_named_and_nothing_is_kept() -> None:
    with pytest.raises(WrongError) as wrong:
        add_organisation({**CELLS, "contact_email": "nobody"}, actor=coordinator(), now=NOW)
    assert wrong.value.column == "contact_email"
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("cells", [CELLS, {"name": "de denkbeeldige waterput"}])
def test_the_same_one_twice_is_refused(cells: dict[str, str]) -> None:
    boss = coordinator()
    add_organisation(CELLS, actor=boss, now=NOW)
    with pytest.raises(Refusal, match="on the list already"):
        add_organisation(cells, actor=boss, now=NOW)
    assert Organisation.objects.count() == 1


def test_an_account_of_another_one_is_refused_at_its_field() -> None:
    account(organisation(name="Moestuin"), handle="waterput")
    with pytest.raises(WrongError) as wrong:
        add_organisation({**CELLS, "x_handles": "WaterPut"}, actor=coordinator(), now=NOW)
    assert wrong.value.column == "x_handles"
    assert "Moestuin" in str(wrong.value.what)


def test_a_correction_keeps_the_address_and_says_what_changed() -> None:
    one = organisation(name="Waterputt", domain="waterput.example")
    before = one.slug
    correct_organisation(
        one,
        {"name": "Waterput", "kind": "ngo", "membership": "member", "language": "fr"},
        actor=coordinator(),
        now=NOW,
    )
    assert (one.name, one.language, one.domain, one.slug) == ("Waterput", "fr", "", before)
    assert Entry.objects.get(verb="corrected").facts == {"fields": ["domain", "language", "name"]}


def facts(one: Organisation, **changes: str) -> dict[str, str]:
    names = ("name", "legal_name", "kind", "membership", "language", "domain")
    return {**{name: getattr(one, name) for name in names}, **changes}


def test_another_domain_has_to_be_proved_again() -> None:
    one = organisation(domain="old.example")
    proved = account(one, NetworkChoices.BLUESKY, proof=Proof.DOMAIN)
    kept = account(one, NetworkChoices.X, proof=Proof.CONNECTED, network_id="1")
    correct_organisation(one, facts(one, domain="new.example"), actor=coordinator(), now=NOW)
    proved.refresh_from_db()
    kept.refresh_from_db()
    assert (proved.proof, kept.proof) == (Proof.CLAIMED, Proof.CONNECTED)


def test_nothing_changed_is_not_written_down() -> None:
    one = organisation(domain="old.example")
    correct_organisation(one, facts(one), actor=coordinator(), now=NOW)
    assert not Entry.objects.filter(verb="corrected").exists()


@pytest.mark.parametrize("change", [{"name": "Moestuin"}, {"domain": "moestuin.example"}])
def test_nobody_becomes_somebody_else(change: dict[str, str]) -> None:
    organisation(name="Moestuin", domain="moestuin.example")
    one = organisation(name="Waterput", domain="")
    with pytest.raises(Refusal):
        correct_organisation(one, facts(one, **change), actor=coordinator(), now=NOW)
    one.refresh_from_db()
    assert one.name == "Waterput"
