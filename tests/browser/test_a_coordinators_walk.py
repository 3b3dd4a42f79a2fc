"""What a coordinator does before the hour is set, step by step: by role, label and word."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from openpyxl import Workbook

from coalition.campaigns.models import Campaign
from coalition.joining.opening import open_link
from coalition.mail.actions import post_letters
from coalition.mail.models import Letter
from coalition.members.models import Organisation, User
from coalition.pledges.actions import Wait, withdraw
from coalition.pledges.states import Answer, ConditionKind
from tests import factories
from tests.browser.walking import Walk, Walks
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/en/dashboard/exit/"
SAID = {
    "nl": ("Nederlands", "Samen weg", "Wij gaan samen."),
    "fr": ("Français", "Partir ensemble", "Nous partons ensemble."),
    "de": ("Deutsch", "Gemeinsam gehen", "Wir gehen gemeinsam."),
    "en": ("English", "Leaving X together", "We leave together."),
}
LIST = (
    ("name", "domain", "contact_phone", "contact_email"),
    ("Nieuw", "nieuw.example", "", ""),
    ("Oud", "oud.example", "+32 2 555 00 00", ""),
    ("Nieuw", "nieuw.example", "", ""),
    ("Krom", "krom.example", "", "not an address"),
)


@pytest.fixture
def gathering(boss: User) -> Campaign:
    """It has no hour yet."""
    del boss
    return factories.campaign(slug="exit", threshold=2, exit_at=None)


def test_1_creates_the_campaign_in_four_languages_and_nothing_is_public_before_it_is_opened(
    walks: Walks, boss: User
) -> None:
    with walks(boss) as walk:
        walk.at("/en/dashboard/new/")
        walk.fill(Name_of_the_coalition="Koepel Voorbeeld", Address="exit", Threshold="20")
        walk.fill(Time_zone="Europe/Lisbon")
        for language, name, call in SAID.values():
            summary = walk.page.get_by_text(language, exact=True)
            part = walk.page.get_by_role("group").filter(has=summary)
            if not part.get_by_label("Name").is_visible():
                summary.click()
            part.get_by_label("Name").fill(name)
            part.get_by_label("Call").fill(call)
            part.get_by_label("Why").fill(f"{call} Because.")
        walk.press("Create the draft").headed("Leaving X together")
        walk.reads("Threshold 20: not met yet", "A draft: nothing is public.")
        assert {walk.status(f"/{code}/exit/") for code in SAID} == {404}
        walk.press("Words and settings")
        assert walk.field("Time zone").input_value() == "Europe/Lisbon"
        assert walk.page.locator("#id_de-why").input_value() == "Wir gehen gemeinsam. Because."
        walk.at(HERE).press("Open the campaign").press("Open it").reads("gathering pledges")
        for code, (_language, _name, call) in SAID.items():
            assert call in walk.ask(f"/{code}/exit/").text()


def csv(folder: Path) -> Path:
    sheet = folder / "members.csv"
    sheet.write_text("\n".join(",".join(row) for row in LIST))
    return sheet


def workbook(folder: Path) -> Path:
    book, out = Workbook(), BytesIO()
    for row in LIST:
        book.active.append(row)
    book.save(out)
    sheet = folder / "members.xlsx"
    sheet.write_bytes(out.getvalue())
    return sheet


@pytest.mark.usefixtures("gathering")
def test_2_imports_the_list_after_reading_row_by_row_what_would_happen(
    walks: Walks, boss: User, tmp_path: Path
) -> None:
    factories.organisation("Oud", slug="oud", domain="oud.example", contact_phone="1")
    with walks(boss) as walk:
        for sheet in (workbook(tmp_path), csv(tmp_path)):
            walk.at("/en/dashboard/import/")
            walk.page.get_by_label("Member list").set_input_files(sheet)
            walk.press("Look what would happen").headed("What would happen")
            told = [row.split()[:3] for row in walk.page.get_by_role("row").all_inner_texts()]
            assert [row for row in told if row[0].isdigit()] == [
                ["2", "Nieuw", "new"],
                ["3", "Oud", "changed"],
                ["4", "Nieuw", "duplicate"],
                ["5", "Krom", "invalid"],
            ]
            assert walk.status("/en/dashboard/members/nieuw/") == 404
        walk.press("Apply 2 rows").reads("Done: 1 new, 1 changed.")
        walk.press("Go on with “Leaving X together”").headed("Leaving X together")
        walk.at("/en/dashboard/members/oud/")
        assert walk.field("Phone").input_value() == "+32 2 555 00 00"
        assert walk.status("/en/dashboard/members/krom/") == 404
    assert not Letter.objects.exists()


def sent(to: Organisation) -> str:
    """The path of the newest link that its letter carries."""
    post_letters(open_link=open_link, now=NOW)
    letter = [str(one.body) for one in mail.outbox if one.to == [to.contact_email]][-1]
    found = re.search(r"http\S+/member/invitation/\S+", letter)
    assert found
    return urlsplit(found[0]).path


@pytest.mark.usefixtures("gathering")
def test_3_invites_each_in_its_language_and_sees_how_far_each_letter_came(
    walks: Walks, boss: User
) -> None:
    asked = {
        name: factories.organisation(name, slug=name.lower(), language=language)
        for name, language in (("Waterput", "nl"), ("Fontaine", "fr"), ("Quelle", "de"))
    }
    with walks(boss) as walk:
        walk.at(HERE + "invitations/").press("Invite")
        assert "letter waits" in walk.row("Quelle")
        links = {name: sent(one) for name, one in asked.items()}
        assert [link.split("/")[1] for link in links.values()] == ["nl", "fr", "de"]
        with walks() as guest:
            guest.at(links["Fontaine"]).headed("Fontaine, quittez-vous X avec nous ?")
            guest.fill(Votre_nom="Luc", Votre_adresse_e__mail=boss.email)
            guest.press("Accepter l’invitation").headed("Fontaine, quittez-vous X avec nous ?")
        walk.at("/en/dashboard/letters/")
        walk.page.get_by_role("row").filter(has_text=asked["Quelle"].contact_email).get_by_role(
            "link"
        ).click()
        walk.press("It came back")
        walk.at(HERE + "invitations/")
        for name, state in (("Waterput", "sent"), ("Fontaine", "opened"), ("Quelle", "bounced")):
            assert state in walk.row(name)
        walk.at("/en/dashboard/members/waterput/").press("Send an invitation")
        walk.reads("older links stop working")
        with walks() as guest:
            guest.at(links["Waterput"]).headed("Deze link opent nu niets")
            guest.at(sent(asked["Waterput"]))
            guest.headed("Waterput, vertrekken jullie samen met ons van X?")


@pytest.mark.usefixtures("gathering")
def test_3_writes_down_what_was_said_by_phone_and_keeps_whom_to_call(
    walks: Walks, boss: User
) -> None:
    factories.organisation("Waterput", slug="waterput")
    with walks(boss) as walk:
        walk.at("/en/dashboard/members/waterput/")
        walk.fill(Contact="An Voorbeeld", Phone="+32 2 555 01 01", Notes="Calls back on Friday.")
        walk.fill(Last_contact="2027-01-04").press("Keep").press("Organisations")
        assert "4 Jan" in walk.row("+32 2 555 01 01")
        walk.press("Waterput")
        assert walk.field("Notes").input_value() == "Calls back on Friday."
        walk.press("Record an answer by phone").choose("we leave")
        walk.fill(Who_said_so="An Voorbeeld").press("Record the answer").reads("by phone")
        assert "by phone" in walk.at(HERE + "board/").row("Waterput")


def test_4_watches_who_is_firm_who_waits_and_what_would_release_them(
    walks: Walks, gathering: Campaign, boss: User
) -> None:
    silent, _another = factories.organisation("Zwijgt"), factories.organisation("Zwijgt ook")
    many = [Wait(ConditionKind.AT_LEAST, number=5)]
    factories.pledge(gathering, factories.organisation("Vast"))
    for name, waits in (
        ("Wacht", many),
        ("Wacht ook", many),
        ("Volgt", [Wait(ConditionKind.NAMED, organisations=[silent])]),
    ):
        of = factories.organisation(name)
        factories.pledge(gathering, of, answer=Answer.LEAVE_IF, waits=waits)
    with walks(boss) as walk:
        walk.at(HERE + "board/").reads("2 more firm pledges release 2.", "Coordinators only.")
        for name, says in (("Vast", "leave"), ("Wacht ook", "3 more"), ("Volgt", "Zwijgt")):
            assert says in walk.row(name)
        assert "Volgt" in walk.row("Zwijgt"), "whom it holds back"
        walk.page.get_by_text("The same in words").click()
        walk.reads("Zwijgt (no answer yet) holds 1 back: Volgt")
    for nobody in (factories.representative(silent), None):
        with walks(nobody) as walk:
            seen = walk.ask(HERE + "board/")
            assert "Wacht ook" not in seen.text()
            assert seen.status == 404 or "/sign-in/" in seen.url


def test_5_the_threshold_is_latched_and_losing_it_asks_for_a_decision(
    walks: Walks, gathering: Campaign, boss: User, clock: time_machine.Traveller
) -> None:
    words = [factories.pledge(gathering, factories.organisation(name)) for name in "AB"]
    with walks(boss) as walk:
        walk.at(HERE).reads("Threshold 2: met on 4 January, 10:00")
        clock.move_to(NOW + timedelta(days=1))
        withdraw(words[0], actor=boss, now=NOW + timedelta(days=1))
        walk.at(HERE).reads("Threshold 2: met on 4 January, 10:00")
        walk.reads("now 1 leave. Nothing is cancelled by itself: decide whether to go on.")


def calendar(walk: Walk) -> tuple[int, str]:
    """Which version the member's own calendar file is, and its hour."""
    _name, file = walk.at("/en/member/waterput/").download("Put it in your calendar")
    found = (
        re.search(r"SEQUENCE:(\d+)", file.read_text()),
        re.search(r"DTSTART\S*:(\S+)", file.read_text()),
    )
    assert found[0]
    assert found[1]
    return int(found[0][1]), found[1][1]


