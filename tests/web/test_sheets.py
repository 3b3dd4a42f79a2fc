"""Paper for the day: everything on it, of nobody else, and looking changes nothing."""

import html
from collections.abc import Iterator

import pytest
import time_machine
from django.apps import apps
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.members.models import Coordinator, User
from coalition.members.states import Language, NetworkChoices, Route
from coalition.pledges.actions import withdraw
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, T
from tests.web.pledge.people import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def exit_() -> Campaign:
    return factories.campaign(
        slug="exit", contact_email="exit@koepel.example", members_after_minutes=7
    )


@pytest.fixture
def post(exit_: Campaign) -> Post:
    ours = factories.organisation("Waterput", slug="waterput")
    on = factories.account(ours, handle="waterput_x")
    return factories.post(factories.pledge(exit_, ours), on, text="We close <this> door.")


@pytest.fixture
def member(post: Post) -> Client:
    return browser(factories.representative(post.account.organisation))


@pytest.fixture
def staff() -> Client:
    boss = factories.coordinator()
    User.objects.filter(pk=boss.pk).update(name="An Voorbeeld")
    Coordinator.objects.update(phone="+32 2 555 01 23")
    return browser(boss)


def paper(client: Client, where: str = "/en/member/waterput/sheet/") -> str:
    return html.unescape(client.get(where).content.decode())


def test_one_side_has_the_hour_on_both_clocks_the_words_the_account_and_whom_to_ring(
    member: Client, staff: Client
) -> None:
    del staff
    page = paper(member)
    for words in (
        *("12:07", "Europe/Brussels", "11:07 UTC", "@waterput_x", "We close <this> door."),
        *("An Voorbeeld", "+32 2 555 01 23", "exit@koepel.example"),
        "http://testserver/en/member/waterput/",
        '<svg class="qr"',
    ):
        assert words in page


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"state": State.DRAFT}, "Not approved for this hour yet"),
        ({"approved_sequence": 99}, "Not approved for this hour yet"),
        ({"route": Route.DIRECT, "record": "{}", "record_key": "k"}, "We post this one"),
        ({}, ""),
    ],
)
def test_what_may_not_be_posted_yet_says_so(
    member: Client, post: Post, change: dict[str, object], warning: str
) -> None:
    Post.objects.filter(pk=post.pk).update(**change)
    found = [w for w in ("Not approved for this hour", "We post this one") if w in paper(member)]
    assert found == ([warning.removesuffix(" yet")] if warning else [])


def test_what_is_out_or_not_wanted_is_not_on_paper(member: Client, post: Post) -> None:
    Post.objects.update(state=State.PUBLISHED, network_post_id="1", published_at=T)
    assert "There is nothing to print yet" in paper(member)
    Post.objects.update(state=State.APPROVED)
    withdraw(post.pledge, actor=factories.person(), now=NOW)
    assert "There is nothing to print yet" in paper(member)


def test_a_picture_that_goes_along_is_to_be_saved_before(member: Client, post: Post) -> None:
    assert "Goes with a picture" not in paper(member)
    factories.picture(post)
    assert "Goes with a picture" in paper(member)


def test_all_sheets_are_each_in_its_organisations_language(
    staff: Client, post: Post, exit_: Campaign
) -> None:
    french = factories.organisation("Lampadaire", language=Language.FR)
    factories.post(factories.pledge(exit_, french), text="Nous partons.")
    page = paper(staff, "/en/dashboard/exit/sheets/")
    assert page.count('<article class="sheet"') == 2
    assert 'class="sheet" lang="fr"' in page
    assert "Nous partons." in page
    assert f"http://testserver/fr/member/{french.slug}/" in page
    assert "http://testserver/nl/member/waterput/" in page
    assert post.text in page


@pytest.mark.parametrize("count", [1, 3])
def test_all_sheets_take_as_many_queries_as_one(
    staff: Client, exit_: Campaign, count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        pledge = factories.pledge(exit_)
        for network in NetworkChoices:
            factories.post(pledge, factories.account(pledge.organisation, network))
    with django_assert_num_queries(8):  # type: ignore[operator]
        staff.get("/en/dashboard/exit/sheets/")


def test_looking_three_times_at_everything_by_hand_changes_no_row(
    member: Client, staff: Client, post: Post
) -> None:
    hand = f"/en/member/waterput/posts/{post.pk}/by-hand/"
    before = rows()
    for _ in range(3):
        for client, where in (
            *((member, hand), (member, f"{hand}calendar.ics"), (member, f"{hand}?was=x")),
            *((member, "/en/member/waterput/sheet/"), (member, "/en/member/waterput/calendar.ics")),
            (staff, "/en/dashboard/exit/sheets/"),
        ):
            for headers in ({}, {"HX-Request": "true"}):
                assert client.get(where, headers=headers).status_code == 200
                assert client.head(where, headers=headers).status_code == 200
    assert rows() == before


def rows() -> dict[str, list[str]]:
    """Every row of every table."""
    return {
        model.__name__: sorted(map(repr, model._default_manager.values_list()))
        for model in apps.get_models()
    }
