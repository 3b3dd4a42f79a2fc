"""The picture that goes with a link: the sentence, the day, the dots; 1200 × 630."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext, pgettext
from PIL import Image, ImageDraw

from coalition.evidence.states import Label
from coalition.members.tables import writable
from coalition.progress.chart import Chart, Frame, Where, draw
from coalition.progress.queries import Progress
from coalition.templatetags.house import at_hour, in_year, on_day, short_day
from coalition.web.progress.pictures.palette import PALETTES, Palette, Theme
from coalition.web.progress.pictures.type import (
    Face,
    Room,
    Tone,
    Word,
    fitting,
    font,
    placed,
    shortened,
    width,
    words_of,
)
from coalition.web.progress.places import address, shown
from coalition.web.progress.sentence import sentence
from coalition.web.progress.sharing import as_of, shared

WIDTH: Final = 1200
HEIGHT: Final = 630
MARGIN: Final = 64
FINE: Final = 2
"""Drawn this much larger, then made smaller: edges are smooth."""
KEPT_SECONDS: Final = 300
SKY: Final = 118
"""How far down the sentence begins."""
SIZES: Final = (92, 84, 76, 68, 60, 54, 48, 42, 36, 30)
FRAME: Final = Frame(1072, 630, 520, 390, 104, 210, 860, 30, 70, 92)


@dataclass(frozen=True)
class Sheet:
    """All that is on one picture; what has the same is the same picture."""

    words: tuple[Word, ...]
    name: str
    moment: str
    hour: str
    day: str
    labels: tuple[tuple[float, str], ...]
    chart: Chart

    @property
    def version(self) -> str:
        """Changes when the picture does, so that nobody is shown an old one for long."""
        return sha256(repr(self).encode()).hexdigest()[:12]


class Hand(NamedTuple):
    """How words are written."""

    face: Face
    size: int
    colour: str


@shared
def picture(_request: HttpRequest, slug: str) -> HttpResponse:
    """The picture as it is now."""
    response = HttpResponse(painted(sheet(shown(slug))), content_type="image/png")
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response


def picture_address(state: Progress) -> str:
    """Where the picture of this very number is."""
    return f"{address('progress_picture', state.campaign.slug)}?v={sheet(state).version}"


def sheet(state: Progress) -> Sheet:
    """What the picture of a campaign says."""
    zone, exit_at = state.zone, state.campaign.exit_at
    chart = draw(
        state.dots,
        exit_day=state.exit_day,
        today=state.as_of.astimezone(zone).date(),
        frame=FRAME,
    )
    day = in_year(as_of(state), zone)
    return Sheet(
        words=tuple(
            Word(writable(word.text), word.tone, word.glued) for word in words_of(sentence(state))
        ),
        name=writable(state.campaign.coalition_name),
        moment=gettext("As of {day}").format(day=day),
        day=on_day(exit_at, zone) if exit_at else gettext("date to follow"),
        hour=at_hour(exit_at, zone),
        labels=tuple(_labels(chart)),
        chart=chart,
    )


def _labels(chart: Chart) -> Sequence[tuple[float, str]]:
    names = {
        Where.EARLIER: pgettext("chart", "earlier"),
        Where.LATER: pgettext("chart", "later"),
    }
    return [
        (ground.label_x, names.get(ground.where) or short_day(ground.day))
        for ground in chart.grounds
        if ground.label_x is not None and ground.where is not Where.EXIT
    ]


@lru_cache(maxsize=64)
def painted(on: Sheet, theme: Theme = Theme.LIGHT) -> bytes:
    """The picture itself. Kept in memory: many ask for the same one, and painting takes a while."""
    colours = PALETTES[theme]
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), colours.paper)
    pen = ImageDraw.Draw(image)
    _name(pen, on, colours)
    _chart(pen, on, colours)
    _sentence(pen, on, colours)
    out = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _name(pen: ImageDraw.ImageDraw, on: Sheet, colours: Palette) -> None:
    right = width(on.moment, Face.SANS, 24)
    name = shortened(on.name, Face.SANS, 30, WIDTH - 2 * MARGIN - right - 40)
    _text(pen, (MARGIN, 82), name, Hand(Face.SANS, 30, colours.ink))
    _text(pen, (WIDTH - MARGIN - right, 82), on.moment, Hand(Face.SANS, 24, colours.ink_soft))


def _sentence(pen: ImageDraw.ImageDraw, on: Sheet, colours: Palette) -> None:
    """In the sky before the day."""
    tones = {Tone.PLAIN: colours.ink, Tone.GONE: colours.blue, Tone.DAY: colours.day}
    before = [place.y for place in on.chart.places if place.x < on.chart.exit.left]
    sky = min([FRAME.ground, *before]) - on.chart.pitch - SKY
    room = Room(on.chart.exit.left - 40, sky)
    size, lines = fitting(on.words, Face.SERIF, SIZES, room)
    for number, line in enumerate(lines):
        for x, word in placed(line, Face.SERIF, size):
            at = (MARGIN + x, SKY + size * (0.8 + number * room.leading))
            _text(pen, at, word.text, Hand(Face.SERIF, size, tones[word.tone]))


def _chart(pen: ImageDraw.ImageDraw, on: Sheet, colours: Palette) -> None:
    chart, ground = on.chart, FRAME.ground
    day = chart.exit
    left, right = MARGIN + day.left, MARGIN + day.right
    pen.rectangle(_fine(left, chart.top, right, ground), fill=colours.day_pale)
    pen.line(_fine(MARGIN, ground, WIDTH - MARGIN, ground), fill=colours.line, width=FINE)
    for each in chart.grounds:
        colour, thick = (colours.day, 4) if each is day else (colours.line_firm, 2)
        pen.line(
            _fine(MARGIN + each.left, ground, MARGIN + each.right, ground), colour, thick * FINE
        )
    for x, name in on.labels:
        _centred(pen, (MARGIN + x, ground + 36), name, 24, colours.ink_soft)
    middle = MARGIN + (day.label_x or FRAME.middle)
    _centred(pen, (middle, ground + 38), on.day, 28, colours.day)
    _centred(pen, (middle, ground + 70), on.hour, 24, colours.day)
    for place in chart.places:
        _dot(pen, (MARGIN + place.x, place.y), chart.scale, place.dot.label, colours)


def _dot(
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    scale: float,
    label: Label,
    colours: Palette,
) -> None:
    """One organisation, as static/css/dots.css draws it."""
    small = label is Label.ALREADY_LEFT
    radius, edge = (4.5 if small else 7) * scale, max(1.5, 1.75 * scale)
    box = _fine(at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)
    match label:
        case Label.LEFT:
            pen.ellipse(box, fill=colours.blue)
        case Label.ALREADY_LEFT:
            pen.ellipse(box, fill=colours.grey)
        case Label.LEFT_SELF_REPORTED:
            pen.ellipse(box, fill=colours.blue_pale, outline=colours.blue, width=round(edge * FINE))
        case Label.PARTLY:
            pen.ellipse(box, outline=colours.blue, width=round(edge * FINE))
            pen.pieslice(box, 90, 270, fill=colours.blue)
        case Label.PLEDGED_IF:
            for start in range(0, 360, 45):
                pen.arc(box, start, start + 26, colours.line_firm, round(edge * FINE))
        case Label.LEAVING | Label.PLEDGED:
            pen.ellipse(box, outline=colours.blue, width=round(edge * FINE))


def _text(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, hand: Hand) -> None:
    where = (at[0] * FINE, at[1] * FINE)
    face = font(hand.face, hand.size * FINE)
    pen.text(where, text, fill=hand.colour, font=face, anchor="ls")


def _centred(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, colour: str
) -> None:
    reach = width(text, Face.SANS, size)
    x = min(max(at[0] - reach / 2, MARGIN), WIDTH - MARGIN - reach)
    _text(pen, (x, at[1]), text, Hand(Face.SANS, size, colour))


def _fine(*numbers: float) -> list[float]:
    return [number * FINE for number in numbers]