def test_5_each_confirms_the_date_and_moving_it_asks_and_tells_everybody_again(
    walks: Walks, gathering: Campaign, boss: User
) -> None:
    ours = factories.organisation("Waterput", slug="waterput")
    word = factories.pledge(gathering, ours)
    factories.pledge(gathering, factories.organisation("Brug"))
    with walks(boss) as walk, walks(factories.representative(ours)) as theirs:
        walk.at(HERE).press("Set the date")
        walk.fill(Day="2027-01-20", Hour="12:00").press("Look at it first")
        walk.reads("20 January 2027, 11:00", "2 pledged organisations are told by letter.")
        walk.press("Set it and tell everybody").reads("0 of 2 confirmed it")
        told = Letter.objects.filter(organisation_id=ours.pk).count()
        theirs.at("/en/member/waterput/").press("We agree to this date")
        theirs.reads("Thank you: the date is confirmed.")
        walk.at(HERE).reads("1 of 2 confirmed it")
        gathering.refresh_from_db()
        factories.post(type(word).objects.select_related("campaign").get(pk=word.pk))
        before = calendar(theirs)
        walk.press("Move the date").fill(Hour="13:00").press("Look at it first")
        walk.reads("Approvals and go are asked again.")
        walk.press("Move it and tell everybody").reads("13:00", "0 of 2 confirmed it")
        theirs.at("/en/member/waterput/").reads("the hour moved: approve it again")
        theirs.reads("Does your organisation agree to it?")
        after = calendar(theirs)
    assert after[0] > before[0]
    assert (before[1], after[1]) == ("20270120T110000Z", "20270120T120000Z")
    assert Letter.objects.filter(organisation_id=ours.pk).count() > told
