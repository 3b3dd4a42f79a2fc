"""The member list: upload it, see row by row what would happen, then apply exactly that."""

from typing import Any, Final

from django.contrib import messages
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.campaigns.queries import all_campaigns, words_in
from coalition.members.importing import Fate, apply, meanings, plan, remember_meanings
from coalition.members.sheet import HEADERS, LARGEST, Grid, grid_of, guessed, sheet_of
from coalition.refusals import Refusal
from coalition.web.dashboard.door import coordinators_only, page, who
from coalition.web.dashboard.forms import UploadForm
from coalition.web.dashboard.lists import listed
from coalition.web.dashboard.tabs import Sift
from coalition.web.limits import limited

KEPT_FOR: Final = 24 * 60 * 60


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@limited("upload")
def upload(request: HttpRequest) -> HttpResponse:
    """Read the file; nothing on the list changes yet."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            grid = grid_of(form.cleaned_data["file"].read(LARGEST + 1))
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            columns = guessed(grid.header, meanings())
            _keep(request, grid, columns, form.cleaned_data["file"].name)
            return redirect("dashboard:import_review")
    return page(request, "import.html", {"form": form}, status=422 if form.errors else 200)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """The dry run; with its digest it is applied, all or nothing."""
    kept = _kept(request)
    if kept is None:
        messages.error(request, _("There is no list to look at any more. Upload it again."))
        return redirect("dashboard:import")
    grid, chosen = _grid(kept)
    try:
        sheet = sheet_of(grid, chosen)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("dashboard:import_columns")
    rows = sheet.rows
    if request.method == "POST":
        agreed = request.POST.get("digest", "")
        try:
            done = apply(rows, agreed=agreed, actor=who(request), now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            _forget(request)
            said = {"new": done.counts[Fate.NEW], "changed": done.counts[Fate.CHANGED]}
            text = _("Done: %(new)d new, %(changed)d changed.") % said
            messages.success(request, format_html("{} {}", text, _ways_on()))
            return redirect("dashboard:members")
    planned = plan(rows)
    sift = Sift.of(request.GET)
    part, context = listed(
        sift,
        [line for line in planned.lines if not sift.show or line.fate == sift.show],
        [(fate.value, fate.label, count) for fate, count in planned.counts.items()],
    )
    context |= {
        "file": kept["file"],
        "ignored": sheet.ignored,
        "not_unicode": sheet.not_unicode,
        "plan": planned,
        "applies": sum(line.applies for line in planned.lines),
        "left_out": planned.counts[Fate.DUPLICATE] + planned.counts[Fate.INVALID],
        "lines": part.rows,
    }
    return page(request, "import_review.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest) -> HttpResponse:
    """What each column of the file means; what is said here is remembered for the next file."""
    kept = _kept(request)
    if kept is None:
        messages.error(request, _("There is no list to look at any more. Upload it again."))
        return redirect("dashboard:import")
    grid, chosen = _grid(kept)
    if request.method == "POST":
        said = {at: request.POST.get(f"column-{at}", "") for at in range(len(grid.header))}
        chosen = {at: column for at, column in said.items() if column in HEADERS}
        try:
            sheet_of(grid, chosen)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            remember_meanings(grid.header, chosen, now=timezone.now())
            _keep(request, grid, chosen, kept["file"])
            return redirect("dashboard:import_review")
    shown = [
        (
            at,
            heading,
            chosen.get(at, ""),
            [line[at] for _number, line in grid.lines if line[at:]][:2],
        )
        for at, heading in enumerate(grid.header)
    ]
    context = {"file": kept["file"], "columns": shown, "choices": HEADERS}
    return page(request, "import_columns.html", context)


def _grid(kept: dict[str, Any]) -> tuple[Grid, dict[int, str]]:
    """The file and what its columns mean, as the session holds them."""
    lines = tuple((number, tuple(line)) for number, line in kept["lines"])
    grid = Grid(tuple(kept["header"]), lines, kept["not_unicode"])
    return grid, {int(at): column for at, column in kept["columns"].items()}


def _ways_on() -> SafeString:
    """To each campaign: the list is one step of it."""
    language = get_language() or "en"
    living = [one for one in all_campaigns() if not one.called_off_at]
    names = [getattr(words_in(one, language), "name", one.slug) for one in living]
    return format_html_join(
        " · ",
        '<a href="{}">{}</a>',
        (
            (
                reverse("dashboard:campaign", args=[one.slug]),
                _("Go on with “%(name)s”") % {"name": name},
            )
            for one, name in zip(living, names, strict=True)
        ),
    )


def _keep(request: HttpRequest, grid: Grid, columns: dict[int, str], name: str) -> None:
    """In a session of its own, so that other pages don't carry the rows along."""
    _forget(request)
    kept = SessionStore()
    kept["import"] = {
        "file": name[:100],
        "header": grid.header,
        "lines": grid.lines,
        "not_unicode": grid.not_unicode,
        "columns": columns,
    }
    kept.set_expiry(KEPT_FOR)
    kept.create()
    request.session["import"] = kept.session_key


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    key = request.session.get("import")
    kept: dict[str, Any] | None = SessionStore(key).get("import") if key else None
    return kept


def _forget(request: HttpRequest) -> None:
    key = request.session.pop("import", None)
    if key:
        SessionStore(key).delete()
