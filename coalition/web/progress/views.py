"""What anyone sees: no cookie, no sign-in, no script needed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import conditional_page, require_safe

from coalition.progress import chart, curve
from coalition.progress.queries import Progress, open_campaigns
from coalition.progress.shelf import WHOLE
from coalition.web.progress.downloads import (
    as_data,
    as_news,
    as_table,
    as_workbook,
    not_named,
    version,
)
from coalition.web.progress.filters import chosen, filters, narrowed
from coalition.web.progress.lines import lines
from coalition.web.progress.pictures.preview import picture_address
from coalition.web.progress.places import address, around, shown
from coalition.web.progress.sentence import halted, sentence, time_left
from coalition.web.progress.sharing import shared

PARTS = frozenset({"live", "list"})
JSON = "application/json; charset=utf-8"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The newest campaign's page; where nothing is open yet, a page that says so."""
    campaigns = open_campaigns(timezone.now())
    if campaigns:  # no detour: a file that stands for a page can't send anybody on
        return campaign(request, campaigns[0].slug)
    return render(request, "progress/nothing.html")


@require_safe
@conditional_page
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept and for how long, in plain words; whom to write to, once a campaign is open."""
    contacts = (one.contact_email for one in open_campaigns(timezone.now()) if one.contact_email)
    return render(request, "progress/privacy.html", {"contact": next(contacts, "")})


@require_safe
@conditional_page
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """The number, the chart, the list; htmx asks for a part of it."""
    state = shown(slug)
    choice = chosen(request.GET.dict())
    found = lines(state, narrowed(state.rows, choice))
    left, said = time_left(state), sentence(state)
    part = request.headers.get("HX-Target", "") if request.headers.get("HX-Request") else ""
    response = render(
        request,
        f"progress/campaign.html#{part}" if part in PARTS else "progress/campaign.html",
        {
            **around(state),
            "progress": state,
            "zone": state.zone,
            "sentence": said,
            "share": f"{said.plain} {address('progress', state.campaign.slug)}",
            "picture": picture_address(state),
            "left": left,
            "halted": halted(state),
            "version": version(state),
            "whole": WHOLE in request.GET,
            "charts": (
                ("wide", _drawn(state, chart.WIDE)),
                ("narrow", _drawn(state, chart.NARROW)),
            ),
            "curves": _curves(state),
            "legend": sorted({dot.label for dot in state.dots}, key=chart.FULLNESS.index),
            "filters": filters(state.rows, choice),
            "narrowed": bool(choice),
            "members": [line for line in found if line.row.member],
            "followers": [line for line in found if not line.row.member],
            "not_named": not_named(state),
        },
    )
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_safe
@conditional_page
def method(request: HttpRequest, slug: str) -> HttpResponse:
    """What is counted, and why it can be believed."""
    state = shown(slug)
    return render(request, "progress/method.html", around(state))


@shared
def now_json(_request: HttpRequest, slug: str) -> HttpResponse:
    """As little as possible, for pages that are open: whether anything changed, and as of when."""
    return _json(as_news(shown(slug)))


@shared
def data_csv(_request: HttpRequest, slug: str) -> HttpResponse:
    """The public rows, for a spreadsheet."""
    return _file(as_table(shown(slug)), slug, "csv", "text/csv; charset=utf-8")


@shared
def data_xlsx(_request: HttpRequest, slug: str) -> HttpResponse:
    """The public rows as a workbook."""
    return _file(as_workbook(shown(slug)), slug, "xlsx", WORKBOOK)


@shared
def data_json(_request: HttpRequest, slug: str) -> HttpResponse:
    """The counts and the public rows, for a program."""
    return _json(as_data(shown(slug)))


def _json(said: dict[str, Any]) -> JsonResponse:
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False}, content_type=JSON)


def _file(content: str | bytes, slug: str, ending: str, kind: str) -> HttpResponse:
    named = f'attachment; filename="{slug}.{ending}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": named})


def _drawn(state: Progress, frame: chart.Frame) -> chart.Chart:
    today = state.as_of.astimezone(state.zone).date()
    return chart.draw(state.dots, exit_day=state.exit_day, today=today, frame=frame)


def _curves(state: Progress) -> list[tuple[str, curve.Curve]]:
    today = state.as_of.astimezone(state.zone).date()
    drawn = (
        (name, curve.draw(state.grown, today=today, exit_day=state.exit_day, sheet=sheet))
        for name, sheet in (("wide", curve.WIDE), ("narrow", curve.NARROW))
    )
    return [(name, one) for name, one in drawn if one is not None]
