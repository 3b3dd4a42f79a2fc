"""A certificate says what was erased, and whoever holds it can make its hash again."""

from hashlib import sha256

import pytest

from coalition import wiring
from coalition.journal.actions import chain_new_entries
from coalition.journal.models import Entry
from coalition.members.actions import erase_secret, keep_secret
from coalition.members.certificates import certificates_of
from coalition.members.models import Account, GivenBack
from coalition.members.states import NetworkChoices, Rule
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account() -> Account:
    made = factories.account(
        factories.organisation(), NetworkChoices.BLUESKY, network_id="did:plc:one"
    )
    secret = {"kind": "app password", "password": "kanarie"}
    keep_secret(made, secret, vault=wiring.vault(), now=NOW)
    return made


def test_it_says_what_was_held_under_which_key_and_why_it_went(account: Account) -> None:
    key = account.credential.key_id
    erase_secret(account, rule=Rule.PROMISED, actor="the machine", now=NOW)
    (found,) = certificates_of(account.organisation).every
    assert (found.account, found.network) == (f"@{account.handle}", "Bluesky")
    assert (found.kind, found.key_id, found.sealed_at) == ("app password", key, NOW)
    assert (found.erased_at, found.rule) == (NOW, str(Rule.PROMISED.label))
    assert "kanarie" not in repr(Entry.objects.latest("pk").facts)


def test_it_names_who_asked_for_it_as_long_as_we_know_their_name(account: Account) -> None:
    person = factories.representative(account.organisation)
    erase_secret(account, rule=Rule.ASKED, actor=person.number, now=NOW)
    assert certificates_of(account.organisation).every[0].actor == str(person)


def test_whoever_has_the_line_makes_the_hash_again(account: Account) -> None:
    erase_secret(account, rule=Rule.ASKED, actor="An", now=NOW)
    assert certificates_of(account.organisation).every[0].line == ""  # no place yet
    chain_new_entries()
    (found,) = certificates_of(account.organisation).every
    assert sha256(found.line.encode()).hexdigest() == found.sha256
    assert found.position == Entry.objects.get(verb="credential erased").position
    assert found.head == f"{found.position}:{found.sha256}"


def test_where_nothing_was_held_nothing_is_certified(account: Account) -> None:
    erase_secret(account, rule=Rule.ASKED, actor="An", now=NOW)
    erase_secret(account, rule=Rule.ASKED, actor="An", now=NOW)
    assert len(certificates_of(account.organisation).every) == 1


def test_a_copy_that_waits_for_the_network_is_not_hidden(account: Account) -> None:
    keep_secret(account, {"kind": "oauth"}, vault=wiring.vault(), now=NOW)
    erase_secret(account, rule=Rule.ASKED, actor="An", now=NOW)
    assert certificates_of(account.organisation).every[0].back.waits
    GivenBack.objects.all().delete()  # the network was told, or a day is over
    assert not certificates_of(account.organisation).every[0].back.waits
