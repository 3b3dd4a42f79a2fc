"""The picture that goes with a link."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from PIL import Image

from coalition.progress.queries import public_progress
from coalition.web.progress.pictures.palette import PALETTES, Theme
from coalition.web.progress.pictures.preview import sheet
from coalition.web.progress.pictures.type import (
    FONTS,
    Face,
    Room,
    Word,
    fitting,
    font,
    length,
    said,
)
from tests import factories
from tests.factories import NOW, T
from tests.web.progress import world

ROOT = Path(__file__).resolve().parents[4]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SIGNS = "àâäåæçéèêëîïíñóôöøœùûüúÿßÀÂÄÅÆÇÉÈÊËÎÏÑÔÖØŒÙÛÜŸẞłőšžțăį’‘“”„«»–—…·•×&@()/'\"!?%€:;,."


@pytest.fixture(autouse=True)
def before_the_hour() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as clock:
        yield clock


@pytest.mark.parametrize("face", Face)
def test_every_letter_of_european_names_is_in_the_fonts(face: Face) -> None:
    def drawn(letter: str) -> tuple[bytes, tuple[int, int]]:
        mask = font(face, 60).getmask(letter)
        return bytes(mask), mask.size

    missing = drawn("\ufffe")
    assert [letter for letter in LETTERS + SIGNS if drawn(letter) == missing] == []
    plain = {drawn(letter) for letter in "eucas"}
    assert not [letter for letter in "ëéüçàšß" if drawn(letter) in plain]


def test_the_fonts_are_small_and_their_licence_goes_with_them() -> None:
    assert sum((FONTS / face).stat().st_size for face in Face) < 100_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "LICENSE.txt").read_text()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_it_is_as_large_as_previews_want_it_and_stands_on_paper(
    client: Client, language: str
) -> None:
    world.public(world.campaign())
    answer = client.get(f"/{language}/samen-weg/preview.png")
    assert answer["Content-Type"] == "image/png"
    image = Image.open(BytesIO(answer.content))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(answer.content) < 300_000
    light = PALETTES[Theme.LIGHT]
    corner = image.convert("RGB").getpixel((3, 3))
    assert isinstance(corner, tuple)
    assert "#" + "".join(f"{part:02x}" for part in corner) == light.paper
    colours = {pixel for _count, pixel in image.convert("RGB").getcolors(1 << 20) or []}
    for colour in (light.ink, light.blue, light.day):
        assert tuple(bytes.fromhex(colour[1:])) in colours


@pytest.mark.django_db
def test_a_new_number_is_a_new_picture_and_the_same_number_the_same(client: Client) -> None:
    of = world.campaign()
    first = client.get("/nl/samen-weg/preview.png")
    assert client.get("/nl/samen-weg/preview.png").content == first.content
    world.joins(of, "Waterput")
    second = client.get("/nl/samen-weg/preview.png")
    assert second.content != first.content
    assert second["ETag"] != first["ETag"]


@pytest.mark.django_db
def test_the_page_names_its_picture_by_its_whole_address(client: Client) -> None:
    of = world.campaign()

    def named() -> str:
        body = client.get("/fr/samen-weg/").content.decode()
        (found,) = re.findall(r'<meta property="og:image" content="([^"]+)">', body)
        assert '<meta name="twitter:card" content="summary_large_image">' in body
        return str(found)

    first = named()
    assert re.fullmatch(r"http://testserver/fr/samen-weg/preview\.png\?v=[0-9a-f]{12}", first)
    assert client.get(first.removeprefix("http://testserver")).status_code == 200
    assert named() == first
    world.joins(of, "Waterput")
    assert named() != first


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        {"exit_at": None},
        {"coalition_name": "W" * 120},
        {"platform_name": "Donaudampfschifffahrtsgesellschaftsnetz"},
    ],
)
def test_whatever_its_words_are_it_can_be_drawn(client: Client, columns: factories.Columns) -> None:
    world.joins(world.campaign(**columns), "Waterput")
    assert client.get("/de/samen-weg/preview.png").status_code == 200


@pytest.mark.django_db
def test_many_organisations_fit(client: Client) -> None:
    of = world.campaign()
    for number in range(60):
        world.joins(of, f"o{number}")
    state = public_progress("samen-weg", language="en", now=T)
    assert state
    drawn = sheet(state)
    assert len(drawn.chart.places) == 60
    assert min(place.y for place in drawn.chart.places) > 100
    assert client.get("/en/samen-weg/preview.png").status_code == 200


def test_words_stand_in_their_room_as_large_as_they_can() -> None:
    words = [Word(text) for text in ["34", "van", "60", "organisaties", "zijn", "weg", "van", "X"]]
    room = Room(600, 240)
    sizes = (90, 60, 40)
    size, lines = fitting(words, Face.SERIF, sizes, room)
    assert " ".join(said(line) for line in lines) == "34 van 60 organisaties zijn weg van X"
    assert all(length(line, Face.SERIF, size) <= room.width for line in lines)
    assert size in sizes[:2]


def tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))


@pytest.mark.parametrize("theme", Theme)
def test_its_colours_are_those_of_the_page(theme: Theme) -> None:
    css = (ROOT / "static" / "css" / "tokens.css").read_text("utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    wanted = tokens(light if theme is Theme.LIGHT else dark.split("@media")[0])
    palette = PALETTES[theme]
    names = [name.replace("_", "-") for name in palette.__slots__]
    assert [wanted[name] for name in names] == [
        getattr(palette, name.replace("-", "_")) for name in names
    ]
