"""The import as a coordinator sees it: upload, look, apply."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from coalition.mail.models import Letter
from coalition.members.models import Organisation
from tests import factories

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


@pytest.mark.parametrize("data", [b"naam\n", b"\x00\x01\x02", b"a,b\n1,2\n"])
def test_a_file_that_is_no_list_is_refused_on_the_form(inside: Client, data: bytes) -> None:
    assert upload(inside, data) == 422


def test_nothing_to_look_at_leads_back_to_the_upload(inside: Client) -> None:
    response = inside.get(reverse("dashboard:import_review"), follow=True)
    assert "Upload it again" in response.content.decode()


def test_one_coordinators_list_is_not_anothers(inside: Client) -> None:
    upload(inside)
    other = Client()
    other.force_login(
        factories.coordinator(), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert other.get(reverse("dashboard:import_review")).status_code == 302
