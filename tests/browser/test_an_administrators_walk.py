"""What an administrator sees in a browser: that it runs, and that nothing can be posted."""

import pytest
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation, User
from coalition.members.states import NetworkChoices
from tests import factories
from tests.browser.walking import Walks

pytestmark = pytest.mark.usefixtures("clock")


@pytest.mark.usefixtures("exit_")
def test_every_page_says_that_nothing_can_be_posted(
    walks: Walks, boss: User, settings: Settings
) -> None:
    with walks(boss) as walk:
        for networks, words in (("off", "Nothing can be posted"), ("rehearsal", "nothing is sent")):
            settings.NETWORKS = networks
            for path in ("/en/", "/en/exit/", "/en/dashboard/", "/en/dashboard/exit/day/"):
                walk.at(path)
                assert words in walk.page.get_by_role("banner").inner_text()


def test_without_keys_no_account_can_be_connected(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    factories.pledge(exit_, ours)
    with walks(owner) as walk:
        for account in (
            factories.account(ours, handle="waterput"),
            factories.account(ours, NetworkChoices.BLUESKY, handle="waterput.example"),
        ):
            walk.at(f"/en/account/waterput/{account.pk}/").reads(
                "nothing can be connected and nothing can be posted from here."
            )
            assert walk.page.get_by_role("button", name="Connect").count() == 0


def test_a_fresh_site_has_a_page_a_way_in_and_says_that_it_is_well(walks: Walks) -> None:
    with walks() as walk:
        walk.at("/").headed("Nothing has been announced yet")
        walk.press("For organisations: sign in").reads("We send you a code by e-mail.")
        assert walk.status("/healthz") == 200
        walk.at("/en/dashboard/").headed("Sign in")
        walk.at("/en/nowhere/").headed("This page does not exist")


def test_a_first_coordinator_finds_out_on_the_screen_what_to_do(walks: Walks, boss: User) -> None:
    with walks(boss) as walk:
        walk.at("/en/dashboard/").reads("Begin with a campaign").press("New campaign")
        walk.at("/en/dashboard/members/").reads("Import a list")
        walk.at("/en/dashboard/letters/").reads("No letter yet")
