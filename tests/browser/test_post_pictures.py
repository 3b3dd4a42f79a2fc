"""Pictures on a post's page in a real browser: without JavaScript, by keys alone, for everybody.

SHOTS=folder keeps pictures of every stage, width and scheme that was looked at.
"""

from pathlib import Path

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from coalition.campaigns.models import Campaign
from coalition.members.states import NetworkChoices, Role
from coalition.publishing.models import Card, Picture, Pin, Post
from coalition.publishing.states import State
from tests import factories
from tests.browser.test_by_hand import phone
from tests.browser.test_public_pages import keep
from tests.factories import NOW
from tests.publishing.test_imaging import file_of, noise

pytestmark = pytest.mark.usefixtures("committed")
WORDS = "Na twaalf jaar doen wij de deur op X dicht. Ons werk gaat hier verder: waterput.example 👋"
ALT = "Vrijwilligers bij de waterput, in de avondzon; een van hen wuift."


def made(
    *colours: str, card: bool = False, slug: str = "waterput", campaign: Campaign | None = None
) -> Post:
    """An announcement that is being written, with these pictures."""
    pledge = factories.pledge(
        campaign or factories.campaign(),
        factories.organisation("De Denkbeeldige Waterput", slug=slug),
    )
    account = factories.account(
        pledge.organisation,
        NetworkChoices.BLUESKY,
        network_id=f"did:plc:{slug}",
        handle=f"{slug}.example",
    )
    post = factories.post(pledge, account, state=State.DRAFT, text=WORDS)
    for colour in colours:
        factories.picture(post, colour, alt=ALT)
    if card:
        url = "https://waterput.example.org/waarom-wij-gaan"
        Card.objects.create(
            post=post,
            url=url,
            title="Waarom wij X verlaten",
            description="Twaalf jaar gesprekken, en waarheen ze verhuizen.",
        )
        Pin.objects.create(post=post, line="Sinds 20 januari niet meer op X.", again_at=NOW)
    return post


def where(server: LiveServer, post: Post, language: str = "nl") -> str:
    slug = post.account.organisation.slug
    return f"{server.url}/{language}/member/{slug}/posts/{post.pk}/"


