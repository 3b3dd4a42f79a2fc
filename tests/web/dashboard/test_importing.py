"""The import as a coordinator sees it: upload, look, apply."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from coalition.mail.models import Letter
from coalition.members.models import Organisation
from tests import factories
from tests.web.pledge.people import browser

LIST = "naam;e-mail\nWaterput;info@waterput.example\nWolkenkoor;niet goed\n"


def upload(client: Client, data: bytes = LIST.encode()) -> int:
    file = SimpleUploadedFile("leden.csv", data)
    return client.post(reverse("dashboard:import"), {"file": file}).status_code


def review(client: Client) -> tuple[str, str]:
    """The page, and the digest on it."""
    page = client.get(reverse("dashboard:import_review")).content.decode()
    return page, page.partition('name="digest" value="')[2].partition('"')[0]


def test_a_list_is_uploaded_looked_at_and_applied(inside: Client) -> None:
    assert upload(inside) == 302
    page, digest = review(inside)
    assert "Row 3, contact_email: “niet goed” is not an e-mail address" in page
    assert Organisation.objects.count() == 0
    response = inside.post(reverse("dashboard:import_review"), {"digest": digest}, follow=True)
    assert "Done: 1 new, 0 changed." in response.content.decode()
    assert [one.name for one in Organisation.objects.all()] == ["Waterput"]
    assert Letter.objects.count() == 0


def test_applying_twice_does_it_once(inside: Client) -> None:
    upload(inside)
    _page, digest = review(inside)
    for _ in range(2):
        inside.post(reverse("dashboard:import_review"), {"digest": digest})
    assert Organisation.objects.count() == 1


def test_what_another_coordinator_changed_meanwhile_is_shown_before_anything_is_done(
    inside: Client,
) -> None:
    upload(inside)
    _page, digest = review(inside)
    factories.organisation("Waterput", domain="")
    response = inside.post(reverse("dashboard:import_review"), {"digest": digest})
    page = response.content.decode()
    assert "The list has changed since you looked" in page
    assert "changed" in page
    assert Organisation.objects.get().contact_email != "info@waterput.example"


def test_without_the_digest_nothing_is_applied(inside: Client) -> None:
    upload(inside)
    inside.post(reverse("dashboard:import_review"))
    assert Organisation.objects.count() == 0


@pytest.mark.parametrize("data", [b"naam\n", b"\x00\x01\x02", b""])
def test_a_file_that_is_no_list_is_refused_on_the_form(inside: Client, data: bytes) -> None:
    assert upload(inside, data) == 422


def test_nothing_to_look_at_leads_back_to_the_upload(inside: Client) -> None:
    response = inside.get(reverse("dashboard:import_review"), follow=True)
    assert "Upload it again" in response.content.decode()


def test_one_coordinators_list_is_not_anothers(inside: Client) -> None:
    upload(inside)
    other = browser(factories.coordinator())
    assert other.get(reverse("dashboard:import_review")).status_code == 302


ODD = "Vzw-naam;Wie bellen;Kleur\nDe Denkbeeldige Waterput;An Peeters;blauw\n"


def test_what_the_columns_mean_is_chosen_once_and_remembered(inside: Client) -> None:
    upload(inside, ODD.encode())
    asked = inside.get(reverse("dashboard:import_review"), follow=True).content.decode()
    assert "De Denkbeeldige Waterput" in asked
    assert "leave it out" in asked
    nothing = inside.post(reverse("dashboard:import_columns"), {}, follow=True)
    assert "No column is called “name”" in nothing.content.decode()
    chosen = {"column-0": "name", "column-1": "contact_name", "column-2": "nonsense"}
    inside.post(reverse("dashboard:import_columns"), chosen)
    upload(inside, ODD.encode())
    page = inside.get(reverse("dashboard:import_review")).content.decode()
    assert "Apply 1 row" in page
    assert "An Peeters" in page
    assert "left aside: Kleur" in page
    assert (Organisation.objects.count(), Letter.objects.count()) == (0, 0)


def test_two_columns_that_mean_the_same_ask_which(inside: Client) -> None:
    upload(inside, b"naam;nom\nA;B\n")
    asked = inside.get(reverse("dashboard:import_review"), follow=True).content.decode()
    assert "Two columns both mean “name”" in asked
    inside.post(reverse("dashboard:import_columns"), {"column-1": "name"})
    page = inside.get(reverse("dashboard:import_review")).content.decode()
    assert ">B</th>" in page
