"""What was erased or connected anew does not come back, and networks learn what is erased."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from coalition import wiring
from coalition.members.actions import erase_secret, keep_secret
from coalition.members.keeping import (
    AGAIN,
    given_back,
    keep_renewed,
)
from coalition.members.models import Account, Credential, GivenBack
from coalition.members.states import NetworkChoices, Rule
from coalition.members.vault import Sealed, address
from coalition.networks.network import SupersededError
from tests import factories

NOW = factories.NOW

pytestmark = pytest.mark.django_db


def rehearsed(**secret: object) -> Account:
    account = factories.account(
        factories.organisation(),
        NetworkChoices.BLUESKY,
        network_id=f"did:plc:{Account.objects.count()}",
    )
    keep_secret(account, {"kind": "oauth", **secret}, vault=wiring.vault(), now=NOW)
    return account


def held(account: Account) -> dict[str, object]:
    credential = Credential.objects.get(account=account)
    sealed = Sealed(credential.key_id, bytes(credential.sealed))
    return wiring.vault().open(sealed, address(account))


def test_what_was_connected_anew_or_erased_is_not_overwritten_by_an_old_renewal() -> None:
    account = rehearsed(refresh_token="first")
    renewing = Account.objects.select_related("credential").get()
    keep_secret(account, {"refresh_token": "second"}, vault=wiring.vault(), now=NOW)
    with pytest.raises(SupersededError):
        keep_renewed(renewing, {"refresh_token": "stale"}, vault=wiring.vault(), now=NOW)
    assert held(account) == {"refresh_token": "second"}
    renewing = Account.objects.select_related("credential").get()
    erase_secret(account, rule=Rule.ASKED, actor="somebody", now=NOW)
    with pytest.raises(SupersededError):
        keep_renewed(renewing, {"refresh_token": "back"}, vault=wiring.vault(), now=NOW)
    assert not Credential.objects.exists()


def test_erased_secrets_are_given_back_or_forgotten_after_a_day() -> None:
    erase_secret(rehearsed(), rule=Rule.ASKED, actor="somebody", now=NOW)
    [one] = GivenBack.objects.all()
    given_back(one, told=False, now=NOW)
    assert GivenBack.objects.get().not_before == NOW + AGAIN
    given_back(one, told=False, now=NOW + timedelta(days=1, seconds=1))
    assert not GivenBack.objects.exists()


def test_one_that_nobody_can_open_any_more_holds_up_no_other(
    settings: Settings,
) -> None:
    settings.NETWORKS = "rehearsal"
    for _ in range(2):
        erase_secret(rehearsed(), rule=Rule.ASKED, actor="somebody", now=NOW)
    first, other = GivenBack.objects.order_by("pk")
    GivenBack.objects.filter(pk=first.pk).update(sealed=b"x" * 80)
    assert wiring.give_secrets_back() == 1
    assert list(GivenBack.objects.all()) == [first]
    assert other.pk