@pytest.mark.parametrize("language", ["nl", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everybody_can_read_the_page_and_nothing_is_wider_than_it(
    browser: Browser, live_server: LiveServer, width: int, scheme: str, language: str
) -> None:
    campaign = factories.campaign()
    colours = ("teal", "goldenrod", "slateblue", "tomato")
    scenes = {
        "none": made(slug="nothing", campaign=campaign),
        "four": made(*colours, slug="four", campaign=campaign),
        "card": made("teal", card=True, slug="card", campaign=campaign),
    }
    found = {}
    with time_machine.travel(NOW, tick=False):
        for name, post in scenes.items():
            with phone(browser, live_server, post, width=width, color_scheme=scheme) as page:
                page.goto(where(live_server, post, language))
                keep(page, f"post-{name}-{language}-{width}-{scheme}")
                expect(page.locator("#text-form")).to_be_visible()
                found[name] = [one["id"] for one in Axe().run(page).response["violations"]]
                assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == {name: [] for name in scenes}


@pytest.mark.parametrize("java_script", [True, False])
def test_a_picture_is_added_and_a_word_about_it_asked_for(
    browser: Browser, live_server: LiveServer, tmp_path: Path, *, java_script: bool
) -> None:
    post = made()
    file = tmp_path / "IMG_0001.HEIC.jpg"
    file.write_bytes(file_of(noise(300, 200), "JPEG"))
    with (
        time_machine.travel(NOW, tick=False),
        phone(browser, live_server, post, java_script_enabled=java_script) as page,
    ):
        page.goto(where(live_server, post))
        page.get_by_label("Jullie tekst").fill("Andere woorden.")
        page.get_by_label("Een beeld toevoegen").set_input_files(file)
        page.get_by_role("button", name="Bewaar", exact=True).click()
        expect(page.locator(".field-wrong")).to_contain_text("Zeg in woorden wat het beeld toont")
        expect(page.get_by_label("Jullie tekst")).to_have_value("Andere woorden.")
        assert not Picture.objects.exists()
        page.get_by_label("Een beeld toevoegen").set_input_files(file)
        page.get_by_label("Wat het toont, in woorden").fill(ALT)
        page.get_by_role("button", name="Bewaar", exact=True).click()
        shown = page.locator(".network-pictures img")
        expect(shown).to_have_attribute("alt", ALT)
        page.wait_for_load_state("networkidle")
        assert shown.evaluate("one => one.naturalWidth") == 300
    post.refresh_from_db()
    assert (post.text, Picture.objects.get().alt) == ("Andere woorden.", ALT)


def test_the_way_through_the_form_is_walked_by_keys(
    browser: Browser, live_server: LiveServer
) -> None:
    post = made("teal", card=True)
    picture = post.pictures.get().pk
    names = []
    with (
        time_machine.travel(NOW, tick=False),
        phone(browser, live_server, post, width=1280) as page,
    ):
        page.goto(where(live_server, post))
        page.get_by_label("Jullie tekst").focus()
        for _ in range(14):
            page.keyboard.press("Tab")
            names.append(page.evaluate("document.activeElement.name || ''"))
        assert [name for name in names if name][:10] == [
            *(f"alt_{picture}", f"away_{picture}", "picture", "alt"),
            *("card_url", "card_title", "card_description", "pinned", "line", "preview"),
        ]


def test_a_colleague_sees_all_that_goes_along_before_agreeing(
    browser: Browser, live_server: LiveServer
) -> None:
    post = made("teal", card=True)
    approver = factories.representative(post.account.organisation, Role.APPROVER)
    del approver
    with time_machine.travel(NOW, tick=False), phone(browser, live_server, post) as page:
        page.goto(where(live_server, post))
        card = page.locator(".network-card")
        expect(card).to_contain_text("Waarom wij X verlaten")
        expect(card.locator("img")).to_have_attribute("alt", ALT)
        expect(page.locator("#preview")).to_contain_text("Sinds 20 januari niet meer op X.")
        expect(page.locator(".approval")).to_contain_text("Deze woorden en alles wat erbij")
        page.get_by_role("button", name="Keur deze tekst goed").click()
    post.refresh_from_db()
    assert post.state == State.APPROVED


@pytest.mark.parametrize("java_script", [True, False])
def test_pictures_are_moved_by_keys_alone_and_the_keys_stay_where_they_were(
    browser: Browser, live_server: LiveServer, *, java_script: bool
) -> None:
    post = made("teal", "goldenrod", "tomato")
    first, second, third = post.pictures.values_list("pk", flat=True)
    with (
        time_machine.travel(NOW, tick=False),
        phone(browser, live_server, post, java_script_enabled=java_script) as page,
    ):
        page.goto(where(live_server, post))
        page.get_by_label("Jullie tekst").fill("Andere woorden.")
        page.get_by_role("button", name="Naar voren beeld 3 van 3").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Naar voren beeld 2 van 3")).to_be_focused()
        expect(page.get_by_role("status")).to_contain_text("Bewaard.")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Naar achteren beeld 1 van 3")).to_be_focused()
    assert list(post.pictures.values_list("pk", flat=True)) == [third, first, second]
    post.refresh_from_db()
    assert post.text == "Andere woorden."


def test_enter_in_a_field_saves_and_moves_no_picture(
    browser: Browser, live_server: LiveServer
) -> None:
    post = made("teal", "goldenrod")
    before = list(post.pictures.values_list("pk", flat=True))
    with time_machine.travel(NOW, tick=False), phone(browser, live_server, post) as page:
        page.goto(where(live_server, post))
        page.locator("summary", has_text="profiel").click()
        page.locator("[name=pinned]").check()
        page.locator("[name=line]").fill("Sinds 20 januari niet meer op X.")
        page.locator("[name=line]").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Bewaard.")
    assert list(post.pictures.values_list("pk", flat=True)) == before
    assert Pin.objects.get().line == "Sinds 20 januari niet meer op X."
