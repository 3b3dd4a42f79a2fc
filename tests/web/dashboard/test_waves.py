"""Who leaves when, chosen on the page of the hour."""

import pytest
from django.test import Client
from django.urls import reverse

from coalition.campaigns.actions import Waves
from coalition.campaigns.models import Campaign
from coalition.pledges.models import Pledge
from coalition.publishing.states import State
from tests import factories


def test_waves_are_looked_at_first_and_then_the_whole_plan_is_one_act(
    inside: Client, exit_: Campaign
) -> None:
    first, _other = factories.pledge(exit_), factories.pledge(exit_)
    address = reverse("dashboard:date", args=[exit_.slug])
    plan = {
        "day": "2027-01-20",
        "time": "12:00",
        "first": str(first.organisation_id),
        "members_after_minutes": "5",
        "spread_minutes": "10",
        "farewell_after_announcement": "on",
    }
    page = inside.post(address, plan).content.decode()
    assert "5 minutes later, spread over 10 minutes" in page
    assert Waves.of(Campaign.objects.get()) == Waves()
    for name, value in plan.items():  # what is asked again is what was chosen
        assert f'name="{name}" value="{value}"' in page
    inside.post(address, {**plan, "sure": "yes"})
    after = Campaign.objects.get()
    assert (Waves.of(after), after.date_sequence) == (Waves(5, 10, True), 2)
    assert Pledge.objects.get(goes_first=True) == first
    page = inside.get(address).content.decode()
    assert 'name="spread_minutes" value="10"' in page


def test_the_boards_name_each_organisations_own_minute(inside: Client, exit_: Campaign) -> None:
    pledge = factories.pledge(exit_)
    factories.post(pledge, state=State.MISSED)
    pages = [reverse(f"dashboard:{name}", args=[exit_.slug]) for name in ("readiness", "day")]
    own = "12:07"
    assert [own in inside.get(page).content.decode() for page in pages] == [False, False]
    Campaign.objects.update(members_after_minutes=7)
    assert [own in inside.get(page).content.decode() for page in pages] == [True, True]


@pytest.mark.parametrize("minutes", ["-1", "241", "many"])
def test_minutes_that_can_not_be_are_refused(minutes: str, inside: Client, exit_: Campaign) -> None:
    address = reverse("dashboard:date", args=[exit_.slug])
    plan = {"day": "2027-01-20", "time": "12:00", "spread_minutes": minutes, "sure": "yes"}
    assert inside.post(address, plan).status_code == 422
    assert Waves.of(Campaign.objects.get()) == Waves()
