"""Go or no-go: who decides, what each has said, and a second look before it counts."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.campaigns.deciding import FEWEST, name_deciders
from coalition.campaigns.phases import decides_by
from coalition.campaigns.queries import decisions_about, named_deciders
from coalition.members.factors import secured_coordinators
from coalition.members.queries import coordinators
from coalition.pledges.verdict import say
from coalition.publishing.readiness import Verdict, outlooks
from coalition.publishing.wall import Heap, wall
from coalition.refusals import Refusal
from coalition.web.dashboard.door import coordinators_only, page, the_campaign, who
from coalition.web.dashboard.forms import DecidersForm, DecisionForm
from coalition.web.signin.gate import confirmed, is_fresh, send_to_confirm, way_to_confirm

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign

SAID = {"yes": True, "no": False}


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has said what, and what it takes; a word is looked at twice before it counts."""
    here = the_campaign(slug)
    form = DecisionForm(request.POST or None)
    go = SAID.get(request.POST.get("go", ""))
    if go is not None and form.is_valid():
        if go and not is_fresh(request):
            return send_to_confirm(request)
        if "sure" not in request.POST:
            context = {**_standing(request, here), **_at_stake(here), "form": form, "go": go}
            return page(request, "decide_sure.html", context, campaign=here)
        if _said(request, here, form, go=go):
            return redirect("dashboard:decide", slug)
    status = 422 if form.errors else 200
    context = {**_standing(request, here), "form": form}
    return page(request, "decide.html", context, campaign=here, status=status)


def _said(request: HttpRequest, here: "Campaign", form: DecisionForm, *, go: bool) -> bool:
    reason, about = form.cleaned_data["reason"], form.cleaned_data["about"]
    try:
        say(
            here,
            go=go,
            reason=reason,
            about=about,
            secured=settings.SECOND_STEP_REQUIRED,
            actor=who(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your go is counted.") if go else _("It is no-go."))
    return True


def _standing(request: HttpRequest, here: "Campaign") -> dict[str, object]:
    """Everybody who decides and what they said; somebody else's no-go stands beside them."""
    now = timezone.now()
    said = {one.decided_by_id: one for one in decisions_about(here)}
    mine = said.get(who(request).pk)
    named = named_deciders(here)
    people = named or [one.user for one in coordinators()]
    rows = [(str(one), said.pop(one.pk, None)) for one in people]
    rows += [(str(one.decided_by), one) for one in said.values()]
    context: dict[str, object] = {
        "rows": rows,
        "named": bool(named),
        "too_few": len(people) < max(FEWEST, here.quorum),
        "may": not named or who(request).pk in [one.pk for one in named],
        "mine": mine,
        "confirm": "" if is_fresh(request) else way_to_confirm(request),
        "secured": not settings.SECOND_STEP_REQUIRED or secured_coordinators() >= FEWEST,
        "gos": sum(bool(one and one.go) for _name, one in rows),
        "fails": sum(one.verdict is Verdict.FAILS for one in outlooks(here)),
    }
    if here.exit_at:
        context["deadline"] = deadline = decides_by(here, here.exit_at)
        context["late"] = now > deadline
        context["left"] = deadline - now
    return context


def _at_stake(here: "Campaign") -> dict[str, object]:
    """How many posts it is about."""
    tally = wall(here, now=timezone.now()).tally
    return {
        "leaves": tally[Heap.WAITING],
        "by_hand": tally[Heap.BY_HAND],
        "stays": tally[Heap.NOT_READY],
    }


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def deciders(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the people, how many of them say go, and until when."""
    here = the_campaign(slug)
    people = [one.user for one in coordinators()]
    named = [one.pk for one in named_deciders(here)]
    form = DecidersForm(request.POST or None, campaign=here, people=people, named=named)
    if form.is_bound and form.is_valid():
        chosen = [int(pk) for pk in form.cleaned_data["people"]]
        quorum, minutes = form.cleaned_data["quorum"], form.cleaned_data["minutes"]
        try:
            name_deciders(
                here, chosen, quorum=quorum, minutes=minutes, actor=who(request), now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept: who decides."))
            return redirect("dashboard:decide", slug)
    context = {"form": form, "said": any(one.go for one in decisions_about(here))}
    status = 422 if form.errors else 200
    return page(request, "deciders.html", context, campaign=here, status=status)
