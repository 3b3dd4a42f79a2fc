"""The pledge board and the readiness board; vouching, and answers given by phone."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.pledges import actions
from coalition.pledges.board import Stance, Standing, board, pledge_in, pledges_of
from coalition.publishing.actions import prepare_posts
from coalition.publishing.checked import checking_now, findings_of, last_checkup
from coalition.publishing.occasions import ask_check
from coalition.publishing.readiness import Verdict, readiness
from coalition.refusals import Refusal
from coalition.web.dashboard.answer import AnswerForm, as_it_stands
from coalition.web.dashboard.door import (
    attempt,
    coordinators_only,
    page,
    the_campaign,
    the_organisation,
    who,
)
from coalition.web.dashboard.tabs import tabs

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.members.models import Organisation


@coordinators_only
@require_safe
def pledges(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody's answer, narrowed by the address."""
    here = the_campaign(slug)
    found = board(here, now=timezone.now())
    show, search = request.GET.get("show", ""), request.GET.get("q", "").strip()
    rows = [
        row
        for row in found.rows
        if (not show or row.stance == show)
        and all(word in _searched(row) for word in search.casefold().split())
    ]
    counts = [(stance.value, stance.label, found.counts[stance]) for stance in Stance]
    return page(
        request,
        "board.html",
        {
            "board": found,
            "rows": rows,
            "unconfirmed": [row for row in found.rows if row.stance is Stance.UNCONFIRMED],
            "tabs": tabs(counts, show, q=search),
            "show": show,
            "search": search,
        },
        campaign=here,
    )


def _searched(row: Standing) -> str:
    one = row.organisation
    return f"{one.name} {one.legal_name} {one.domain} {one.contact_name}".casefold()


@coordinators_only
@require_safe
def ready(request: HttpRequest, slug: str) -> HttpResponse:
    """Who would fail if the hour were now."""
    here = the_campaign(slug)
    found = readiness(here)
    show = request.GET.get("show", "")
    verdicts = [one.verdict for one in found]
    counts = [(verdict.value, verdict.label, verdicts.count(verdict)) for verdict in Verdict]
    rows = [one for one in found if not show or one.verdict == show]
    checkup = last_checkup(here)
    context = {
        "rows": rows,
        "tabs": tabs(counts, show),
        "counts": counts,
        "checkup": checkup,
        "findings": findings_of(checkup) if checkup else [],
        "checking": checking_now(here),
    }
    return page(request, "readiness.html", context, campaign=here)


@coordinators_only
@require_POST
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign in everywhere now, as the hour would; a worker does it."""
    here = the_campaign(slug)
    attempt(
        request,
        lambda: ask_check(here, actor=who(request), now=timezone.now()),
        _("It begins within a few seconds; its result comes here."),
    )
    return redirect("dashboard:readiness", slug)


@coordinators_only
@require_POST
def confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A coordinator vouches for a stranger's pledge: from now on it counts."""
    pledge = pledge_in(the_campaign(slug), pk)
    if pledge is None:
        raise Http404
    attempt(
        request,
        lambda: actions.confirm(pledge, actor=who(request), now=timezone.now()),
        _("%(name)s is confirmed, and counts.") % {"name": pledge.organisation},
    )
    return redirect("dashboard:board", slug)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, slug: str, organisation: str) -> HttpResponse:
    """An answer given by phone, marked as such."""
    here, asked = the_campaign(slug), the_organisation(organisation)
    if asked.left_coalition_at:
        raise Http404
    if request.method == "POST":
        form = AnswerForm(request.POST, organisation=asked)
        if form.is_valid() and _record(request, here, asked, form):
            return redirect("dashboard:member", asked.slug)
    else:
        said = next((one for one in pledges_of(asked) if one.campaign_id == here.pk), None)
        form = AnswerForm(initial=as_it_stands(said), organisation=asked)
    status = 422 if form.errors else 200
    return page(
        request, "answer.html", {"form": form, "asked": asked}, campaign=here, status=status
    )


def _record(
    request: HttpRequest, here: "Campaign", asked: "Organisation", form: AnswerForm
) -> bool:
    now = timezone.now()
    try:
        pledge = actions.make_pledge(
            here, asked, form.word(), actor=who(request), by_phone=True, now=now
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    prepare_posts(pledge, now=now)
    messages.success(request, _("The answer of %(name)s is recorded.") % {"name": asked})
    return True
