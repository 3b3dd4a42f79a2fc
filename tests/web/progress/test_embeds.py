"""The number, the list and the badges on other people's sites."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import time_machine
from defusedxml import ElementTree
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from coalition.members.models import Organisation
from coalition.members.states import NetworkChoices, Proof
from coalition.pledges.states import Visibility
from coalition.web.progress.embeds.drawing import Size
from coalition.web.progress.pictures.palette import PALETTES, Theme
from tests import factories
from tests.web.progress import world

pytestmark = pytest.mark.django_db

HERE = "/nl/samen-weg/embed"
FRAMES = [f"{HERE}/{theme}/{what}/" for theme in ("auto", *Theme) for what in ("counter", "list")]
PICTURES = [
    f"{HERE}/{theme}/{size}/{what}.svg"
    for theme in Theme
    for size in Size
    for what in ("counter", "list", "badge/waterput")
]
LOOPBACK_IS_NO_SECRET = "--disable-features=LocalNetworkAccessChecks"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def after_the_hour() -> Iterator[None]:
    with time_machine.travel(world.AFTER, tick=False):
        yield


@pytest.fixture
def campaign() -> None:
    world.public(world.campaign())


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_is_sound_and_loads_and_runs_nothing(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not answer.cookies
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text
    used = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert used <= {"svg", "title", "rect", "g", "text", "tspan", "circle", "path"}
    assert not {name for element in root.iter() for name in element.attrib} & {"style", "href"}
    assert root.get("viewBox").startswith("0 0 ")
    assert float(root.get("width")) > 100
    theme = Theme.DARK if "/dark/" in path else Theme.LIGHT
    assert PALETTES[theme].paper in answer.content.decode()


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize("path", FRAMES)
def test_a_frame_may_stand_anywhere_and_runs_nothing(client: Client, path: str) -> None:
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert not answer.has_header("X-Frame-Options")
    assert not answer.cookies
    body = answer.content.decode()
    assert "<script" not in body
    assert " style=" not in body
    assert 'lang="nl"' in body
    assert "<form" not in body


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize(
    "path",
    [
        "/nl/samen-weg/",
        f"{HERE}/",
        "/nl/samen-weg/method/",
        "/api/v1/docs",
        PICTURES[0],
        "/nl/samen-weg/join/",
        "/nl/sign-in/login/",
    ],
)
def test_everything_else_still_refuses_to_be_framed(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors *" not in answer["Content-Security-Policy"]


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize(
    ("organisation", "language", "words", "day"),
    [
        ("waterput", "en", "We left together", "20 January 2027"),
        ("waterput", "fr", "Nous sommes partis ensemble", "20 janvier 2027"),
        ("brug", "nl", "Wij waren al weg", "14 maart 2023"),
        ("omroep", "de", "Wir gehen gemeinsam", "20. Januar 2027"),
    ],
)
def test_a_badge_says_what_its_organisation_said_with_the_day(
    client: Client, organisation: str, language: str, words: str, day: str
) -> None:
    path = f"/{language}/samen-weg/embed/light/normal/badge/{organisation}.svg"
    root = ElementTree.fromstring(client.get(path).content)
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert texts == [words, f"{day} · Koepel Voorbeeld"]


def test_who_left_ahead_of_the_others_does_not_say_together(client: Client) -> None:
    early = world.joins(world.campaign(), "Waterput")
    factories.post(early, state="published", published_at=factories.NOW)
    root = ElementTree.fromstring(
        client.get("/en/samen-weg/embed/light/normal/badge/waterput.svg").content
    )
    assert next(text.text for text in root.iter(f"{SVG}text")) == "We have left"


@pytest.mark.parametrize(
    "word",
    [
        {"visibility": Visibility.COUNTED},
        {"visibility": Visibility.COORDINATORS},
        {"confirmed": False},
        {"answer": "not now"},
    ],
)
def test_who_is_not_named_has_no_badge_exactly_as_who_does_not_exist(
    client: Client, word: factories.Columns
) -> None:
    path = f"{HERE}/light/normal/badge/geheim.svg"
    made = world.campaign()
    factories.organisation("Geheim", slug="geheim")
    nobody = client.get(path)
    factories.pledge(made, factories.organisation("Stil"), visibility=Visibility.NAMED)
    factories.pledge(made, Organisation.objects.get(slug="geheim"), **word)
    hidden = client.get(path)
    assert (hidden.status_code, hidden.content) == (404, nobody.content)
    assert dict(hidden.headers) == dict(nobody.headers)


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize(
    "path",
    ["x/normal/counter.svg", "light/huge/counter.svg", "auto/normal/list.svg", "x/counter/"],
)
def test_what_is_not_offered_is_not_there(client: Client, path: str) -> None:
    assert client.get(f"{HERE}/{path}").status_code == 404


@pytest.mark.parametrize("path", [*PICTURES[:2], FRAMES[0], FRAMES[1], f"{HERE}/"])
def test_what_may_not_be_known_changes_no_byte(client: Client, path: str) -> None:
    made = world.campaign()
    world.public(made)
    world.members_of_whom_nothing_is_known()
    before = client.get(path)
    world.embargoed(made)
    after = client.get(path)
    assert (after.content, dict(after.headers)) == (before.content, dict(before.headers))


@pytest.mark.parametrize("named", [1, 3])
@pytest.mark.parametrize("path", [PICTURES[0], PICTURES[1], FRAMES[1], f"{HERE}/"])
def test_more_rows_cost_no_more_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, named: int, path: str
) -> None:
    made = world.campaign()
    for number in range(named):
        of = world.joins(made, f"o{number}").organisation
        factories.account(of, NetworkChoices.BLUESKY, proof=Proof.DOMAIN)
    with django_assert_num_queries(8):
        assert client.get(path).status_code == 200


def test_names_bring_no_markup(client: Client) -> None:
    pledge = world.joins(world.campaign(), "Waterput")
    pledge.organisation.name = '<script>"&\x0b</script>'
    pledge.organisation.save()
    for path in [*PICTURES, *FRAMES, f"{HERE}/"]:
        assert b"<script>" not in client.get(path).content
        if path in PICTURES:
            ElementTree.fromstring(client.get(path).content)


@pytest.mark.usefixtures("campaign")
def test_the_page_shows_code_that_works_as_it_is_copied(client: Client) -> None:
    body = client.get(f"{HERE}/").content.decode()
    codes = [unescape(code) for code in re.findall(r"<pre[^>]*>(.*?)</pre>", body, re.DOTALL)]
    assert len(codes) == 7
    for code in codes:
        assert code.startswith(("<a href=", "<iframe src="))
        assert "style" not in code
        addresses = re.findall(r'(?:src|srcset|href)="([^"]+)"', code)
        assert addresses
        for address in addresses:
            assert client.get(address.removeprefix("http://testserver")).status_code == 200
    assert " style=" not in body
    assert "<script>" not in body


@pytest.mark.usefixtures("campaign")
def test_the_badge_that_is_asked_for_is_shown(client: Client) -> None:
    assert "badge/brug.svg" in client.get(f"{HERE}/?organisation=brug").content.decode()
    assert "badge/waterput.svg" in client.get(f"{HERE}/?organisation=zzz").content.decode()


def test_before_anybody_is_named_everything_stands(client: Client) -> None:
    world.campaign()
    for path in [*PICTURES, *FRAMES, f"{HERE}/"]:
        assert client.get(path).status_code == (404 if "badge" in path else 200)


def test_what_a_frame_is_told_to_be_has_the_colours_of_the_page() -> None:
    css = Path(__file__).parents[3] / "static" / "css" / "embed.css"
    blocks = re.findall(r'data-theme="(\w+)"\] \{(.*?)\n  \}', css.read_text("utf-8"), re.DOTALL)
    assert [theme for theme, _ in blocks] == list(Theme)
    for theme, block in blocks:
        palette = PALETTES[Theme(theme)]
        for name, colour in re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block):
            assert getattr(palette, name.replace("-", "_")) == colour
        assert len(re.findall("--", block)) == len(palette.__slots__)


@pytest.mark.django_db(transaction=True)
def test_a_browser_draws_them_on_somebody_elses_page(
    live_server: LiveServer, chromium: Path
) -> None:
    """Another origin shows the picture and the frame; the words stand inside their pictures."""
    from playwright.sync_api import sync_playwright

    world.public(world.campaign())
    pieces = [f"{live_server.url}{path}" for path in (*PICTURES, FRAMES[0])]
    images = "".join(f'<img src="{one}">' for one in pieces[:-1])
    page = f'<!doctype html>{images}<iframe src="{pieces[-1]}" width="440"></iframe>'
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox", LOOPBACK_IS_NO_SECRET]
        )
        tab = browser.new_page()
        tab.route(
            "http://news.example/", lambda route: route.fulfill(content_type="text/html", body=page)
        )
        tab.goto("http://news.example/", wait_until="networkidle")
        drawn = tab.evaluate("[...document.images].map(i => i.naturalWidth > 99)")
        assert drawn == [True] * len(PICTURES)
        frame = tab.frame(url=pieces[-1])
        assert frame
        assert "weg van X" in frame.inner_text("h1")
        for path in PICTURES:
            tab.goto(live_server.url + path)
            outside = tab.evaluate(
                "[...document.querySelectorAll('text')].map(t => t.getBBox())"
                ".filter(b => b.x < 0 || b.x + b.width > document.documentElement.viewBox.baseVal"
                ".width + 0.5).length"
            )
            assert outside == 0, path
        browser.close()
