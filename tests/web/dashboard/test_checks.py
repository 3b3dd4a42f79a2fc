"""What the readiness board says of the checks."""

from django.test import Client
from django.urls import reverse

from coalition.campaigns.models import Campaign
from coalition.publishing.checked import Checkup, Colour, Finding, Occasion, What
from tests import factories
from tests.factories import NOW


def test_the_board_shows_when_it_was_checked_and_what_to_do(
    inside: Client, exit_: Campaign
) -> None:
    post = factories.post(factories.pledge(exit_, factories.organisation("Waterput")))
    checkup = Checkup.objects.create(
        campaign=exit_,
        date_sequence=exit_.date_sequence,
        occasion=Occasion.DAY,
        asked_at=NOW,
        ended_at=NOW,
        accounts=3,
    )
    for what, colour in ((What.SIGN_IN, Colour.FAILS), (What.TEXT, Colour.READY)):
        Finding.objects.create(
            checkup=checkup,
            organisation=post.account.organisation,
            account=post.account,
            what=what,
            colour=colour,
            detail="<b>wrong</b>",
        )
    address = reverse("dashboard:readiness", args=[exit_.slug])
    page = " ".join(inside.get(address).content.decode().split())
    assert "Checked on 4 January at 10:00:00 (24 hours before)." in page
    assert "3 accounts were signed in to." in page
    assert "the network turns us away" in page
    assert "&lt;b&gt;wrong" in page
    assert str(What.TEXT.advice) not in page


def test_a_coordinator_asks_for_a_check_once(inside: Client, exit_: Campaign) -> None:
    address = reverse("dashboard:check", args=[exit_.slug])
    assert "It begins within a few seconds" in inside.post(address, follow=True).content.decode()
    page = inside.post(address, follow=True).content.decode()
    assert "A check is under way already" in page
    assert "A check is under way." in page
    assert Checkup.objects.count() == 1
