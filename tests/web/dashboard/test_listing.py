"""The dashboard's own hands: one organisation, its people, the coordinators, words, exports."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.members.importing import Fate, plan
from coalition.members.models import Coordinator, Organisation, Representative, User
from coalition.members.sheet import read
from tests import factories
from tests.web.dashboard.conftest import fill
from tests.web.pledge.people import BACKEND

FACTS = {"kind": "ngo", "membership": "member", "language": "nl"}


def test_one_more_organisation(inside: Client) -> None:
    response = inside.post(reverse("dashboard:organisation_new"), {"name": "Waterput", **FACTS})
    assert response["Location"] == reverse("dashboard:member", args=["waterput"])


def test_a_wrong_cell_is_said_at_its_field_and_what_was_typed_stays(inside: Client) -> None:
    response = inside.post(
        reverse("dashboard:organisation_new"), {"name": "Waterput", "domain": "gmail.com", **FACTS}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "belongs to everybody" in page
    assert 'value="Waterput"' in page
    assert not Organisation.objects.exists()


def test_a_correction(inside: Client) -> None:
    one = factories.organisation(name="Waterputt")
    address = reverse("dashboard:correct", args=[one.slug])
    assert 'value="Waterputt"' in inside.get(address).content.decode()
    assert inside.post(address, {"name": "Waterput", **FACTS}).status_code == 302
    assert Organisation.objects.get().name == "Waterput"


def test_its_people_go_after_a_second_look(inside: Client) -> None:
    one = factories.organisation()
    factories.representative(one)
    gone = Representative.objects.get(user=factories.representative(one))
    address = reverse("dashboard:person_remove", args=[one.slug, gone.pk])
    assert inside.get(address).status_code == 200
    assert Representative.objects.filter(removed_at__isnull=True).count() == 2
    assert inside.post(address).status_code == 302
    assert Representative.objects.filter(removed_at__isnull=True).count() == 1
    assert inside.post(address).status_code == 404


def test_coordinators_come_and_go(inside: Client, boss: User) -> None:
    new = {"name": "Second", "email": "second@koepel.example", "phone": "+32 2 1"}
    assert inside.post(reverse("dashboard:coordinators"), new).status_code == 302
    second = Coordinator.objects.get(user__email="second@koepel.example")
    address = reverse("dashboard:coordinator_remove", args=[second.pk])
    assert inside.get(address).status_code == 200
    assert inside.post(address).status_code == 302
    assert [one.user for one in Coordinator.objects.filter(removed_at__isnull=True)] == [boss]


def test_who_removes_oneself_is_out(inside: Client, boss: User) -> None:
    factories.coordinator()
    own = Coordinator.objects.get(user=boss)
    inside.post(reverse("dashboard:coordinator_remove", args=[own.pk]))
    home = reverse("dashboard:home")
    assert inside.get(home)["Location"] == f"{reverse('account_login')}?next={home}"
    inside.force_login(boss, backend=BACKEND)
    assert inside.get(home).status_code == 404


WORDS = {
    "coalition_name": "Koepel Voorbeeld",
    "platform_name": "X",
    "threshold": "3",
    "time_zone": "Europe/Brussels",
    "similarity_limit": "70",
    "erase_credentials_after_days": "14",
    "fr-name": "Partons",
    "fr-call": "Ensemble.",
}


def test_words_and_settings_change(inside: Client, exit_: Campaign) -> None:
    address = reverse("dashboard:words", args=[exit_.slug])
    assert inside.get(address).status_code == 200
    assert inside.post(address, WORDS).status_code == 302
    exit_.refresh_from_db()
    assert (exit_.threshold, exit_.similarity_limit) == (3, 70)
    assert [wording.language for wording in exit_.words.all()] == ["fr"]


def test_a_lower_threshold_may_be_met_at_once(inside: Client, exit_: Campaign) -> None:
    for _ in range(3):
        factories.pledge(exit_, factories.organisation())
    inside.post(reverse("dashboard:words", args=[exit_.slug]), WORDS)
    exit_.refresh_from_db()
    assert exit_.threshold_met_at is not None


def test_the_zone_of_a_set_hour_stays(inside: Client, exit_: Campaign) -> None:
    response = inside.post(
        reverse("dashboard:words", args=[exit_.slug]), {**WORDS, "time_zone": "Europe/Lisbon"}
    )
    assert response.status_code == 422
    assert "It stays." in response.content.decode()
    exit_.refresh_from_db()
    assert (exit_.time_zone, exit_.threshold) == ("Europe/Brussels", 20)


@pytest.mark.parametrize("slug", ["letters", "coordinators", "styleguide", "sign-in"])
def test_no_campaign_takes_the_place_of_another_page(slug: str, inside: Client) -> None:
    response = inside.post(
        reverse("dashboard:new"), {**WORDS, "slug": slug, "nl-name": "A", "nl-call": "B"}
    )
    assert response.status_code == 422
    assert "This address is taken" in response.content.decode()


def test_the_exported_list_comes_back_unchanged(inside: Client, exit_: Campaign) -> None:
    fill(exit_, 3)
    data = inside.get(reverse("dashboard:export_csv")).content
    assert {line.fate for line in plan(read(data).rows).lines} == {Fate.UNCHANGED}


def test_the_workbook_holds_everything(inside: Client, exit_: Campaign) -> None:
    fill(exit_, 3)
    book = load_workbook(BytesIO(inside.get(reverse("dashboard:export_xlsx")).content))
    assert {sheet.title: sheet.max_row for sheet in book} == {
        "organisations": 4,
        "accounts": 7,
        "people": 4,
        "pledges exit": 4,
        "posts exit": 7,
    }


@pytest.mark.parametrize("count", [1, 30])
def test_an_export_asks_the_database_the_same_few_times(
    count: int,
    inside: Client,
    exit_: Campaign,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(exit_, count)
    with django_assert_num_queries(16):
        inside.get(reverse("dashboard:export_xlsx"))
