"""What anyone does on the public page, step by step, in a browser."""

from datetime import timedelta

import pytest
import time_machine

from coalition.joining.models import Candidate
from tests.browser import scenes
from tests.browser.scenes import SLUG
from tests.browser.walking import Walks
from tests.factories import T
from tests.web.progress import world

pytestmark = pytest.mark.usefixtures("clock")
HERE = f"/en/{SLUG}/"


@pytest.fixture
def after(committed: None, clock: time_machine.Traveller) -> None:
    """Two hours after it."""
    del committed
    world.public(world.campaign())
    clock.move_to(T + timedelta(hours=2))


@pytest.mark.usefixtures("after")
def test_1_reads_the_number_what_it_counts_and_each_row_with_its_evidence(walks: Walks) -> None:
    with walks() as walk:
        walk.at(HERE)
        assert walk.page.get_by_role("link", name="What we count").count()
        assert "As of" in walk.says or "as of" in walk.says
        follow = walk.page.get_by_role("link", name="Follow Waterput on Bluesky")
        row = walk.page.get_by_role("listitem").filter(has=follow)
        assert "@waterput.example" in row.inner_text()
        farewell = row.get_by_role("link").evaluate_all("all => all.map(one => one.href)")
        assert "https://x.com/waterput/status/1" in farewell
        assert walk.page.context.cookies() == []


@pytest.mark.usefixtures("committed")
def test_1_narrows_the_list_by_language(walks: Walks, clock: time_machine.Traveller) -> None:
    clock.move_to(scenes.BEFORE)
    scenes.crowd(8)
    with walks() as walk:
        walk.at(HERE)
        assert "to go" in walk.heading
        everybody = walk.page.get_by_text("Vereniging nummer").count()
        walk.page.get_by_role("link", name="Français").last.click()
        walk.page.wait_for_url("**language=fr**")
        assert 0 < walk.page.get_by_text("Vereniging nummer").count() < everybody


@pytest.mark.usefixtures("committed")
def test_2_follows_all_of_them_on_bluesky(walks: Walks, clock: time_machine.Traveller) -> None:
    clock.move_to(scenes.BEFORE)
    scenes.crowd(3)
    with walks() as walk:
        follow = walk.at(HERE).page.get_by_role("link", name="Follow all on Bluesky")
        assert "/lists/" in str(follow.get_attribute("href"))
        pack = walk.page.get_by_role("link", name="Or take the starter pack")
        assert "/starter-pack/" in str(pack.get_attribute("href"))


@pytest.mark.parametrize(
    ("link", "kind"),
    [("CSV", "text/csv"), ("JSON", "application/json"), ("Subscribe (Atom)", "atom+xml")],
)
@pytest.mark.usefixtures("after")
def test_3_takes_the_rows_along(walks: Walks, link: str, kind: str) -> None:
    with walks() as walk:
        address = walk.at(HERE).page.get_by_role("link", name=link, exact=True)
        answer = walk.page.request.get(str(address.get_attribute("href")))
        assert kind in answer.headers["content-type"]
        assert "Waterput" in answer.text()


@pytest.mark.usefixtures("after")
def test_3_takes_a_counter_for_its_own_site(walks: Walks) -> None:
    with walks() as walk:
        walk.at(HERE).press("For your own site")
        assert "<iframe" in walk.page.content() or "iframe" in walk.says
        assert walk.page.context.cookies() == []


@pytest.mark.usefixtures("after")
def test_4_asks_to_leave_too_and_shows_nowhere_before_somebody_looked(walks: Walks) -> None:
    with walks() as walk:
        walk.at(HERE).press("We leave too")
        walk.press("Send")
        assert "Everything that you typed is still here." in walk.says
        walk.fill(Name="Radio Nergens", Website="https://nergens.example")
        walk.fill(Your_name="Mia", Your_function_there="editor")
        walk.page.get_by_label("E-mail address").fill("mia@nergens.example")
        walk.press("Send")
        assert "join/sent" in walk.page.url
        assert "Radio Nergens" not in walk.at(HERE).says
    assert Candidate.objects.get().confirmed_at is None


@pytest.mark.usefixtures("after")
def test_5_reads_the_method_the_corrections_and_who_took_it_back(walks: Walks) -> None:
    with walks() as walk:
        walk.at(HERE + "withdrawals/")
        assert "Dak" in walk.says
        assert walk.at(HERE + "corrections/").heading
        assert walk.at(HERE + "method/").heading
        assert "Dak" not in walk.at(HERE).says
