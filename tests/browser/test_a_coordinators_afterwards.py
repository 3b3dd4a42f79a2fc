"""What a coordinator does in the three months after, step 10: by role, label and word."""

from datetime import timedelta

import pytest
import time_machine

from coalition import wiring
from coalition.afterwards.actions import ask_surveys
from coalition.campaigns.models import Campaign
from coalition.evidence.rounds import open_rounds
from coalition.journal.actions import chain_new_entries
from coalition.mail.models import Letter
from coalition.members.actions import keep_secret
from coalition.members.models import Organisation, User
from coalition.members.states import NetworkChoices
from coalition.publishing.erasing import erase_what_was_promised
from coalition.publishing.states import State
from tests import factories
from tests.browser.walking import Walk, Walks
from tests.factories import NOW, T

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/en/dashboard/exit/"
FAREWELL = "https://x.com/waterput/status/1"


@pytest.fixture
def over(boss: User) -> Campaign:
    """It went at T."""
    del boss
    return factories.going(slug="exit", threshold=1)


@pytest.fixture
def left(over: Campaign) -> Organisation:
    """Its farewell was out a second later."""
    of = factories.organisation("Waterput", slug="waterput")
    word, on = factories.pledge(over, of), factories.account(of, handle="waterput")
    at = T + timedelta(seconds=1)
    factories.post(word, on, state=State.PUBLISHED, published_at=at, url=FAREWELL)
    return of


def looks(walk: Walk, clock: time_machine.Traveller, days: int) -> Walk:
    """That day has come: the machine lists whom only a person can look at."""
    at = T + timedelta(days=days, hours=1)
    clock.move_to(at)
    open_rounds(at)
    return walk.at(HERE + "after/")


@pytest.mark.usefixtures("left")
def test_10_collects_evidence_and_looks_again_after_90_days(
    walks: Walks, boss: User, clock: time_machine.Traveller
) -> None:
    clock.move_to(T + timedelta(hours=2))
    with walks(boss) as walk:
        walk.at(HERE + "day/").headed("Over").reads("1 of 1 post is out")
        walk.at(HERE + "after/").reads("The list comes a day after the hour")
        looks(walk, clock, days=1).reads("silent since 20 January 2027?")
        walk.press("Silent @waterput").reads("Kept: silent.")
        looks(walk, clock, days=30).reads("round after 30 days")
        walk.press("Can't tell @waterput").reads("Kept. It comes back in the next round.")
    clock.move_to(T + timedelta(days=90))  # whoever signed in before has to again
    with walks(boss) as walk:
        looks(walk, clock, days=90).reads("round after 90 days")
        walk.press("Silent @waterput").reads("Everybody has been looked at in this round.")
        walk.page.get_by_text("Left (confirmed)").click()
        rungs = walk.page.get_by_role("listitem").filter(has_text="rechecked")
        assert "coordinator@koepelvoorbeeld.example" in rungs.last.inner_text(), "who looked"
    with walks() as anyone:
        anyone.at("/en/exit/corrections/").reads("Who looked", "Waterput", "Rechecked")


def test_10_who_seems_to_post_again_is_asked_before_anything_shows(
    walks: Walks, boss: User, left: Organisation, clock: time_machine.Traveller
) -> None:
    factories.representative(left)
    with walks(boss) as walk, walks() as anyone:
        looks(walk, clock, days=30)
        walk.press("Posting again @waterput").reads("Its people are asked now.")
        assert "Posting again" not in anyone.at("/en/exit/corrections/").says
        clock.move_to(T + timedelta(days=38))
        walk.at(HERE + "after/").press("Show it in public @waterput")
        anyone.at("/en/exit/corrections/").reads("Posting again")
        walk.press("Silent again @waterput").reads("closed on 27 February: silent again")


