"""What a coordinator does, step by step, in a browser: by role, label and word."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.members.models import User
from coalition.members.states import Route
from coalition.pledges.actions import Wait
from coalition.pledges.states import Answer, ConditionKind
from coalition.publishing.rehearsed import Rehearsal
from coalition.publishing.states import State
from tests import factories
from tests.browser.walking import Walks
from tests.factories import T
from tests.web.pledge.people import browser

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/en/dashboard/exit/"


@pytest.fixture
def boss(committed: None, clock: time_machine.Traveller) -> User:
    del committed, clock
    return factories.coordinator("coordinator@koepelvoorbeeld.example")


@pytest.fixture
def exit_(boss: User) -> Campaign:
    del boss
    return factories.campaign(slug="exit", threshold=2, exit_at=None)


def test_1_creates_the_campaign_and_nothing_is_public_before_it_is_opened(
    walks: Walks, boss: User
) -> None:
    with walks(boss) as walk:
        walk.at("/en/dashboard/new/")
        walk.fill(Name_of_the_coalition="Koepel Voorbeeld", Address="exit", Threshold="20")
        walk.fill(Name="Leaving X together", Call="We leave together.", Why="Because.")
        walk.page.get_by_text("Nederlands", exact=True).click()
        walk.page.locator("#id_nl-name").fill("Samen weg")
        walk.page.locator("#id_nl-call").fill("Wij gaan samen.")
        walk.press("Create the draft")
        assert walk.heading == "Leaving X together"
        assert "Threshold 20: not met yet" in walk.says
        assert walk.status("/nl/exit/") == 404
        walk.press("Open the campaign").press("Open it")
        assert "gathering pledges" in walk.says
        assert walk.status("/nl/exit/") == 200


@pytest.mark.usefixtures("exit_")
def test_2_imports_the_list_after_reading_row_by_row_what_would_happen(
    walks: Walks, boss: User, tmp_path: Path
) -> None:
    factories.organisation("Oud", slug="oud", domain="oud.example", contact_phone="1")
    sheet = tmp_path / "members.csv"
    sheet.write_text(
        "name,domain,contact_phone,contact_email\n"
        "Nieuw,nieuw.example,,\n"
        "Oud,oud.example,+32 2 555 00 00,\n"
        "Nieuw,nieuw.example,,\n"
        "Krom,krom.example,,not an address\n"
    )
    with walks(boss) as walk:
        walk.at("/en/dashboard/import/")
        walk.page.get_by_label("Member list").set_input_files(sheet)
        walk.press("Look what would happen")
        told = [row.split()[:3] for row in walk.page.get_by_role("row").all_inner_texts()]
        assert [(row[0], row[1], row[2]) for row in told if row[0].isdigit()] == [
            ("2", "Nieuw", "new"),
            ("3", "Oud", "changed"),
            ("4", "Nieuw", "duplicate"),
            ("5", "Krom", "invalid"),
        ]
        assert walk.status("/en/dashboard/members/nieuw/") == 404
        walk.press("Apply 2 rows")
        assert "Done: 1 new, 1 changed." in walk.says
        assert walk.status("/en/dashboard/members/nieuw/") == 200
        walk.press("Go on with “Leaving X together”")
        assert walk.heading == "Leaving X together"
    assert not Letter.objects.exists()


@pytest.mark.usefixtures("exit_")
def test_3_invites_resends_and_writes_down_what_was_said_by_phone(walks: Walks, boss: User) -> None:
    waterput = factories.organisation("Waterput", slug="waterput", language="nl")
    with walks(boss) as walk:
        walk.at(HERE + "invitations/").press("Invite")
        assert "letter waits" in walk.row("Waterput")
        letter = Letter.objects.get()
        assert (letter.to, letter.language) == (waterput.contact_email, "nl")
        walk.at("/en/dashboard/members/waterput/").press("Send an invitation")
        assert Letter.objects.count() == 2
        walk.fill(Contact="An Voorbeeld", Phone="+32 2 555 01 01", Notes="Calls back on Friday.")
        walk.fill(Last_contact="2027-01-04").press("Keep")
        assert walk.field("Notes").input_value() == "Calls back on Friday."
        walk.press("Record an answer by phone").choose("we leave")
        walk.fill(Who_said_so="An Voorbeeld").press("Record the answer")
        assert "by phone" in walk.says
        assert "by phone" in walk.at(HERE + "board/").row("Waterput")


def test_4_watches_who_is_firm_who_waits_and_what_would_release_them(
    walks: Walks, exit_: Campaign, boss: User
) -> None:
    factories.pledge(exit_, factories.organisation("Vast"))
    silent = factories.organisation("Zwijgt")
    many = [Wait(ConditionKind.AT_LEAST, number=3)]
    factories.pledge(exit_, factories.organisation("Wacht"), answer=Answer.LEAVE_IF, waits=many)
    named = [Wait(ConditionKind.NAMED, organisations=[silent])]
    factories.pledge(exit_, factories.organisation("Volgt"), answer=Answer.LEAVE_IF, waits=named)
    with walks(boss) as walk:
        walk.at(HERE + "board/")
        assert "1 more firm pledge releases" in walk.says
        assert "Zwijgt" in walk.row("Volgt")
        assert "Volgt" in walk.row("Zwijgt")
    with walks(factories.representative(silent)) as walk:
        assert walk.status(HERE + "board/") == 404


def test_5_the_threshold_is_latched_and_moving_the_date_tells_everybody(
    walks: Walks, exit_: Campaign, boss: User
) -> None:
    for name in ("Waterput", "Brug"):
        word = factories.pledge(exit_, factories.organisation(name))
        factories.representative(word.organisation)
    with walks(boss) as walk:
        walk.at(HERE)
        assert "Threshold 2: met on 4 January, 10:00" in walk.says
        walk.press("Set the date").fill(Day="2027-01-20", Hour="12:00").press("Look at it first")
        assert "20 January 2027, 11:00" in walk.says, "the same hour in UTC"
        assert "2 pledged organisations are told by letter." in walk.says
        walk.press("Set it and tell everybody")
        first = Letter.objects.count()
        assert first >= 2
        walk.press("Move the date").fill(Hour="13:00").press("Look at it first")
        assert "Approvals and go are asked again." in walk.says
        walk.press("Move it and tell everybody")
        assert "13:00" in walk.says
        assert "0 of 2 confirmed it" in walk.says
    assert Letter.objects.count() >= first + 2


def test_6_sees_who_would_fail_and_whom_to_phone(walks: Walks, boss: User) -> None:
    going = factories.campaign(slug="exit")
    ready = factories.organisation("Aldaar", contact_phone="+32 2 555 01 01")
    word = factories.pledge(going, ready)
    factories.post(word, factories.account(ready))
    factories.pledge(going, factories.organisation("Zonder"))
    with walks(boss) as walk:
        walk.at(HERE + "readiness/")
        assert "not written" not in walk.row("Aldaar")
        assert "no number" in walk.row("Zonder") or "will fail" in walk.says
        assert "+32 2 555 01 01" in walk.row("Aldaar")


def test_7_rehearses_and_reads_a_report_that_says_nothing_was_sent(
    walks: Walks, boss: User
) -> None:
    going = factories.campaign(slug="exit")
    post = factories.direct(factories.pledge(going, factories.organisation("Waterput")))
    with walks(boss) as walk:
        walk.at(HERE + "rehearsals/").press("Rehearse now")
        assert "It waits for a worker." in walk.says
        Rehearsal.objects.update(ended_at=factories.NOW, report=factories.report(post))
        walk.at(f"{HERE}rehearsals/{Rehearsal.objects.get().pk}/")
        assert "Nothing was sent." in walk.says
        assert "Waterput" in walk.row("Waterput")
        assert "12:00:00" in walk.says
    post.refresh_from_db()
    assert post.state == State.APPROVED


def test_8_it_is_go_only_when_two_people_said_so_each_for_themselves(
    walks: Walks, boss: User
) -> None:
    factories.campaign(slug="exit")
    other = factories.coordinator()
    browser(other)  # who has a second step
    with walks(boss) as walk:
        walk.at(HERE + "decide/").press("Go").press("Yes, go")
        assert walk.heading == "Go or no-go?"
        assert "You said go." in walk.says
    with walks(other) as walk:
        walk.at(HERE + "decide/").press("Go").press("Yes, go")
        assert walk.at(HERE + "decide/").heading == "It is go"


def test_8_after_the_deadline_go_cannot_be_said_any_more(
    walks: Walks, boss: User, clock: time_machine.Traveller
) -> None:
    factories.campaign(slug="exit")
    clock.move_to(T - timedelta(minutes=1))
    with walks(boss) as walk:
        walk.at(HERE + "decide/")
        assert "Go can't be said any more" in walk.says
        assert walk.page.get_by_role("button", name="Go", exact=True).count() == 0


def test_9_the_wall_names_whom_to_call_and_stop_stops(
    walks: Walks, boss: User, clock: time_machine.Traveller
) -> None:
    going = factories.going(slug="exit")
    for name, state in (("Geweigerd", State.REFUSED), ("Misschien", State.UNCERTAIN)):
        of = factories.organisation(name, contact_name="An", contact_phone="+32 2 555 01 01")
        factories.post(
            factories.pledge(going, of),
            factories.account(of, network_id=name),
            route=Route.DIRECT,
            state=state,
            needs_person=True,
        )
    clock.move_to(T + timedelta(minutes=2))
    with walks(boss) as walk:
        walk.at(HERE + "day/")
        people = walk.page.get_by_role("listitem").filter(has_text="+32 2 555 01 01")
        assert people.count() == 2
        assert people.filter(has_text="Misschien").get_by_role("link", name="Look first").count()
        walk.press("STOP").press("STOP now")
        assert walk.heading == "Stopped"
        going.refresh_from_db()
        assert going.stopped_at
        walk.press("Resume").press("Resume")
        assert walk.heading == "Now"


def test_10_after_it_takes_everything_along_and_looks_again(
    walks: Walks, boss: User, clock: time_machine.Traveller
) -> None:
    going = factories.going(slug="exit")
    left = factories.organisation("Waterput", slug="waterput")
    factories.post(
        factories.pledge(going, left), state=State.PUBLISHED, url="https://x.com/w/status/1"
    )
    clock.move_to(T + timedelta(days=3))
    with walks(boss) as walk:
        walk.at(HERE + "day/")
        assert walk.heading == "Over"
        assert "1 of 1 post is out" in walk.says
        walk.at("/en/dashboard/members/")
        with walk.page.expect_download() as sheet:
            walk.page.get_by_role("link", name="CSV").click()
        assert "Waterput" in Path(sheet.value.path()).read_text("utf-8-sig")
