"""Choosing the account that keeps the list: only one's own; and what the page says."""

import pytest
from django.test import Client
from django.urls import reverse

from coalition.campaigns.models import Campaign
from coalition.directory.models import FollowList
from coalition.members.models import Account, User
from coalition.members.states import NetworkChoices
from tests import factories
from tests.factories import NOW


@pytest.fixture
def own(boss: User) -> Account:
    home = factories.organisation("Koepel Voorbeeld")
    home.representatives.create(user=boss, added_at=NOW)
    return factories.account(home, NetworkChoices.BLUESKY, network_id="did:plc:koepel")


def at(exit_: Campaign) -> str:
    return reverse("dashboard:following", args=[exit_.slug])


def test_an_own_account_is_chosen_and_given_up(
    inside: Client, exit_: Campaign, own: Account
) -> None:
    inside.post(at(exit_), {"account": own.pk})
    assert FollowList.objects.get().account == own
    assert "It has not been written yet" in inside.get(at(exit_)).content.decode()
    inside.post(at(exit_), {"account": 0})
    assert not FollowList.objects.exists()


def test_nobody_lends_the_account_of_another_organisation(inside: Client, exit_: Campaign) -> None:
    theirs = factories.account(
        factories.organisation(), NetworkChoices.BLUESKY, network_id="did:plc:theirs"
    )
    assert inside.post(at(exit_), {"account": theirs.pk}).status_code == 422
    assert not FollowList.objects.exists()


def test_the_public_page_leads_to_the_list_that_is_kept(
    client: Client, exit_: Campaign, own: Account
) -> None:
    FollowList.objects.create(
        campaign=exit_,
        account=own,
        chosen_at=NOW,
        again_at=NOW,
        list_url="https://bsky.app/profile/did:plc:koepel/lists/k",
        pack_urls=[
            "https://bsky.app/starter-pack/did:plc:koepel/1",
            "https://bsky.app/starter-pack/did:plc:koepel/2",
        ],
    )
    page = client.get(reverse("progress", args=[exit_.slug])).content.decode()
    for path in ("profile/did:plc:koepel/lists/k", "pack/did:plc:koepel/1", "koepel/2"):
        assert f'{path}"' in page