@pytest.mark.usefixtures("left")
def test_10_late_joiners_are_recorded_and_counted_apart(
    walks: Walks, boss: User, over: Campaign, clock: time_machine.Traveller
) -> None:
    late = T + timedelta(days=3)
    clock.move_to(late)
    joined = factories.organisation("Laatkomer", slug="laatkomer")
    factories.pledge(over, joined)
    factories.account(joined, handle="laatkomer")
    with walks(boss) as walk:
        walk.at(HERE + "after/left/laatkomer/").choose("I looked at the account myself")
        walk.fill(Left_on="2027-01-22").press("Record it")
        walk.headed("After the hour").reads("Laatkomer")
    with walks() as anyone:
        anyone.at("/en/exit/")
        count = anyone.page.get_by_text("of these, since the day").locator("xpath=..")
        assert count.inner_text().split()[-1] == "1"


@pytest.mark.usefixtures("left")
def test_10_publishes_a_report_that_everybody_can_read_and_takes_it_back(
    walks: Walks, boss: User, clock: time_machine.Traveller
) -> None:
    clock.move_to(T + timedelta(days=3))
    title = "1 of 1 organisations has left X"
    with walks(boss) as walk, walks() as anyone:
        assert anyone.status("/en/exit/report/") == 404
        walk.at(HERE + "after/").press("Closing report").headed(title)
        walk.press("Publish the report").reads("Public since 23 January 2027.")
        anyone.at("/en/exit/").press("Closing report").headed(title)
        anyone.reads("How we know", "By the hour, on the day", "What went wrong", "Method")
        walk.press("Take it back").reads("Only coordinators read this.")
        assert anyone.status("/en/exit/report/") == 404
        walk.at("/en/dashboard/members/")
        name, sheet = walk.download("CSV")
        assert name.endswith(".csv")
        assert "Waterput" in sheet.read_text("utf-8-sig")


def test_10_all_tokens_are_erased_on_the_promised_day_and_each_is_certified(
    walks: Walks, boss: User, left: Organisation, clock: time_machine.Traveller
) -> None:
    factories.representative(left)
    home = factories.account(
        left, NetworkChoices.BLUESKY, handle="waterput.example", network_id="did:plc:put"
    )
    keep_secret(home, {"kind": "app password"}, vault=wiring.vault(), now=NOW)
    clock.move_to(T + timedelta(days=14))
    with walks(boss) as walk:
        walk.at("/en/dashboard/members/waterput/").press("Certificates of what was erased")
        walk.reads("Nothing has been erased so far")
        erase_what_was_promised(T + timedelta(days=14))  # what the desk does
        chain_new_entries()
        walk.page.reload()
        walk.reads("@waterput.example · Bluesky", "We can't post for this account any more.")
        walk.reads("Its hash", "manage.py verify_journal --head")
    assert Letter.objects.filter(kind="erased", organisation_id=left.pk).count() == 1


def test_10_four_weeks_later_each_is_asked_whether_it_did_it(
    walks: Walks, boss: User, left: Organisation, clock: time_machine.Traveller
) -> None:
    owner = factories.representative(left)
    with walks(boss) as walk, walks(owner) as theirs:
        clock.move_to(T + timedelta(days=3))
        walk.at(HERE + "after/").press("Did you do it?").reads("Four weeks after the exit")
        at = T + timedelta(weeks=4, hours=1)
        clock.move_to(at)
        ask_surveys(at)
        assert Letter.objects.filter(kind="survey", to=owner.email).count() == 1
        theirs.at("/en/member/waterput/leaving/").press("Answer the survey")
        for answer in theirs.page.get_by_role("radio", name="yes", exact=True).all():
            answer.check()
        theirs.fill(A_word_for_the_coordinators="Het ging vlotter.")
        theirs.main.get_by_role("button", name="Answer").click()
        theirs.reads("Thank you.")
        walk.at(HERE + "survey/").reads("1 of 1 organisation answered", "Het ging vlotter.")
        assert walk.row("The farewell is pinned").split()[-3:] == ["1", "0", "0"]
