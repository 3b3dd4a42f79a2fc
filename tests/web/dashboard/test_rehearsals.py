"""A rehearsal's pages: red first, texts only as they were, and nothing started by looking."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.publishing.models import Post
from coalition.publishing.rehearsed import Rehearsal
from tests import factories
from tests.factories import NOW, T


def stored(campaign: Campaign, *fates: str) -> Rehearsal:
    report = factories.report()
    for number, fate in enumerate(fates):
        organisation = factories.organisation(f"Stichting {number}")
        post = factories.post(factories.pledge(campaign, organisation), text=f"Words {number}.")
        report["lines"] += factories.report(post, fate=fate)["lines"]
    return Rehearsal.objects.create(
        campaign=campaign,
        about_exit_at=T,
        asked_at=NOW,
        started_at=NOW,
        ended_at=NOW,
        report=report,
    )


def seen(client: Client, of: Rehearsal) -> str:
    response = client.get(reverse("dashboard:rehearsal", args=[of.campaign.slug, of.pk]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_coordinator_starts_one_and_a_second_press_is_told_so(
    inside: Client, exit_: Campaign
) -> None:
    address = reverse("dashboard:rehearsals", args=[exit_.slug])
    assert "Nothing was rehearsed yet." in inside.get(address).content.decode()
    assert "It begins within a few seconds." in inside.post(address, follow=True).content.decode()
    assert "under way already" in inside.post(address, follow=True).content.decode()
    assert Rehearsal.objects.count() == 1
    assert "It waits for a worker." in seen(inside, Rehearsal.objects.get())


def test_a_report_shows_red_first_with_what_to_do(inside: Client, exit_: Campaign) -> None:
    page = seen(inside, stored(exit_, "goes", "not approved", "no phone"))
    order = [page.index(f"Stichting {number}") for number in (1, 2, 0)]
    assert order == sorted(order)
    assert "Ask a second person there to approve it." in page
    assert "12:00:00" in page


def test_a_text_is_shown_only_as_it_was_rehearsed(inside: Client, exit_: Campaign) -> None:
    one = stored(exit_, "goes")
    assert "Words 0." in seen(inside, one)
    Post.objects.update(text="Something else.")
    page = seen(inside, one)
    assert "It has changed since." in page
    assert "Something else." not in page


def test_what_was_erased_since_has_left_the_report(inside: Client, exit_: Campaign) -> None:
    one = stored(exit_, "goes", "goes")
    Post.objects.filter(text="Words 0.").delete()
    page = seen(inside, one)
    assert "Stichting 0" not in page
    assert "Stichting 1" in page


def test_one_of_another_campaign_is_not_there(inside: Client, exit_: Campaign) -> None:
    other = stored(factories.campaign())
    address = reverse("dashboard:rehearsal", args=[exit_.slug, other.pk])
    assert inside.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_report_takes_a_fixed_number_of_queries(
    count: int,
    inside: Client,
    exit_: Campaign,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    one = stored(exit_, *["goes"] * count)
    with django_assert_num_queries(8):
        seen(inside, one)
