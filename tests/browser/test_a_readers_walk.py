"""What anyone does on the public page, step by step, in a browser."""

import csv
import io
import re
from datetime import timedelta

import pytest
import time_machine

from coalition.campaigns.models import Campaign
from coalition.joining.models import Candidate
from coalition.joining.queries import token_of
from coalition.mail.models import Letter
from coalition.pledges.models import Pledge
from tests import factories
from tests.browser import scenes
from tests.browser.scenes import SLUG
from tests.browser.walking import Walks
from tests.factories import NOW, T
from tests.web.progress import world

pytestmark = pytest.mark.usefixtures("clock")
HERE = f"/en/{SLUG}/"


@pytest.fixture
def before(committed: None, clock: time_machine.Traveller) -> None:
    """Two weeks before it, with eight names and one who took it back."""
    del committed
    clock.move_to(scenes.BEFORE)
    scenes.crowd(8)
    early = Pledge.objects.order_by("pk")[:3]
    Pledge.objects.filter(pk__in=early).update(holds_since=NOW - timedelta(days=2))


@pytest.fixture
def after(committed: None, clock: time_machine.Traveller) -> None:
    """Two hours after it."""
    del committed
    world.public(world.campaign())
    clock.move_to(T + timedelta(hours=2))


@pytest.mark.usefixtures("after")
def test_1_reads_the_number_what_it_counts_and_each_row_with_its_evidence(walks: Walks) -> None:
    with walks() as walk:
        walk.at(HERE).headed("1 of 3 organisations has left X")
        walk.reads("Counted: members of which every account on X", "What we count")
        walk.reads("As of 20 January, 14:00")
        follow = walk.page.get_by_role("link", name="Follow Waterput on Bluesky")
        row = walk.page.get_by_role("listitem").filter(has=follow)
        for said in ("@waterput.example", "domain proved", "Left (confirmed)", "12:00:00"):
            assert said in row.inner_text()
        evidence = row.get_by_role("link", name="The farewell of Waterput")
        assert evidence.get_attribute("href") == "https://x.com/waterput/status/1"
        assert follow.get_attribute("href") == "https://bsky.app/profile/did:plc:put"
        already = walk.page.locator("#o-brug").inner_text()
        assert "Had already left" in already
        assert "14 March 2023" in already
        assert walk.page.context.cookies() == []


@pytest.mark.usefixtures("before")
def test_1_sees_how_long_it_is_to_go_and_how_the_pledges_came(walks: Walks) -> None:
    with walks() as walk:
        walk.at(HERE).reads("16 days to go", "How 7 promises came, since 2 January")
        assert walk.page.locator("path.curve").locator("visible=true").count() == 1
        walk.press("Français").reads("16 jours")


@pytest.mark.usefixtures("before")
def test_1_narrows_the_list_by_kind_language_and_state(walks: Walks) -> None:
    with walks() as walk:
        everybody = walk.at(HERE).page.locator(".row").count()
        for by, choice, count in (
            ("Language", "Français", 3),
            ("Kind", "media", 2),
            ("State", "Had already left", 1),
        ):
            walk.at(HERE)
            tab = walk.page.get_by_role("list", name=by).get_by_role("link", name=choice)
            tab.focus()
            walk.page.keyboard.press("Enter")
            walk.page.wait_for_url(f"**{by.lower()}=**")
            walk.reads("Where to find them")
            assert walk.page.locator(".row").count() == count < everybody
            assert "Leaving" in walk.says or by == "State"
            if walk.scripts:
                assert walk.focused == tab.get_attribute("id"), "what was pressed keeps the focus"
            tab = walk.page.get_by_role("list", name=by).get_by_role("link", name=choice)
            assert tab.get_attribute("aria-current") == "true"


@pytest.mark.usefixtures("before")
def test_2_follows_all_of_them_on_bluesky(walks: Walks) -> None:
    with walks() as walk:
        assert "/lists/" in walk.at(HERE).link("Follow all on Bluesky")
        assert "/starter-pack/" in walk.link("Or take the starter pack")


@pytest.mark.usefixtures("after")
def test_3_takes_the_rows_along_and_subscribes(walks: Walks) -> None:
    with walks() as walk:
        walk.at(HERE)
        for name, kind in (
            ("CSV", "text/csv"),
            ("JSON", "application/json"),
            ("Subscribe (Atom)", "application/atom+xml"),
        ):
            answer = walk.ask(walk.link(name))
            assert answer.headers["content-type"].startswith(kind)
            assert "Waterput" in answer.text()
        rows = list(csv.DictReader(io.StringIO(walk.ask(walk.link("CSV")).text().lstrip("\ufeff"))))
        assert len(rows) == walk.page.locator(".row").count(), "the same rows as on the page"


