import pytest

from coalition.campaigns.models import Campaign
from coalition.management.demo.load import load
from coalition.press.embargo import public_from
from coalition.press.queries import links_of, room_of
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_press_kit_that_waits_for_t_and_a_quote_that_waits_for_its_yes() -> None:
    load(exit_at=T, now=NOW)
    campaign = Campaign.objects.get()
    room = room_of(campaign)
    assert room
    assert public_from(campaign) == T
    assert (len(room.statements), len(room.voices), len(room.logos)) == (4, 2, 2)
    assert room.kit.quotes.count() == 3
    assert len(links_of(room.kit)) == 1
