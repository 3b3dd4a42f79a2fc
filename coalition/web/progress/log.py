"""What we said and don't say any more, and who looked at what we still say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_safe

from coalition.evidence.queries import standing_evidence
from coalition.evidence.states import Level
from coalition.journal.actions import MACHINE
from coalition.progress.events import Event, Happening, corrections
from coalition.progress.queries import Progress
from coalition.web.closing import WHAT
from coalition.web.progress.happenings import told
from coalition.web.progress.places import around, shown

ITSELF, BY_MACHINE, COORDINATOR = _("the organisation itself"), _("our machine"), _("a coordinator")


@dataclass(frozen=True, slots=True)
class Line:
    """One change in what the page says: when, of whom, what, and who looked."""

    at: datetime
    slug: str
    name: str
    what: str | Promise
    sentence: str
    who: str | Promise


@require_safe
@conditional_page
def log(request: HttpRequest, slug: str) -> HttpResponse:
    """Every correction and every look, the newest first."""
    state = shown(slug)
    context = {"corrected": _corrected(state), "checked": _checked(state)}
    return _page(request, "corrections", state, context)


@require_safe
@conditional_page
def withdrawals(request: HttpRequest, slug: str) -> HttpResponse:
    """Who took a public word back, and when."""
    state = shown(slug)
    context = {"corrected": _corrected(state, only=Happening.WITHDREW)}
    return _page(request, "withdrawals", state, context)


def _page(
    request: HttpRequest, name: str, state: Progress, context: Mapping[str, object]
) -> HttpResponse:
    common = {**around(state), "zone": state.zone}
    return render(request, f"progress/{name}.html", {**common, **context})


def _corrected(state: Progress, only: Happening | None = None) -> list[Line]:
    found = corrections(state)
    return [_line(state, event) for event in found if only in {None, event.what}]


def _line(state: Progress, event: Event) -> Line:
    return Line(
        event.at,
        event.slug,
        event.name,
        WHAT[event.what],
        told(event, state.campaign.platform_name),
        ITSELF if event.what is Happening.WITHDREW else COORDINATOR,
    )


def _checked(state: Progress) -> list[Line]:
    """Evidence of those that stand on the list by name; people are not named for having looked."""
    named = {row.slug for row in state.rows}
    return [
        Line(
            one.recorded_at,
            one.organisation.slug,
            one.organisation.name,
            Level(one.level).label,
            "",
            _who(one.level, one.recorded_by),
        )
        for one in standing_evidence(state.campaign)
        if one.organisation.slug in named
    ]


def _who(level: str, recorded_by: str) -> str | Promise:
    if level == Level.SELF_REPORTED:
        return ITSELF
    return BY_MACHINE if recorded_by == MACHINE else COORDINATOR
