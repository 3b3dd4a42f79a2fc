"""A link that was kept while X was silent is asked about again, until X shows whose it is."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pytest_django import Settings

from coalition import wiring
from coalition.mail.models import Letter
from coalition.publishing.models import Post
from coalition.publishing.states import State
from coalition.publishing.unseen import look_at_links
from tests import factories
from tests.fakex.seen import FakeUser
from tests.fakex.server import FakeX

pytestmark = pytest.mark.django_db
A_WHILE = timedelta(minutes=10)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def x(settings: Settings, fake_x: FakeX) -> FakeX:
    settings.NETWORKS, settings.X_PUBLISH = "live", fake_x.url
    return fake_x


def kept(x: FakeX, user: FakeUser, now: datetime, handle: str = "waterput") -> Post:
    """A post that `user` made and whose link was kept unseen, as one of @waterput."""
    answer = httpx.post(f"{x.url}/2/tweets", json={"text": "Dag!"}, headers=x.issue(user).headers)
    number = answer.json()["data"]["id"]
    pledge = factories.pledge(factories.going(exit_at=now))
    return factories.post(
        pledge,
        factories.account(pledge.organisation, handle=handle),
        state=State.PUBLISHED,
        network_post_id=number,
        url=f"https://x.com/{handle}/status/{number}",
        published_at=now,
    )


def test_once_x_shows_it_as_theirs_it_is_proved(x: FakeX, now: datetime) -> None:
    post = kept(x, x.add_user("Waterput"), now)
    assert [look_at_links(wiring.whose_on_x, now=now) for _ in range(2)] == [1, 0]
    post.refresh_from_db()
    assert post.seen_at == now


def test_a_silent_x_is_asked_again_after_a_while_and_no_sooner(x: FakeX, now: datetime) -> None:
    kept(x, x.add_user("Waterput"), now)
    x.arm("status", on="oembed", status=503)
    soon = now + A_WHILE - timedelta(seconds=1)
    looks = [look_at_links(wiring.whose_on_x, now=at) for at in (now, soon, now + A_WHILE)]
    assert looks == [0, 0, 1]


def test_what_x_shows_to_nobody_is_asked_about_for_three_days(x: FakeX, now: datetime) -> None:
    waterput = x.add_user("Waterput")
    kept(x, waterput, now)
    x.suspend(waterput)
    late = now + timedelta(days=3)
    assert [look_at_links(wiring.whose_on_x, now=at) for at in (now, late)] == [0, 0]
    asked = [request for request in x.requests() if request["path"] == "/oembed"]
    assert len(asked) == 1


def test_coordinators_hear_once_when_it_is_somebody_elses(x: FakeX, now: datetime) -> None:
    boss = factories.coordinator()
    post = kept(x, x.add_user("stranger"), now)
    for at in (now, now + A_WHILE, now + timedelta(days=2)):
        assert look_at_links(wiring.whose_on_x, now=at) == 0
    [letter] = Letter.objects.all()
    assert letter.to == boss.email
    assert "@stranger" in letter.text
    assert post.url in letter.text
    post.refresh_from_db()
    assert (post.state, post.seen_at) == (State.PUBLISHED, None)


@pytest.mark.parametrize(
    "change",
    [
        {"route": "direct", "record": "{}", "record_key": "k"},
        {"network": "bluesky"},
        {"seen_at": factories.NOW},
    ],
    ids=str,
)
def test_others_are_not_asked_about(x: FakeX, now: datetime, change: dict[str, object]) -> None:
    post = kept(x, x.add_user("Waterput"), now)
    Post.objects.filter(pk=post.pk).update(**change)
    look_at_links(wiring.whose_on_x, now=now)
    assert "/oembed" not in [request["path"] for request in x.requests()]
