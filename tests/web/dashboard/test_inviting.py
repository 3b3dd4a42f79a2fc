"""Inviting: many at once, each once; and reminding."""

from datetime import timedelta

import time_machine
from django.test import Client
from django.urls import reverse

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.pledges.models import Invitation
from tests import factories


def page(client: Client, exit_: Campaign) -> tuple[str, str]:
    """The page, and when it was made."""
    text = client.get(reverse("dashboard:invitations", args=[exit_.slug])).content.decode()
    return text, text.partition('name="seen" value="')[2].partition('"')[0]


def test_those_that_are_chosen_are_invited_and_a_double_click_writes_once(
    inside: Client, exit_: Campaign
) -> None:
    chosen = [factories.organisation().slug for _ in range(3)]
    factories.organisation()
    _text, seen = page(inside, exit_)
    address = reverse("dashboard:invitations", args=[exit_.slug])
    inside.post(address, {"organisation": chosen, "seen": seen})
    said = inside.post(address, {"organisation": chosen, "seen": seen}, follow=True)
    assert Invitation.objects.count() == Letter.objects.count() == 3
    assert "3 had just been invited" in said.content.decode()


def test_those_not_invited_yet_are_chosen_already(inside: Client, exit_: Campaign) -> None:
    one, other = factories.organisation(), factories.organisation()
    inside.post(reverse("dashboard:invite", args=[exit_.slug, one.slug]))
    text, _seen = page(inside, exit_)
    assert text.count(" checked>") == 1
    assert f'value="{other.slug}" aria-label="{other.name}" checked>' in text


def test_without_an_address_it_says_what_to_do(inside: Client, exit_: Campaign) -> None:
    one = factories.organisation(contact_email="")
    address = reverse("dashboard:invite", args=[exit_.slug, one.slug])
    said = inside.post(address, follow=True)
    assert "add its contact first" in said.content.decode()
    assert Letter.objects.count() == 0


def test_choosing_nobody_says_so(inside: Client, exit_: Campaign) -> None:
    address = reverse("dashboard:invitations", args=[exit_.slug])
    assert "Nobody was chosen" in inside.post(address, follow=True).content.decode()


def test_an_organisation_that_left_can_not_be_invited(inside: Client, exit_: Campaign) -> None:
    one = factories.organisation(left_coalition_at=factories.NOW)
    address = reverse("dashboard:invite", args=[exit_.slug, one.slug])
    assert inside.post(address).status_code == 404


def test_all_who_are_silent_are_reminded_by_one_press_and_not_twice_a_day(
    inside: Client, exit_: Campaign, clock: time_machine.Traveller
) -> None:
    for _ in range(2):
        one = factories.organisation()
        inside.post(reverse("dashboard:invite", args=[exit_.slug, one.slug]))
    press = "Remind all who have not answered"
    assert press not in page(inside, exit_)[0]
    clock.move_to(factories.NOW + timedelta(days=1))
    assert press in page(inside, exit_)[0]
    address = reverse("dashboard:remind", args=[exit_.slug])
    said = [inside.post(address, follow=True).content.decode() for _ in range(2)]
    assert "2 organisations are reminded" in said[0]
    assert said[0].count("reminded 5 Jan") == 2
    assert press not in said[0]
    assert "Nobody to remind" in said[1]
    assert Letter.objects.filter(kind="asked-again").count() == 2
