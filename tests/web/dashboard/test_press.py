"""The press kit as coordinators make it, and as a member approves what is said in its name."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from coalition.journal.models import Entry
from coalition.members.states import Role
from coalition.press.models import Logo, PressKit, Quote
from coalition.press.queries import room_of, sha256_of
from tests import factories
from tests.web.pledge.people import browser

pytestmark = pytest.mark.django_db
CONTACT = {"contact_name": "Noor", "contact_email": "pers@koepel.example"}
WORDS = {"en-title": "We leave", "en-text": "Together.\r\n\r\nToday.", "en-seen": "0"}


@pytest.fixture
def boss() -> Client:
    factories.campaign(slug="exit")
    return browser(factories.coordinator())


@pytest.fixture
def kit(boss: Client) -> PressKit:
    boss.post("/en/dashboard/exit/press/", {**CONTACT, **WORDS})
    return PressKit.objects.get()


def upload(content: bytes, name: str = "logo.png") -> dict[str, object]:
    return {"name": "Our logo", "paper": "light", "file": SimpleUploadedFile(name, content)}


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10)).save(out, "PNG")
    return out.getvalue()


def test_a_statement_is_kept_in_versions_that_name_who_wrote_them(
    boss: Client, kit: PressKit
) -> None:
    boss.post(
        "/en/dashboard/exit/press/",
        {**CONTACT, **WORDS, "en-text": "Together, today.", "en-seen": "1"},
    )
    assert [one.version for one in kit.statements.all()] == [2, 1]
    body = boss.get("/en/dashboard/exit/press/").content.decode()
    assert "Together, today." in body
    assert Entry.objects.filter(verb="statement kept").count() == 2


def test_what_was_typed_stays_when_something_is_wrong(boss: Client) -> None:
    answer = boss.post("/en/dashboard/exit/press/", {**WORDS, "day": "2027-03-28", "time": "02:30"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "That hour does not exist" in body
    assert "We leave" in body
    assert not PressKit.objects.exists()


def test_its_own_hour_is_one_of_the_campaigns_zone(boss: Client, kit: PressKit) -> None:
    hour = {"day": "2027-01-19", "time": "06:00"}
    boss.post("/en/dashboard/exit/press/", {**CONTACT, **WORDS, "en-seen": "1", **hour})
    kit.refresh_from_db()
    assert kit.public_at
    assert kit.public_at.isoformat() == "2027-01-19T05:00:00+00:00"


def test_a_logo_is_drawn_anew_and_what_is_none_is_refused_where_it_was_chosen(
    boss: Client, kit: PressKit
) -> None:
    del kit
    svg = upload(b"<svg onload='alert(1)'/>", "logo.svg")
    refused = boss.post("/en/dashboard/exit/press/logos/", svg)
    assert refused.status_code == 422
    assert "Save it as JPEG or PNG" in refused.content.decode()
    assert boss.post("/en/dashboard/exit/press/logos/", upload(png())).status_code == 302
    logo = Logo.objects.get()
    shown = boss.get(f"/en/dashboard/exit/press/logos/{logo.pk}/")
    assert (shown["Content-Type"], shown.content[:4]) == ("image/png", b"\x89PNG")
    boss.post(f"/en/dashboard/exit/press/logos/{logo.pk}/remove/")
    assert not Logo.objects.exists()


def test_a_link_can_be_copied_and_taken_back(boss: Client, kit: PressKit, client: Client) -> None:
    boss.post("/en/dashboard/exit/press/links/", {"given_to": "De Krant"})
    body = boss.get("/en/dashboard/exit/press/").content.decode()
    address = body.partition("http://testserver")[2].partition("http://testserver/en/exit/press")[2]
    address = "/en/exit/press" + address.partition("<")[0]
    assert client.get(address).status_code == 200
    boss.post(f"/en/dashboard/exit/press/links/{kit.links.get().pk}/revoke/")
    assert client.get(address).status_code == 404
    assert address not in boss.get("/en/dashboard/exit/press/").content.decode()


def test_only_the_organisation_itself_says_yes_to_its_quote(boss: Client, kit: PressKit) -> None:
    of = factories.organisation("Waterput", slug="waterput")
    said = {"organisation": of.pk, "speaker": "Mira", "en-words": "We go.", "en-function": "chair"}
    assert boss.post("/en/dashboard/exit/press/quotes/new/", said).status_code == 302
    quote = Quote.objects.get()
    where, shown = f"/en/member/waterput/quotes/{quote.pk}/approve/", {"shown": sha256_of(quote)}
    assert boss.post(where, shown).status_code == 404
    writer = browser(factories.representative(of, Role.WRITER))
    assert writer.post(where, shown).status_code == 404
    approver = browser(factories.representative(of, Role.APPROVER))
    assert "waits for your yes" in approver.get("/en/member/waterput/").content.decode()
    assert "We go." in approver.get("/en/member/waterput/quotes/").content.decode()
    approver.post(where, {"shown": "another hash"})
    assert heard() == []
    approver.post(where, shown)
    assert heard() == ["We go."]
    boss.post(f"/en/dashboard/exit/press/quotes/{quote.pk}/", {**said, "en-words": "We go!"})
    assert heard() == []
    assert kit.quotes.count() == 1


def heard() -> list[str]:
    room = room_of(PressKit.objects.get().campaign)
    assert room
    return [one.words for one in room.heard("en")]


def test_before_a_statement_there_is_nothing_to_hang_on(boss: Client) -> None:
    assert boss.get("/en/dashboard/exit/press/").status_code == 200
    assert boss.get("/en/dashboard/exit/press/quotes/new/").status_code == 404
    assert boss.post("/en/dashboard/exit/press/links/", {"given_to": "x"}).status_code == 404
