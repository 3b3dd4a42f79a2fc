"""What a member sees of the freeze, and what a coordinator can do about one text."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.publishing.models import Post
from tests import factories
from tests.factories import T
from tests.web.pledge.people import browser


@pytest.fixture
def post(exit_: Campaign, ours: Organisation) -> Post:
    return factories.post(factories.pledge(exit_, ours))


def page(client: Client, post: Post, before: timedelta) -> str:
    with time_machine.travel(T - before, tick=False):
        response = client.get(f"/en/member/waterput/posts/{post.pk}/")
    return " ".join(response.content.decode().split())


def test_before_it_the_page_says_until_when(inside: Client, post: Post) -> None:
    seen = page(inside, post, timedelta(days=2))
    assert "You can change it until 19 January, 12:00." in seen
    assert "<textarea" in seen


def test_in_it_the_page_says_what_can_still_be_done_and_offers_no_form(
    inside: Client, post: Post
) -> None:
    seen = page(inside, post, timedelta(hours=5))
    assert "Texts are frozen since 19 January, 12:00." in seen
    assert "You can still approve them, take the approval back, or withdraw." in seen
    assert "<textarea" not in seen
    assert post.text in seen


def test_a_form_that_was_open_when_it_froze_is_refused_in_one_sentence(
    inside: Client, post: Post
) -> None:
    with time_machine.travel(T - timedelta(hours=5), tick=False):
        response = inside.post(f"/en/member/waterput/posts/{post.pk}/", {"text": "Too late."})
    assert "Texts are frozen. Ask a coordinator" in response.content.decode()
    assert Post.objects.get().text == post.text


def test_a_coordinator_opens_it_and_freezes_it_again(inside: Client, post: Post) -> None:
    boss = browser(factories.coordinator())
    address = f"/en/dashboard/{post.campaign.slug}/day/posts/{post.pk}/"
    with time_machine.travel(T - timedelta(hours=5), tick=False):
        assert "Let them change the text" in boss.get(address).content.decode()
        told = boss.post(address, {"do": "thaw"}, follow=True).content.decode()
    assert "Freeze it again" in told
    seen = page(inside, post, timedelta(hours=4))
    assert "A coordinator opened this text for you." in seen
    assert "<textarea" in seen
    with time_machine.travel(T - timedelta(hours=3), tick=False):
        boss.post(address, {"do": "freeze"})
    assert "<textarea" not in page(inside, post, timedelta(hours=2))


def test_who_joined_after_it_is_told_until_when_they_can_write(inside: Client, post: Post) -> None:
    post.pledge.answered_at = T - timedelta(hours=6)
    post.pledge.save(update_fields=["answered_at"])
    seen = page(inside, post, timedelta(hours=5))
    assert "You joined after that, so you can still write." in seen
    assert "<textarea" in seen
