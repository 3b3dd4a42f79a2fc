"""The dashboard's door, beside what tests/web/test_doors.py says of every address."""

from django.test import Client
from django.urls import reverse

from coalition.campaigns.models import Campaign


def test_an_unknown_name_is_not_there_for_a_coordinator_either(inside: Client) -> None:
    for address in ("nowhere/", "nowhere/board/", "members/nobody/", "nowhere/day/posts/1/"):
        assert inside.get(f"/en/dashboard/{address}").status_code == 404


def test_pages_of_the_dashboard_are_kept_by_nobody(inside: Client, exit_: Campaign) -> None:
    response = inside.get(reverse("dashboard:board", args=[exit_.slug]))
    assert "no-store" in response["Cache-Control"]
