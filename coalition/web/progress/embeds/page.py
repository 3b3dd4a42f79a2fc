"""Everything to take along, on one page: see it, copy it. Works without JavaScript."""

from dataclasses import dataclass
from html import escape
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.translation import gettext
from django.views.decorators.csp import csp_override
from django.views.decorators.http import conditional_page, require_safe

from coalition.progress.queries import Progress, Row
from coalition.web.progress.embeds.drawing import BADGE_HEIGHTS, MEASURES, Size, promise_of
from coalition.web.progress.embeds.views import AUTO
from coalition.web.progress.pictures.palette import Theme
from coalition.web.progress.places import address, around, shown

WITH_FRAMES: Final[dict[str, Any]] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to take along: its picture on light and on dark paper, and the code to copy."""

    light: str
    dark: str
    code: str


@require_safe
@conditional_page
@csp_override(WITH_FRAMES)
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """A badge is shown for the organisation that the address asks for, else for the first."""
    state = shown(slug)
    asked = request.GET.get("organisation", "")
    row = next((row for row in state.rows if row.slug == asked), None) or next(
        iter(state.rows), None
    )
    return render(
        request,
        "embed/page.html",
        {
            **around(state),
            "counters": [_picture(state, "embed_counter_svg", size) for size in Size],
            "frame": _frame(state, "embed_counter", 270),
            "list_frame": _frame(state, "embed_list", 520),
            "listing": _picture(state, "embed_list_svg", Size.SMALL),
            "rows": sorted(state.rows, key=lambda row: row.name.lower()),
            "row": row,
            "badges": [_badge(state, row, size) for size in Size] if row else [],
        },
    )


def _picture(state: Progress, name: str, size: Size) -> Piece:
    on = MEASURES[size]
    high = f' height="{on.height}"' if name == "embed_counter_svg" else ""
    sources = _sources(name, state.campaign.slug, size)
    return Piece(*sources, _linked(state, sources, f'width="{on.width}"{high}', _name(state)))


def _badge(state: Progress, row: Row, size: Size) -> Piece:
    sources = _sources("embed_badge", state.campaign.slug, size, row.slug)
    return Piece(
        *sources, _linked(state, sources, f'height="{BADGE_HEIGHTS[size]}"', promise_of(state, row))
    )


def _sources(name: str, slug: str, size: Size, *rest: str) -> tuple[str, str]:
    light, dark = (address(name, slug, theme, size, *rest) for theme in Theme)
    return light, dark


def _linked(state: Progress, sources: tuple[str, str], measures: str, alt: str) -> str:
    """A picture that follows the reader's own light and dark, and leads to the page."""
    light, dark = sources
    return (
        f'<a href="{address("progress", state.campaign.slug)}"><picture>'
        f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">'
        f'<img src="{light}" {measures} alt="{escape(alt)}"></picture></a>'
    )


def _frame(state: Progress, name: str, high: int) -> Piece:
    slug = state.campaign.slug
    auto, light, dark = (address(name, slug, theme) for theme in (AUTO, *Theme))
    title = escape(_name(state))
    code = f'<iframe src="{auto}" title="{title}" width="440" height="{high}"></iframe>'
    return Piece(light, dark, code)


def _name(state: Progress) -> str:
    return state.words.name if state.words else gettext("Leaving together")
