"""Another key, while everything runs: nothing is lost, nothing comes back, nobody waits."""

import threading
from datetime import timedelta

import pytest

from coalition.health.queries import keys_in_use
from coalition.journal.models import Entry
from coalition.members.actions import erase_secret, keep_secret
from coalition.members.keeping import keep_renewed
from coalition.members.models import Account, Credential, GivenBack
from coalition.members.resealing import BATCH, Batch, Row, reseal_some
from coalition.members.states import NetworkChoices, Rule
from coalition.members.vault import Sealed, Vault, address, new_key_pair
from tests import database, factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("committed")
OLD, NEW = new_key_pair("old"), new_key_pair("new")
BEFORE = Vault.from_settings("", [OLD[1]])
ROTATED = Vault.from_settings("", [NEW[1], OLD[1]])
AFTER = Vault.from_settings("", [NEW[1]])


def connected(number: int = 1) -> list[Account]:
    made = []
    for each in range(number):
        account = factories.account(
            factories.organisation(), NetworkChoices.BLUESKY, network_id=f"did:plc:{each}"
        )
        keep_secret(account, {"kind": "oauth", "token": f"t{each}"}, vault=BEFORE, now=NOW)
        made.append(account)
    return made


def resealed(model: type[Row] = Credential, after: int = 0, vault: Vault = ROTATED) -> Batch:
    return reseal_some(model, after, vault=vault, actor="somebody", now=NOW)


def held(account: Account, vault: Vault) -> dict[str, object]:
    kept = Credential.objects.get(account=account)
    return vault.open(Sealed(kept.key_id, bytes(kept.sealed)), address(account))


def test_what_an_older_key_sealed_opens_with_the_new_one_alone() -> None:
    accounts = connected(BATCH + 3)
    first = resealed()
    assert (first.resealed, first.shut) == (BATCH, ())
    assert first.last is not None
    assert resealed(after=first.last).resealed == 3
    assert [held(account, AFTER)["token"] for account in accounts] == [
        f"t{each}" for each in range(BATCH + 3)
    ]
    assert keys_in_use() == {"new": BATCH + 3}
    assert {one.generation for one in Credential.objects.all()} == {1}


def test_broken_off_it_goes_on_and_again_it_does_nothing() -> None:
    connected(2)
    assert [resealed().resealed for _time in range(2)] == [2, 0]
    facts = Entry.objects.filter(verb="secrets sealed anew").values_list("facts", flat=True)
    assert list(facts) == [{"key": "new", "secrets": 2}]


def test_a_secret_that_waits_to_be_given_back_is_sealed_anew_too() -> None:
    (account,) = connected()
    erase_secret(account, rule=Rule.ASKED, actor="somebody", now=NOW)
    assert keys_in_use() == {"old": 1}
    assert resealed(GivenBack).resealed == 1
    one = GivenBack.objects.get()
    assert AFTER.open(Sealed(one.key_id, bytes(one.sealed)), bytes(one.address))["token"] == "t0"


def test_what_no_key_opens_is_named_and_left_as_it_is() -> None:
    (account,) = connected()
    sealed = bytes(Credential.objects.get().sealed)
    lost = resealed(vault=AFTER)
    assert (lost.resealed, lost.shut) == (
        0,
        (f"sealed credential of account {account.pk} (key old)",),
    )
    assert bytes(Credential.objects.get().sealed) == sealed


def test_who_renews_meanwhile_keeps_what_it_got() -> None:
    """A single-use token was used up: the one that came for it must find its row."""
    (account,) = connected()
    renewing = Account.objects.select_related("credential").get()
    resealed()
    keep_renewed(renewing, {"token": "renewed"}, vault=BEFORE, now=NOW + timedelta(seconds=1))
    assert held(account, ROTATED) == {"token": "renewed"}
    assert resealed().resealed == 1
    assert held(account, AFTER) == {"token": "renewed"}


def test_while_others_renew_and_erase_nothing_is_lost_and_nothing_comes_back() -> None:
    accounts = connected(40)
    kept, erased = accounts[::2], accounts[1::2]
    start = threading.Barrier(3)

    def renew() -> None:
        start.wait()
        for turn in range(5):
            for account in kept:
                fresh = Account.objects.select_related("credential").get(pk=account.pk)
                keep_renewed(fresh, {"token": f"r{turn}"}, vault=BEFORE, now=NOW)

    def erase() -> None:
        start.wait()
        for account in erased:
            erase_secret(account, rule=Rule.ASKED, actor="somebody", now=NOW)

    def reseal() -> None:
        start.wait()
        for _time in range(30):
            resealed()
            resealed(GivenBack)

    database.at_once(renew, erase, reseal, barrier=start)
    resealed()
    resealed(GivenBack)
    assert Credential.objects.count() == len(kept)
    assert [held(account, AFTER) for account in kept] == [{"token": "r4"}] * len(kept)
    assert keys_in_use() == {"new": len(accounts)}
