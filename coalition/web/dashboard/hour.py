"""The hour: setting and moving it, calling it off."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from coalition.campaigns.actions import call_off, hour_in
from coalition.pledges.board import whom_a_date_concerns
from coalition.pledges.dates import announce_date, standing_members
from coalition.refusals import Refusal
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who
from coalition.web.dashboard.plan import HourForm
from coalition.web.signin.gate import confirmed


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def date(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the hour; see it in both zones and whom it concerns; then it is said to everybody."""
    here = the_campaign(slug)
    members = standing_members(here)
    form = HourForm(request.POST or None, campaign=here, members=members)
    context: dict[str, object] = {"form": form, "concerns": len(members)}
    chosen = _chosen(form) if form.is_bound and form.is_valid() else None
    if chosen is None:
        status = 422 if form.errors else 200
        return page(request, "date.html", context, campaign=here, status=status)
    if "sure" not in request.POST:
        return page(
            request,
            "date_sure.html",
            {**context, "chosen": chosen, "waves": form.waves},
            campaign=here,
        )
    try:
        letters = announce_date(
            here,
            chosen,
            waves=form.waves,
            first=form.goes_first,
            actor=who(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return page(request, "date.html", context, campaign=here, status=422)
    said = ngettext(
        "The hour is set, and %(count)d letter goes out.",
        "The hour is set, and %(count)d letters go out.",
        letters,
    )
    messages.success(request, said % {"count": letters})
    return redirect("dashboard:campaign", slug)


def _chosen(form: HourForm) -> datetime | None:
    """The instant; where the clocks make it none or two, the form says so."""
    try:
        return hour_in(form.zone, form.wall, later_of_two=form.later_of_two)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def off(request: HttpRequest, slug: str) -> HttpResponse:
    """The exit does not happen. For good, so it is asked twice."""
    here = the_campaign(slug)
    if request.method != "POST":
        context: dict[str, object] = {"concerns": whom_a_date_concerns(here)}
        return page(request, "call_off.html", context, campaign=here)
    attempt(
        request,
        lambda: call_off(here, actor=who(request), now=timezone.now()),
        _("The exit is called off: nothing will be sent."),
    )
    return redirect("dashboard:campaign", slug)
