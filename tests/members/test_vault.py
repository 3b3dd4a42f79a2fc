"""Secrets at rest: each opens at its own row, with its own key, in a worker, and nowhere else."""

import pytest

from coalition.members.actions import erase_secret, keep_secret
from coalition.members.models import Account, Credential
from coalition.members.states import NetworkChoices, Rule
from coalition.members.vault import Sealed, SealedShutError, Vault, address, new_key_pair
from tests import factories
from tests.factories import NOW

SECRET = {"access_token": "canary-4711", "refresh_token": "canary-0815"}
OLD, NEW = new_key_pair("old"), new_key_pair("new")
HERE, THERE = b"here", b"there"


def worker(*pairs: tuple[str, str]) -> Vault:
    return Vault.from_settings("", [private for _public, private in pairs])


def web(pair: tuple[str, str]) -> Vault:
    return Vault.from_settings(pair[0], [])


def test_what_is_sealed_opens_where_it_was_sealed_for() -> None:
    assert worker(NEW).open(web(NEW).seal(SECRET, HERE), HERE) == SECRET


def test_it_opens_nowhere_else_and_not_when_changed() -> None:
    sealed = web(NEW).seal(SECRET, HERE)
    with pytest.raises(SealedShutError):
        worker(NEW).open(sealed, THERE)
    for at in range(0, len(sealed.data), 7):
        changed = bytearray(sealed.data)
        changed[at] ^= 1
        with pytest.raises(SealedShutError):
            worker(NEW).open(Sealed(sealed.key_id, bytes(changed)), HERE)


def test_who_can_only_seal_opens_nothing() -> None:
    vault = web(NEW)
    with pytest.raises(SealedShutError, match="no private key"):
        vault.open(vault.seal(SECRET, HERE), HERE)


def test_after_a_rotation_old_ones_open_and_new_ones_are_sealed_with_the_new_key() -> None:
    before = worker(OLD).seal(SECRET, HERE)
    rotated = worker(NEW, OLD)
    after = rotated.seal(SECRET, HERE)
    assert (before.key_id, after.key_id) == ("old", "new")
    assert [rotated.open(one, HERE) for one in (before, after)] == [SECRET] * 2
    with pytest.raises(SealedShutError):
        worker(NEW).open(before, HERE)
    with pytest.raises(SealedShutError):
        rotated.open(Sealed("new", before.data), HERE)


def test_no_two_seals_are_alike_and_none_shows_the_secret() -> None:
    first, second = (web(NEW).seal(SECRET, HERE).data for _ in range(2))
    assert first != second
    assert b"canary" not in first + second


def opened(account: Account, vault: Vault) -> object:
    kept = Credential.objects.get(account=account)
    return vault.open(Sealed(kept.key_id, bytes(kept.sealed)), address(account))


@pytest.mark.django_db
def test_a_credential_moved_to_another_row_does_not_open() -> None:
    vault = worker(NEW)
    mine, theirs = (factories.account(factories.organisation()) for _ in range(2))
    for account in (mine, theirs):
        keep_secret(account, SECRET, vault=vault, now=NOW)
    kept = Credential.objects.get(account=mine)
    Credential.objects.filter(account=theirs).update(sealed=kept.sealed)
    assert opened(mine, vault) == SECRET
    with pytest.raises(SealedShutError):
        opened(theirs, vault)


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["organisation", "network"])
def test_nor_does_it_when_its_account_changes_hands(change: str) -> None:
    vault, account = worker(NEW), factories.account(factories.organisation())
    keep_secret(account, SECRET, vault=vault, now=NOW)
    if change == "organisation":
        account.organisation = factories.organisation()
    else:
        account.network = NetworkChoices.BLUESKY
    account.save()
    with pytest.raises(SealedShutError):
        opened(account, vault)


@pytest.mark.django_db
def test_a_kept_secret_replaces_the_last_and_an_erased_one_is_gone() -> None:
    vault, account = worker(NEW), factories.account(factories.organisation(), network_id="1")
    for token in ("first", "second"):
        keep_secret(account, {"access_token": token}, vault=vault, now=NOW)
    assert opened(account, vault) == {"access_token": "second"}
    assert Credential.objects.get().generation == 2
    erase_secret(account, rule=Rule.ASKED, actor="somebody", now=NOW)
    assert not Credential.objects.exists()
    assert account.connected_at is None
