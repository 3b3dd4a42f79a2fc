"""Inviting and reminding, many at once or one again, and how far each letter came."""

from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from coalition.campaigns.states import ListPage
from coalition.members.queries import numbers_of, organisations_by
from coalition.pledges.asked import Asked, Asking, asked_of, state_of
from coalition.pledges.invitations import invite, remind_silent, silent
from coalition.pledges.queries import stands
from coalition.refusals import Refusal
from coalition.web.dashboard.chosen import write_to_chosen
from coalition.web.dashboard.door import (
    attempt,
    coordinators_only,
    page,
    the_campaign,
    the_organisation,
    who,
)
from coalition.web.dashboard.lists import listed
from coalition.web.dashboard.tabs import Sift
from coalition.web.limits import limited


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@limited("invite")
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose whom to invite; those who haven't been are chosen already."""
    here, now = the_campaign(slug), timezone.now()
    if request.method == "POST":
        return write_to_chosen(request, here, now)
    sift = Sift.of(request.GET)
    everyone = stands(here)
    asked = asked_of(here, now=now)
    states = {one.pk: state_of(one, asked) for one in everyone}
    named = numbers_of(sift.search) if sift.search else None
    counts = Counter(states.values())
    part, context = listed(
        sift,
        [
            one.pk
            for one in everyone
            if (not sift.show or states[one.pk] == sift.show) and (named is None or one.pk in named)
        ],
        [(state.value, state.label, counts[state]) for state in Asking],
        page=ListPage.INVITATIONS,
        campaign=here,
    )
    rows = [
        (one, states[one.pk], asked.get(one.pk, Asked())) for one in organisations_by(part.rows)
    ]
    context |= {
        "rows": rows,
        "everybody": len(everyone),
        "silent": silent(here, now=now).count(),
        "askable": sum(bool(one.contact_email) for one, _state, _asked in rows),
    }
    return page(request, "invitations.html", context, campaign=here)


@coordinators_only
@require_POST
@limited("invite")
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    """One more letter to everybody who has not answered, at most once a day each."""
    here = the_campaign(slug)
    try:
        reminded = remind_silent(here, actor=who(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        _say_reminded(request, reminded)
    return redirect("dashboard:invitations", slug)


def _say_reminded(request: HttpRequest, reminded: int) -> None:
    if not reminded:
        messages.warning(
            request, _("Nobody to remind: all have answered, or had a letter within a day.")
        )
        return
    said = ngettext(
        "%(count)d organisation is reminded.", "%(count)d organisations are reminded.", reminded
    )
    messages.success(request, said % {"count": reminded})


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
