"""Pictures and frames for other sites. Who isn't named has no badge, exactly as who doesn't exist.

Only the frames may be framed; every other page of the site still refuses.
"""

from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override

from coalition.members.tables import writable
from coalition.progress.chart import FULLNESS
from coalition.progress.queries import Progress, Row
from coalition.templatetags.house import in_year, on_day
from coalition.web.progress.embeds.drawing import (
    BADGE_HEIGHTS,
    MEASURES,
    SLACK,
    SLACK_OF_SANS,
    Measures,
    Size,
    Spot,
    counter,
    listing,
    look,
    promise_of,
)
from coalition.web.progress.lines import lines
from coalition.web.progress.pictures.palette import PALETTES, Theme
from coalition.web.progress.pictures.type import Face, shortened, width
from coalition.web.progress.places import address, shown
from coalition.web.progress.sentence import sentence
from coalition.web.progress.sharing import as_of, shared

FRAMED: Final[dict[str, list[str]]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": ["*"],
}
AUTO: Final = "auto"


@shared
def counter_svg(request: HttpRequest, slug: str, theme: str, size: str) -> HttpResponse:
    """The number as a picture."""
    state, colours = shown(slug), PALETTES[_theme(theme)]
    drawn = counter(state, _size(size), colours)
    return _svg(
        request,
        "counter",
        {
            "drawn": drawn,
            "colours": colours,
            "title": writable(sentence(state).plain),
            "below": _below(state, drawn.measures),
        },
    )


@shared
def list_svg(request: HttpRequest, slug: str, theme: str, size: str) -> HttpResponse:
    """The names as a picture."""
    state, colours = shown(slug), PALETTES[_theme(theme)]
    drawn = listing(state, _size(size), colours)
    return _svg(
        request,
        "list",
        {
            "drawn": drawn,
            "colours": colours,
            "title": writable(sentence(state).plain),
            "below": _below(state, drawn.measures),
        },
    )


@shared
def badge_svg(
    request: HttpRequest, slug: str, theme: str, size: str, organisation: str
) -> HttpResponse:
    """One organisation's own words, with the day."""
    state, colours = shown(slug), PALETTES[_theme(theme)]
    row = next((row for row in state.rows if row.slug == organisation), None)
    if row is None:
        raise Http404
    high = BADGE_HEIGHTS[_size(size)]
    says, day = promise_of(state, row), _day(state, row)
    coalition = shortened(writable(state.campaign.coalition_name), Face.SANS, 13, 220)
    small = " · ".join(filter(None, (day, coalition)))
    measured = max(width(says, Face.SERIF, 21) / SLACK, width(small, Face.SANS, 13) / SLACK_OF_SANS)
    wide, mark = round(measured + 72), look(row.label, colours)
    return _svg(
        request,
        "badge",
        {
            "colours": colours,
            "says": says,
            "small": small,
            "width": wide,
            "edge": wide - 1,
            "pixels": round(wide * high / BADGE_HEIGHTS[Size.NORMAL]),
            "high": high,
            "title": f"{writable(row.name)}: {says} · {small}",
            "spots": [Spot(x, y, 0.75, mark) for y in (46, 32.5, 19) for x in (20.5, 34.5)],
        },
    )


@xframe_options_exempt
@shared
@csp_override(FRAMED)
def counter_frame(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """The number as a page inside a page."""
    return _frame(request, "counter", shown(slug), theme)


@xframe_options_exempt
@shared
@csp_override(FRAMED)
def list_frame(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """The names and their new homes as a page inside a page."""
    return _frame(request, "list", shown(slug), theme)


def _frame(request: HttpRequest, what: str, state: Progress, theme: str) -> HttpResponse:
    return render(
        request,
        f"embed/{what}.html",
        {
            "theme": theme if theme == AUTO else _theme(theme),
            "campaign": state.campaign,
            "words": state.words,
            "progress": state,
            "zone": state.zone,
            "moment": as_of(state),
            "sentence": sentence(state),
            "rows": lines(state, state.rows),
            "dots": sorted(state.dots, key=lambda dot: FULLNESS.index(dot.label)),
            "page": address("progress", state.campaign.slug),
        },
    )


def _svg(request: HttpRequest, what: str, context: dict[str, object]) -> HttpResponse:
    return render(request, f"embed/{what}.svg", context, content_type="image/svg+xml")


def _below(state: Progress, on: Measures) -> str:
    """Whose number it is, and as of when: rather whole without its year than cut."""
    room, said = (on.width - 2 * on.margin) * SLACK_OF_SANS, ""
    for written in (in_year, on_day):
        day = gettext("As of {day}").format(day=written(as_of(state), state.zone))
        said = f"{day} · {writable(state.campaign.coalition_name)}"
        if width(said, Face.SANS, on.small) <= room:
            break
    return shortened(said, Face.SANS, on.small, room)


def _day(state: Progress, row: Row) -> str:
    day: datetime | None = row.standing.at
    return in_year(row.standing.on or day, state.zone) if row.standing.on or day else ""


def _theme(name: str) -> Theme:
    if name not in list(Theme):
        raise Http404
    return Theme(name)


def _size(name: str) -> Size:
    if name not in MEASURES:
        raise Http404
    return Size(name)
