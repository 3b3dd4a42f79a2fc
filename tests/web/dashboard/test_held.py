"""The database is older than what was sent: the wall says so, and a coordinator lets it go on."""

from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.members.states import NetworkChoices
from coalition.publishing.epoch import OLDER, is_older, keep
from coalition.publishing.models import Hold, Post
from tests import factories


def test_a_held_release_is_let_go_by_a_person_once_and_the_journal_says_who(
    inside: Client, tmp_path: Path
) -> None:
    going = factories.going(exit_at=timezone.now() - timedelta(minutes=1))
    post = factories.direct(factories.pledge(going), NetworkChoices.X)
    wall = reverse("dashboard:day", args=[going.slug])
    address = reverse("dashboard:held", args=[going.slug])
    assert address not in inside.get(wall).content.decode()
    Hold.objects.create(sent=7, known=3, opened_at=timezone.now())
    Post.objects.filter(pk=post.pk).update(state="uncertain", needs_person=True, detail=OLDER)
    shown = inside.get(wall).content.decode()
    assert address in shown
    assert OLDER in shown
    its_page = reverse("dashboard:post", args=[going.slug, post.pk])
    assert OLDER in inside.get(its_page).content.decode()
    in_dutch = inside.get(its_page.replace("/en/", "/nl/")).content.decode()
    assert "De databank is ouder" in in_dutch
    assert "We have looked" in inside.get(address).content.decode()
    assert Hold.objects.filter(ended_at=None).exists()  # a look ends nothing
    inside.post(address)
    inside.post(address)  # a second coordinator, or a double click
    assert not Hold.objects.filter(ended_at=None).exists()
    (entry,) = Entry.objects.filter(verb="release let go")
    assert entry.campaign_id == going.pk
    assert "Nothing is held back" in inside.get(address).content.decode()
    file = tmp_path / "sent"
    keep(file, 7)
    assert not is_older(file, now=timezone.now())  # it has been answered


def test_nobody_else_lets_it_go(client: Client, exit_: Campaign) -> None:
    Hold.objects.create(sent=7, known=3, opened_at=factories.NOW)
    client.force_login(factories.representative())
    client.post(reverse("dashboard:held", args=[exit_.slug]))
    assert Hold.objects.filter(ended_at=None).exists()
