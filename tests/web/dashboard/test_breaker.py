"""A network refused our app; once the reason is gone, a coordinator lets it post again."""

from django.test import Client
from django.urls import reverse

from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.members.models import User
from coalition.members.states import NetworkChoices, Route
from coalition.publishing.breaker import open_breaker
from coalition.publishing.models import Breaker, Post
from tests import factories


def test_a_breaker_is_closed_by_a_person_once_and_the_journal_says_who(
    inside: Client, exit_: Campaign
) -> None:
    factories.direct(factories.pledge(exit_), NetworkChoices.X)
    open_breaker("x", "402 no credits left", now=factories.NOW)
    address = reverse("dashboard:breaker", args=[exit_.slug])
    wall = inside.get(reverse("dashboard:day", args=[exit_.slug])).content.decode()
    assert address in wall
    assert "402 no credits left" in inside.get(address).content.decode()
    assert Breaker.objects.filter(closed_at__isnull=True).exists()  # a look closes nothing
    inside.post(address, {"network": "x"})
    inside.post(address, {"network": "x"})  # a second coordinator, or a double click
    assert not Breaker.objects.filter(closed_at__isnull=True).exists()
    (entry,) = Entry.objects.filter(verb="breaker closed")
    assert (entry.actor, entry.campaign_id) == (
        User.objects.get(coordinator__isnull=False).number,
        exit_.pk,
    )
    assert Post.objects.get().route == Route.BY_HAND  # its people were told: it stays with them
    assert "No network holds us back" in inside.get(address).content.decode()
