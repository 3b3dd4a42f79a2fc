"""What a coordinator does from readiness to STOP, step by step: by role, label and word."""

import re
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect
from pytest_django import Settings

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.members.models import User
from coalition.members.states import NetworkChoices, Route
from coalition.pledges.actions import confirm_date
from coalition.pledges.verdict import close_deadlines
from coalition.publishing import rehearse
from coalition.publishing.clock import database_now
from coalition.publishing.models import Attempt, Post
from coalition.publishing.rehearsed import Rehearsal
from coalition.publishing.release import release_batch
from coalition.publishing.states import State
from tests import factories
from tests.browser.walking import Walks
from tests.browser.windows import PATIENCE
from tests.database import at_once
from tests.factories import NOW, T
from tests.web.pledge.people import browser

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/en/dashboard/exit/"
PHONE = "+32 2 555 01 01"


def test_6_sees_who_would_fail_first_and_whom_to_phone(
    walks: Walks, exit_: Campaign, boss: User
) -> None:
    for name, ready in (("Aldaar", True), ("Zonder", False)):
        of = factories.organisation(name, contact_phone=PHONE if ready else "")
        word = factories.pledge(exit_, of)
        if ready:
            home = factories.account(of, NetworkChoices.BLUESKY, network_id="did:plc:aldaar")
            confirm_date(word, actor=factories.representative(of), now=NOW)
            factories.post(word, factories.account(of))
            factories.direct(word, on=home)
    with walks(boss) as walk:
        walk.at(HERE + "readiness/").headed("Readiness")
        rows = walk.page.get_by_role("row").all_inner_texts()
        assert [name for row in rows for name in ("Aldaar", "Zonder") if name in row] == [
            "Zonder",
            "Aldaar",
        ]
        for said in ("connected", "by hand", "approved", "confirmed", PHONE):
            assert said in walk.row("Aldaar")
        for said in (
            "none given",
            "nothing chosen",
            "not written",
            "not confirmed",
            "no phone number",
        ):
            assert said in walk.row("Zonder")


def test_7_rehearses_the_same_rows_and_reads_a_report_by_organisation_and_second(
    walks: Walks, exit_: Campaign, boss: User
) -> None:
    ready = factories.direct(factories.pledge(exit_, factories.organisation("Waterput")))
    draft = factories.post(
        factories.pledge(exit_, factories.organisation("Brug")), state=State.DRAFT
    )
    with walks(boss) as walk:
        walk.at(HERE + "rehearsals/").press("Rehearse now").reads("It waits for a worker.")
        assert rehearse.run(Rehearsal.objects.get().pk)  # what a worker does; in its own process
        walk.waits(2, otherwise="Look again").reads("Second by second", "Nothing was sent.")
        assert "1" in walk.row("12:00:00")
        for name, ends in (("Waterput", "12:00:00"), ("Brug", "Ask a second person there")):
            line = walk.page.get_by_role("row").filter(has_text=name)
            assert ends in line.inner_text()
    for post, state in ((ready, State.APPROVED), (draft, State.DRAFT)):
        post.refresh_from_db()
        assert post.state == state
    assert not Attempt.objects.exists()


def test_8_a_day_before_texts_are_frozen_and_one_is_opened_by_a_coordinator(
    walks: Walks, exit_: Campaign, boss: User, clock: time_machine.Traveller
) -> None:
    ours = factories.organisation("Waterput", slug="waterput")
    post = factories.post(factories.pledge(exit_, ours))
    owner = factories.representative(ours)
    clock.move_to(T - timedelta(hours=23))
    with walks(boss) as walk, walks(owner) as theirs:
        theirs.at(f"/en/member/waterput/posts/{post.pk}/")
        theirs.reads("Texts are frozen since 19 January, 12:00.")
        assert theirs.page.get_by_label("Your text").count() == 0
        walk.at(HERE + f"day/posts/{post.pk}/").press("Let them change the text")
        walk.reads("they can change this text")
        theirs.at(f"/en/member/waterput/posts/{post.pk}/")
        theirs.fill(Your_text="Iets anders, helemaal.").press("Save")
        theirs.reads("written, not approved")
        walk.at(HERE + f"day/posts/{post.pk}/").press("Freeze it again").reads("Frozen since")


