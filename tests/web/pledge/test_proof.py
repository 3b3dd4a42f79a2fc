"""A pasted link is believed when X itself shows whose the post is, or where X can't be asked."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.members.models import Organisation
from coalition.networks.x.identity import post_time
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.fakex.seen import FakeUser
from tests.fakex.server import FakeX
from tests.web.pledge.people import browser


@pytest.fixture
def x(settings: Settings, fake_x: FakeX) -> FakeX:
    settings.NETWORKS, settings.X_PUBLISH = "live", fake_x.url
    return fake_x


@pytest.fixture
def post(exit_: Campaign, ours: Organisation, clock: time_machine.Traveller) -> Post:
    """T is a minute ago, by the clock of the fake X."""
    real = datetime.fromtimestamp(time_machine.escape_hatch.time.time(), UTC)
    clock.move_to(real + timedelta(minutes=1))
    Campaign.objects.update(go_at=real, exit_at=real - timedelta(minutes=1))
    exit_.refresh_from_db()
    return factories.post(factories.pledge(exit_, ours), factories.account(ours, handle="waterput"))


@pytest.fixture
def waterput(x: FakeX) -> FakeUser:
    return x.add_user("Waterput")


def posted(x: FakeX, user: FakeUser, text: str = "Goodbye, and see you there.") -> str:
    """Somebody posts; the id."""
    answer = httpx.post(f"{x.url}/2/tweets", json={"text": text}, headers=x.issue(user).headers)
    return str(answer.json()["data"]["id"])


def pasted(client: Client, post: Post, link: str) -> str:
    where = f"/en/member/waterput/posts/{post.pk}/by-hand/"
    shown = client.post(where, {"link": link}, follow=True).content.decode()
    post.refresh_from_db()
    return str(shown)


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/waterput/status/{}?s=20",
        "https://x.com/i/web/status/{}",
        "https://mobile.twitter.com/WATERPUT/status/{}",
        "https://fixupx.com/waterput/status/{}",
        "x.com/an_older_name/status/{}",
    ],
)
def test_our_own_post_is_proved_by_x_itself_however_its_link_looks(
    inside: Client, x: FakeX, waterput: FakeUser, post: Post, link: str
) -> None:
    number = posted(x, waterput)
    assert "Proved: X itself shows it as a post of @waterput" in pasted(
        inside, post, link.format(number)
    )
    assert (post.state, post.published_at) == (State.PUBLISHED, post_time(number))
    assert post.url == f"https://x.com/waterput/status/{number}"
    assert post.seen_at
    assert Entry.objects.get(verb="proved by hand").facts["seen"] is True


def test_somebody_elses_post_under_our_name_is_refused(
    inside: Client, x: FakeX, waterput: FakeUser, post: Post
) -> None:
    del waterput
    number = posted(x, x.add_user("stranger"))
    shown = pasted(inside, post, f"https://x.com/waterput/status/{number}")
    assert "by @stranger, not by @waterput" in shown
    assert post.state == State.APPROVED


def test_what_x_does_not_show_needs_somebody_who_has_looked(
    inside: Client, x: FakeX, waterput: FakeUser, post: Post, exit_: Campaign
) -> None:
    link = f"https://x.com/waterput/status/{posted(x, waterput)}"
    x.suspend(waterput)
    assert "X shows no such post to the public" in pasted(inside, post, link)
    assert post.state == State.APPROVED
    staff = browser(factories.coordinator())
    staff.post(f"/en/dashboard/{exit_.slug}/day/posts/{post.pk}/", {"link": link})
    post.refresh_from_db()
    assert (post.state, post.seen_at) == (State.PUBLISHED, None)


@pytest.mark.parametrize("status", [429, 503])
def test_while_x_is_silent_a_link_with_our_name_is_kept_and_waits_for_proof(
    inside: Client, x: FakeX, waterput: FakeUser, post: Post, status: int
) -> None:
    number = posted(x, waterput)
    x.arm("status", on="oembed", status=status, times=2)
    unnamed = pasted(inside, post, f"https://x.com/i/web/status/{number}")
    assert "doesn&#x27;t say whose post it is" in unnamed
    shown = pasted(inside, post, f"https://x.com/waterput/status/{number}")
    assert "Waiting for proof" in shown
    assert (post.state, post.seen_at) == (State.PUBLISHED, None)


def test_off_asks_nobody(
    inside: Client, x: FakeX, waterput: FakeUser, post: Post, settings: Settings
) -> None:
    settings.NETWORKS = "off"
    pasted(inside, post, f"https://x.com/waterput/status/{posted(x, waterput)}")
    assert post.state == State.PUBLISHED
    assert "/oembed" not in [request["path"] for request in x.requests()]
