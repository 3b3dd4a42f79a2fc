"""Naming accounts, connecting them, forgetting what opens them."""

import pytest
from django.test import Client
from pytest_django import Settings

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.members.actions import keep_secret
from coalition.members.models import Account, Credential, Organisation
from coalition.members.states import NetworkChoices, Proof, Route
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories

HOME = "/en/account/waterput/"


def name(inside: Client, handle: str, network: str, **more: str) -> str:
    form = {"network": network, "handle": handle, "language": "nl", **more}
    return str(inside.post(HOME, form, follow=True).content.decode())


@pytest.mark.parametrize(
    ("network", "typed", "kept"),
    [
        ("x", "@Waterput", "Waterput"),
        ("x", "https://x.com/waterput?s=20", "waterput"),
        ("bluesky", "@Waterput.be", "waterput.be"),
        ("bluesky", "https://bsky.app/profile/waterput.be", "waterput.be"),
    ],
)
def test_an_account_is_kept_as_its_network_writes_it(
    inside: Client, network: str, typed: str, kept: str
) -> None:
    name(inside, typed, network)
    account = Account.objects.get()
    assert (account.handle, account.proof) == (kept, Proof.CLAIMED)


@pytest.mark.parametrize(
    ("network", "typed", "sentence"),
    [
        ("x", "much-too-long-and-dashed", "letters, digits and _ only"),
        ("bluesky", "waterput", "has a dot in it"),
        ("bluesky", "wаterput.be", "xn--wterput-2fg.be"),
        ("bluesky", "waterput.example", "has a dot in it"),
    ],
)
def test_what_cannot_be_a_name_is_refused_and_kept_in_the_form(
    inside: Client, network: str, typed: str, sentence: str
) -> None:
    page = name(inside, typed, network)
    assert sentence in page
    assert typed in page
    assert not Account.objects.exists()


def test_a_look_alike_is_flagged(inside: Client, ours: Organisation) -> None:
    factories.account(ours, NetworkChoices.BLUESKY, handle="xn--wterput-2fg.be")
    assert "Looks like another name" in inside.get(HOME).content.decode()


def test_an_account_of_somebody_else_is_refused(inside: Client) -> None:
    factories.account(factories.organisation(), handle="taken")
    assert "on the list already" in name(inside, "Taken", "x")


def test_a_new_account_brings_its_post(inside: Client, exit_: Campaign, ours: Organisation) -> None:
    factories.pledge(exit_, ours)
    name(inside, "waterput", "x")
    name(inside, "stays", "x", stays="on")
    assert [post.account.handle for post in Post.objects.all()] == ["waterput"]


@pytest.fixture
def bluesky(exit_: Campaign, ours: Organisation) -> Account:
    account = factories.account(ours, NetworkChoices.BLUESKY, handle="waterput.example")
    factories.post(factories.pledge(exit_, ours), account, state=State.DRAFT)
    return account


def connect(inside: Client, account: Account) -> str:
    form = {"password": "abcd-efgh-ijkl-mnop"}
    return str(inside.post(f"{HOME}{account.pk}/", form, follow=True).content.decode())


def test_a_rehearsal_connects_without_asking_anybody(
    inside: Client, bluesky: Account, settings: Settings
) -> None:
    settings.NETWORKS = "rehearsal"
    page = connect(inside, bluesky)
    bluesky.refresh_from_db()
    assert bluesky.proof == Proof.CONNECTED
    assert bluesky.network_id.startswith("did:plc:")
    assert Post.objects.get().route == Route.DIRECT
    assert bluesky.network_id in page
    assert "abcd-efgh" not in page


def test_with_networks_off_nothing_is_connected(inside: Client, bluesky: Account) -> None:
    assert "no account can be connected" in connect(inside, bluesky)
    bluesky.refresh_from_db()
    assert bluesky.connected_at is None


def test_an_account_that_changed_hands_is_not_connected_again(
    inside: Client, bluesky: Account, settings: Settings
) -> None:
    settings.NETWORKS = "rehearsal"
    other = factories.account(
        factories.organisation(), NetworkChoices.BLUESKY, network_id="did:plc:taken"
    )
    Account.objects.filter(pk=other.pk).update(network_id=_made_up("waterput.example"))
    assert "connected by another organisation already" in connect(inside, bluesky)
    assert not Credential.objects.exists()


def _made_up(handle: str) -> str:
    from coalition.web.accounts.bluesky import made_up_did

    return made_up_did(handle)


def test_erasing_forgets_the_secret_and_hands_the_posts_over(
    inside: Client, exit_: Campaign, ours: Organisation
) -> None:
    account = factories.account(ours, network_id="1234")
    keep_secret(account, {"token": "canary"}, vault=wiring.vault(), now=factories.NOW)
    post = factories.post(factories.pledge(exit_, ours), account, route=Route.DIRECT)
    inside.post(f"{HOME}{account.pk}/erase/")
    account.refresh_from_db()
    post.refresh_from_db()
    assert (Credential.objects.count(), account.connected_at) == (0, None)
    assert (post.state, post.route) == (State.APPROVED, Route.BY_HAND)


def test_the_domain_is_the_one_on_file(
    inside: Client, bluesky: Account, ours: Organisation
) -> None:
    Account.objects.filter(pk=bluesky.pk).update(
        handle="old.bsky.social", network_id="did:plc:abc", connected_at=factories.NOW
    )
    page = inside.get(f"{HOME}{bluesky.pk}/").content.decode()
    assert f"_atproto.{ours.domain}  TXT  did=did:plc:abc" in page
    assert f"https://{ours.domain}/.well-known/atproto-did" in page


def test_a_name_that_is_only_claimed_is_not_called_proved(
    inside: Client, bluesky: Account, ours: Organisation
) -> None:
    Account.objects.filter(pk=bluesky.pk).update(handle=ours.domain)
    assert "Proved. Looked at" not in inside.get(f"{HOME}{bluesky.pk}/").content.decode()
    Account.objects.filter(pk=bluesky.pk).update(proof=Proof.DOMAIN, proof_checked_at=factories.NOW)
    assert "Proved. Looked at" in inside.get(f"{HOME}{bluesky.pk}/").content.decode()