def test_8_it_is_go_only_when_two_named_people_said_so_each_for_themselves(
    walks: Walks, exit_: Campaign, boss: User
) -> None:
    del exit_
    other, third = (factories.coordinator(f"{name}@koepel.example") for name in ("noor", "mira"))
    browser(other)  # who has a second step
    with walks(boss) as walk:
        walk.at(HERE + "decide/").press("Choose who decides")
        walk.page.get_by_role("checkbox", name="mira@koepel.example").uncheck()
        walk.press("Keep this")
        walk.at(HERE + "decide/").reads("These people were named.")
        walk.press("Go").reads("0 of 2 have said go so far.").press("Yes, go")
        walk.headed("Go or no-go?").reads("You said go.")
    with walks(third) as walk:
        walk.at(HERE + "decide/").reads("You are not one of those who decide.")
        assert walk.page.get_by_role("button", name="Go", exact=True).count() == 0
    with walks(other) as walk:
        walk.at(HERE + "decide/").press("Go").press("Yes, go")
        walk.at(HERE + "decide/").headed("It is go")
        walk.press("No-go").press("Yes, no-go")
        walk.at(HERE + "decide/").headed("It is no-go")


def test_8_without_a_quorum_at_the_deadline_it_is_no_go(
    walks: Walks, exit_: Campaign, boss: User, clock: time_machine.Traveller
) -> None:
    del exit_
    factories.coordinator()
    with walks(boss) as walk:
        walk.at(HERE + "decide/").press("Go").press("Yes, go").reads("You said go.")
        clock.move_to(T - timedelta(minutes=1))
        close_deadlines(T - timedelta(minutes=1))  # what a tick does
        walk.at(HERE + "decide/").headed("It is no-go").reads("Go can't be said any more")
        assert walk.page.get_by_role("button", name="Go", exact=True).count() == 0
        walk.at(HERE + "day/").reads("It is no-go: nothing will be sent.")


def needs(going: Campaign, name: str, state: State, route: Route = Route.DIRECT) -> Post:
    """A post that only a person can bring further."""
    of = factories.organisation(name, contact_name="An", contact_phone=PHONE)
    return factories.post(
        factories.pledge(going, of),
        factories.account(of, network_id=name),
        route=route,
        state=state,
        needs_person=state != State.APPROVED,
    )


def test_9_the_wall_is_alive_and_names_whom_to_call(
    walks: Walks, boss: User, clock: time_machine.Traveller
) -> None:
    going = factories.going(slug="exit")
    clock.move_to(T - timedelta(seconds=90))
    with walks(boss) as walk:
        walk.at(HERE + "day/").headed(re.compile("^1 minute"))
        walk.page.get_by_role("link", name="STOP").focus()
        clock.move_to(T + timedelta(minutes=2))
        needs(going, "Geweigerd", State.REFUSED)
        needs(going, "Misschien", State.UNCERTAIN)
        needs(going, "Gemist", State.MISSED)
        needs(going, "Zelf", State.APPROVED, Route.BY_HAND)
        walk.waits(3).headed("Now").reads("For people")
        people = walk.page.get_by_role("listitem").filter(has_text=PHONE)
        expect(people).to_have_count(4, timeout=PATIENCE)
        for name, says in (
            ("Geweigerd", "refused"),
            ("Misschien", "uncertain"),
            ("Gemist", "missed"),
            ("Zelf", "to be posted by hand"),
        ):
            assert says in people.filter(has_text=name).inner_text()
        assert people.get_by_role("link", name=PHONE).first.get_attribute("href") == (
            "tel:+3225550101"
        )
        if walk.scripts:
            assert walk.focused == "stop", "a renewed wall takes no focus away"
        walk.press("Look first Misschien").reads("sending it again could make two")


def test_9_stop_stops_inside_the_claim_and_what_is_resumed_goes(
    walks: Walks, boss: User, settings: Settings, clock: time_machine.Traveller
) -> None:
    settings.NETWORKS = "rehearsal"
    at = database_now()  # that time decides, and nobody can move it
    clock.move_to(at)
    going = factories.going(slug="exit", exit_at=at)
    post = factories.direct(factories.pledge(going, factories.organisation("Waterput")))

    def worker() -> None:
        release_batch([post.pk], wiring.hands())

    with walks(boss) as walk:
        walk.at(HERE + "day/").press("STOP").press("STOP now").headed("Stopped")
        at_once(worker)
        walk.at(HERE + "day/").reads("0 of 1 post is out")
        assert not Attempt.objects.exists()
        walk.press("Resume").press("Resume").headed("Now")
        at_once(worker)
        walk.waits(3).reads("1 of 1 post is out")