@pytest.mark.usefixtures("before")
def test_3_adds_the_hour_to_a_calendar(walks: Walks) -> None:
    with walks() as walk:
        name, file = walk.at(HERE).download("Put it in your calendar")
        assert name.endswith(".ics")
        assert "DTSTART:20270120T110000Z" in file.read_text()


@pytest.mark.usefixtures("after")
def test_3_takes_a_counter_and_a_badge_without_cookie_or_script(walks: Walks) -> None:
    with walks() as walk:
        walk.at(HERE).press("For your own site").headed("Take it along")
        for copied in ("#copy-counter", "#copy-badge"):
            code = walk.page.locator(copied).inner_text()
            assert "<script" not in code
            drawn = walk.ask(re.findall(r'"(http[^"]+\.svg)"', code)[0])
            assert drawn.headers["content-type"].startswith("image/svg+xml")
            assert "set-cookie" not in drawn.headers
        walk.page.get_by_text("As a frame, with links").click()
        frame = walk.page.frame_locator('iframe[title="The number, in a frame"]')
        assert "1" in frame.locator("body").inner_text()
        assert walk.page.context.cookies() == []


@pytest.mark.usefixtures("after")
def test_3_shares_a_link_with_a_good_preview_picture(walks: Walks) -> None:
    with walks() as walk:
        walk.at(HERE).reads("Pass it on", f"{HERE}")
        assert "1%20of%203" in walk.link("Mastodon")

        def told(name: str) -> str:
            found = walk.page.locator(f'meta[property="og:{name}"]').get_attribute("content")
            return str(found)

        assert told("title") == told("image:alt") == "1 of 3 organisations has left X"
        picture = walk.ask(told("image"))
        assert picture.headers["content-type"] == "image/png"
        assert told("url").endswith(HERE)


@pytest.mark.usefixtures("after")
def test_4_asks_to_leave_too_and_shows_nowhere_before_mailbox_and_coordinator_said_yes(
    walks: Walks,
) -> None:
    boss = factories.coordinator()
    with walks() as walk:
        walk.at(HERE).press("We leave too").headed("We leave X too").press("Send")
        walk.reads("Everything that you typed is still here.")
        walk.choose("A medium").fill(Name="Radio Nergens", Website="https://nergens.example")
        walk.fill(Your_name="Mia", Your_function_there="editor")
        walk.fill(E__mail_address="mia@nergens.example").press("Send")
        walk.headed("Look in your mailbox")
        assert "Radio Nergens" not in walk.at(HERE).says
        asked = Candidate.objects.get()
        assert Letter.objects.get(to="mia@nergens.example").kind == "candidate-confirm"
        walk.at(f"{HERE}join/{token_of(asked)}/").headed("Was this you?").reads("Radio Nergens")
        walk.press("Yes, this is us").headed("Thank you, that is confirmed")
        assert "Radio Nergens" not in walk.at(HERE).says
    with walks(boss) as staff:
        staff.at(f"/en/dashboard/{SLUG}/joining/").press("Radio Nergens").press("Accept")
    with walks() as walk:
        walk.at(HERE).reads("Not a member, leaving too", "Radio Nergens")
        assert "mia@nergens.example" not in walk.page.content()


@pytest.mark.usefixtures("after")
def test_4_a_politician_is_there_only_by_an_express_yes(walks: Walks) -> None:
    with walks() as walk:
        walk.at(f"{HERE}join/").choose("A person")
        walk.fill(Name="Mira Verzonnen", Your_name="Mira", E__mail_address="mira@fictegem.example")
        walk.fill(Public_role="gemeenteraad").press("Send")
        walk.reads("Everything that you typed is still here.")
        assert (
            walk.page.get_by_role(
                "checkbox", name=re.compile("^I want to stand on the public list")
            ).count()
            == 1
        )
    assert not Candidate.objects.exists()


@pytest.mark.usefixtures("after")
def test_5_reads_the_method_the_corrections_and_who_took_it_back_and_never_a_refusal(
    walks: Walks,
) -> None:
    world.members_of_whom_nothing_is_known()

    world.embargoed(Campaign.objects.get(slug=SLUG))
    with walks() as walk:
        walk.at(HERE).press("What we count").headed("What we count").reads("Every figure")
        walk.press("Corrections").headed("Corrections").reads("Waterput", "Corrected")
        walk.press("Withdrawals").headed("Withdrawals").reads("Dak", "Withdrew", "4 January 2027")
        assert "Dak" not in walk.at(HERE).says
        for path in ("", "corrections/", "withdrawals/", "data.json", "data.csv", "feed.atom"):
            assert "geheim" not in walk.ask(HERE + path).text().lower()
