"""The outbox: what was written and how far it came; nobody's secret link."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.pledges.invitations import invite, token_of
from coalition.pledges.models import Invitation
from tests import factories


@pytest.fixture
def invitation(exit_: Campaign) -> Invitation:
    return invite(exit_, factories.organisation(), actor=factories.person(), now=factories.NOW)


def test_a_letter_is_listed_with_how_far_it_came(inside: Client, invitation: Invitation) -> None:
    listed = inside.get(reverse("dashboard:letters")).content.decode()
    assert invitation.email in listed
    assert "waiting to be sent" in listed


def test_a_letter_shows_its_words_without_its_secret_link(
    inside: Client, invitation: Invitation
) -> None:
    shown = inside.get(reverse("dashboard:letter", args=[Letter.objects.get().pk]))
    text = shown.content.decode()
    assert token_of(invitation) not in text
    assert "[[link]]" not in text
    assert "only its reader sees it" in text


def test_the_demo_shows_the_link_for_there_is_no_mailbox_to_look_in(
    inside: Client, invitation: Invitation, settings: Settings
) -> None:
    settings.EMBEDDED, settings.NETWORKS = True, "rehearsal"
    shown = inside.get(reverse("dashboard:letter", args=[Letter.objects.get().pk]))
    assert token_of(invitation) in shown.content.decode()


def test_a_letter_found_halfway_goes_again_only_when_a_person_says_so(
    inside: Client, invitation: Invitation
) -> None:
    Letter.objects.update(sending_at=invitation.invited_at)
    letter = Letter.objects.get()
    listed = inside.get(reverse("dashboard:letters")).content.decode()
    assert "perhaps sent: somebody must look" in listed
    Letter.objects.update(sending_at="2026-01-01T00:00Z")
    inside.post(reverse("dashboard:letter_again", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.sending_at is None


def test_a_letter_that_went_does_not_go_again(inside: Client, invitation: Invitation) -> None:
    Letter.objects.update(sending_at=invitation.invited_at, sent_at=invitation.invited_at)
    letter = Letter.objects.get()
    inside.post(reverse("dashboard:letter_again", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.sent_at is not None


def test_a_letter_that_came_back_is_noted_once_and_only_when_it_had_gone(
    inside: Client, invitation: Invitation
) -> None:
    letter = Letter.objects.get()
    came_back = reverse("dashboard:letter_bounced", args=[letter.pk])
    inside.post(came_back)
    assert not Letter.objects.exclude(bounced_at=None).exists()
    Letter.objects.update(sending_at=invitation.invited_at, sent_at=invitation.invited_at)
    inside.post(came_back)
    shown = inside.post(came_back, follow=True).content.decode()
    letter.refresh_from_db()
    assert letter.bounced_at == factories.NOW
    assert "came back" in shown
    assert "It came back" not in shown, "nothing is left to press"
