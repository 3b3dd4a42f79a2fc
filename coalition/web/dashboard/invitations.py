"""Inviting, many at once or one again, and how far each letter came."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from coalition.pledges.board import Asking, Standing, board
from coalition.pledges.invitations import invite
from coalition.refusals import Refusal
from coalition.web.dashboard.door import (
    attempt,
    coordinators_only,
    page,
    the_campaign,
    the_organisation,
    who,
)
from coalition.web.dashboard.tabs import tabs
from coalition.web.limits import limited


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@limited("invite")
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose whom to invite; those who haven't been are chosen already."""
    here, now = the_campaign(slug), timezone.now()
    found = board(here, now=now)
    if request.method == "POST":
        chosen, seen = set(request.POST.getlist("organisation")), _seen(request)
        rows = [row for row in found.rows if row.organisation.slug in chosen]
        fresh = [row for row in rows if not _since(row, seen)]
        refused = []
        for row in fresh:
            try:
                invite(here, row.organisation, actor=who(request), now=now)
            except Refusal as refusal:
                refused.append(f"{row.organisation}: {refusal}")
        _say(request, len(fresh) - len(refused), len(rows) - len(fresh), refused)
        return redirect("dashboard:invitations", slug)
    show = request.GET.get("show", "")
    states = [row.asked.state for row in found.rows]
    counts = [(state.value, state.label, states.count(state)) for state in Asking]
    rows = [row for row in found.rows if not show or row.asked.state == show]
    context = {
        "rows": rows,
        "tabs": tabs(counts, show),
        "everybody": len(found.rows),
        "askable": sum(bool(row.organisation.contact_email) for row in rows),
    }
    return page(request, "invitations.html", context, campaign=here)


def _seen(request: HttpRequest) -> datetime | None:
    try:
        return parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        return None


def _since(row: Standing, seen: datetime | None) -> bool:
    """Invited after the page was made: a double click, or a colleague."""
    invited = row.asked.invited_at
    return bool(invited and (seen is None or seen.tzinfo is None or invited >= seen))


def _say(request: HttpRequest, invited: int, since: int, refused: list[str]) -> None:
    if invited:
        done = ngettext("%(count)d invitation goes out.", "%(count)d invitations go out.", invited)
        messages.success(request, done % {"count": invited})
    if since:
        already = ngettext(
            "%(count)d had just been invited and is not written to again.",
            "%(count)d had just been invited and are not written to again.",
            since,
        )
        messages.warning(request, already % {"count": since})
    for sentence in refused:
        messages.error(request, sentence)
    if not (invited or since or refused):
        messages.warning(request, _("Nobody was chosen. Choose whom to invite."))


@coordinators_only
@require_POST
@limited("invite")
def again(request: HttpRequest, slug: str, organisation: str) -> HttpResponse:
    """Invite one organisation, or invite it again."""
    here, asked = the_campaign(slug), the_organisation(organisation)
    if asked.left_coalition_at:
        raise Http404
    attempt(
        request,
        lambda: invite(here, asked, actor=who(request), now=timezone.now()),
        _("An invitation goes to %(email)s; older links stop working.")
        % {"email": asked.contact_email},
    )
    return redirect("dashboard:member", asked.slug)
