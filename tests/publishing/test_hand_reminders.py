"""Reminders for who posts by hand: each once a person and moment, and none that isn't needed."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from coalition.campaigns.actions import call_off, stop
from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.members.models import User
from coalition.members.states import Language, NetworkChoices, Route
from coalition.pledges.actions import withdraw
from coalition.pledges.dates import announce_date
from coalition.pledges.models import Pledge
from coalition.publishing.actions import prove_by_hand
from coalition.publishing.hand_reminders import MOMENTS, remind_hands
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.database import at_once
from tests.factories import NOW, T
from tests.publishing.test_people import x_link

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def post() -> Post:
    """By hand, approved a month ago; one person to write to, and go is said."""
    campaign = factories.going()
    one = factories.organisation("Waterput", language="en")
    factories.representative(one)
    User.objects.update(language="en")
    return factories.post(factories.pledge(campaign, one), approved_at=T - timedelta(days=30))


def moments() -> list[str]:
    """The letters so far, by the moment in their key."""
    keys = Letter.objects.filter(kind="by-hand").order_by("pk").values_list("key", flat=True)
    return [key.split(":")[2].split("/")[1] for key in keys]


def walk(until: datetime, since: datetime = T - timedelta(days=8)) -> None:
    """A turn every few hours, and every five minutes around the hour."""
    at = since
    while at <= until:
        remind_hands(at)
        near = any(abs(at - hour) <= timedelta(hours=3) for hour in (T, T + timedelta(days=10)))
        at += timedelta(minutes=5) if near else timedelta(hours=3)


def test_each_moment_has_its_letter_once(post: Post) -> None:
    walk(T + timedelta(days=3))
    assert moments() == ["7d", "24h", "1h", "5min", "after", "next day"]
    assert post.reminded == ""


def test_a_post_that_was_reminded_of_is_not_looked_at_again(post: Post) -> None:
    del post
    at = T - timedelta(minutes=5)
    assert [remind_hands(at + n * SECOND) for n in range(3)] == [1, 0, 0]


@pytest.mark.parametrize("moment", MOMENTS, ids=[one.name for one in MOMENTS])
def test_a_moment_begins_and_ends_to_the_second(post: Post, moment: object) -> None:
    del post
    found = next(one for one in MOMENTS if one is moment)
    remind_hands(T + found.begins - SECOND / 1000)
    assert found.name not in moments()
    Post.objects.update(reminded="")
    remind_hands(T + found.ends)
    assert found.name not in moments()
    remind_hands(T + found.ends - SECOND)
    remind_hands(T + found.begins)
    assert moments().count(found.name) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"route": Route.DIRECT, "record": "{}", "record_key": "k"},
        {"state": State.DRAFT},
        {"state": State.UNCERTAIN},
        {"state": State.PUBLISHED, "network_post_id": "1", "published_at": T},
        {"state": State.CANCELLED},
        {"approved_for": T - timedelta(days=1)},
        {"approved_sequence": 99},
    ],
    ids=str,
)
def test_only_what_waits_for_a_hand_is_written_about(post: Post, change: dict[str, object]) -> None:
    Post.objects.filter(pk=post.pk).update(**change)
    walk(T + timedelta(days=3))
    assert moments() == []


def proved(post: Post) -> None:
    prove_by_hand(post, x_link(post), actor=factories.person(), now=T + timedelta(minutes=5))


ENDINGS: dict[str, Callable[[Post], object]] = {
    "withdrawn": lambda post: withdraw(post.pledge, actor=factories.person(), now=NOW),
    "condition lost": lambda _post: Pledge.objects.update(holds_since=None),
    "stopped": lambda post: stop(post.campaign, actor=factories.person(), now=NOW),
    "called off": lambda post: call_off(post.campaign, actor=factories.person(), now=NOW),
    "no-go": lambda _post: Campaign.objects.update(go_at=None, no_go_at=NOW),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_letters_end_where_it_ends(post: Post, ending: str) -> None:
    walk(T - timedelta(hours=2))
    assert moments() == ["7d", "24h"]
    ENDINGS[ending](post)
    walk(T + timedelta(days=3), T - timedelta(hours=2))
    assert moments() == ["7d", "24h"]


def test_what_is_proved_is_not_asked_for(post: Post) -> None:
    walk(T)
    proved(post)
    walk(T + timedelta(days=3), T)
    assert moments() == ["7d", "24h", "1h", "5min"]


def test_without_go_nobody_is_called_to_the_phone(post: Post) -> None:
    del post
    Campaign.objects.update(go_at=None)
    walk(T + timedelta(days=3))
    assert moments() == ["7d", "24h", "1h"]


def test_a_moved_hour_counts_anew_once_it_is_approved_again(post: Post) -> None:
    walk(T - timedelta(hours=2))
    later = T + timedelta(days=10)
    now = T - timedelta(hours=2)
    announce_date(post.campaign, later, actor=factories.person(), now=now)
    walk(later - timedelta(days=1), now)
    assert moments() == ["7d", "24h"]  # nothing is approved for the new hour
    campaign = Campaign.objects.get()
    Post.objects.update(
        approved_for=later, approved_sequence=campaign.date_sequence, approved_at=now
    )
    Campaign.objects.update(go_at=now)
    walk(later + timedelta(days=3), later - timedelta(days=8))
    assert moments()[2:] == ["7d", "24h", "1h", "5min", "after", "next day"]


def test_each_wave_has_its_own_minute(post: Post) -> None:
    Campaign.objects.update(members_after_minutes=20)
    remind_hands(T - timedelta(minutes=5))
    assert moments() == []
    remind_hands(T + timedelta(minutes=15))
    [letter] = Letter.objects.all()
    assert letter.subject == "At 12:20 it is your turn: open your page now, Waterput"
    assert f"/en/member/{post.account.organisation.slug}/posts/{post.pk}/by-hand/" in letter.text


def test_who_has_just_approved_is_not_told_what_they_know(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(approved_at=T - timedelta(minutes=50))
    walk(T, T - timedelta(minutes=50))
    assert moments() == ["5min"]


def test_a_desk_that_slept_makes_up_for_nothing(post: Post) -> None:
    del post
    remind_hands(T + timedelta(minutes=2))
    assert moments() == []


def test_one_letter_for_posts_of_one_minute_and_another_for_another(post: Post) -> None:
    one = post.account.organisation
    home = factories.account(one, NetworkChoices.BLUESKY, handle="waterput.example")
    old = {"approved_at": T - timedelta(days=30)}
    factories.post(post.pledge, home, **old)
    factories.post(post.pledge, factories.account(one), offset_seconds=60, **old)
    walk(T - timedelta(minutes=1), T - timedelta(minutes=6))
    remind_hands(T - timedelta(minutes=4))
    both, alone = Letter.objects.filter(subject__startswith="At").order_by("subject")
    assert (both.text.count("\n– "), alone.text.count("\n– ")) == (2, 1)
    assert "@waterput.example" in both.text
    assert both.text.count("http://testserver/en/member/") == 1
    assert f"{one.slug}/\n" in both.text


def test_everybody_is_written_to_in_their_own_language_and_without_people_the_contact(
    post: Post,
) -> None:
    factories.representative(post.account.organisation)
    User.objects.exclude(representations=None).order_by("-pk").update(language="de")
    silent = factories.organisation(language=Language.FR, contact_email="post@lampe.example")
    factories.post(factories.pledge(post.campaign, silent), approved_at=T - timedelta(days=30))
    remind_hands(T - timedelta(minutes=5))
    assert sorted(Letter.objects.values_list("language", flat=True)) == ["de", "de", "fr"]
    assert Letter.objects.get(language="fr").to == "post@lampe.example"


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_letter_fits_the_longest_name_and_leads_to_the_page(
    post: Post, language: str
) -> None:
    one = post.account.organisation
    type(one).objects.update(name="W" * 160)
    User.objects.update(language=language)
    walk(T + timedelta(days=3))
    letters = list(Letter.objects.filter(kind="by-hand"))
    assert len(letters) == len(MOMENTS)
    for letter in letters:
        assert 0 < len(letter.subject) <= 200
        assert f'<a href="http://testserver/{language}/member/{one.slug}/posts/' in letter.html
        assert post.text not in letter.text  # whose words these are stays on the page


@pytest.mark.usefixtures("committed")
def test_two_desks_at_once_write_each_letter_once(post: Post) -> None:
    for _ in range(20):
        pledge = factories.pledge(post.campaign)
        factories.representative(pledge.organisation)
        factories.post(pledge, approved_at=T - timedelta(days=30))
    together = threading.Barrier(2)

    def desk() -> None:
        together.wait()
        remind_hands(T - timedelta(minutes=5))

    at_once(desk, desk, barrier=together)
    remind_hands(T - timedelta(minutes=5))
    assert len(moments()) == len(set(Letter.objects.values_list("key", flat=True))) == 21
