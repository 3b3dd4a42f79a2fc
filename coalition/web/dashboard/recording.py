"""Recording that an organisation has left by itself: told by phone, by its link, or seen."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from coalition.evidence.actions import say_left
from coalition.evidence.queries import leaving_accounts
from coalition.evidence.states import Level
from coalition.pledges.queries import pledge_of
from coalition.refusals import Refusal
from coalition.web.dashboard.door import (
    coordinators_only,
    page,
    the_campaign,
    the_organisation,
    who,
)
from coalition.web.left_form import LeftForm

LEVELS = (
    (Level.SELF_REPORTED, gettext_lazy("it told us")),
    (Level.SEEN, gettext_lazy("I looked at the account myself")),
)


class RecordForm(LeftForm):
    """And how a coordinator knows."""

    level = forms.ChoiceField(
        label=gettext_lazy("How do you know"),
        choices=LEVELS,
        initial=Level.SELF_REPORTED,
        widget=forms.RadioSelect,
    )


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def left(request: HttpRequest, slug: str, organisation: str) -> HttpResponse:
    """It left early, late, or without a post of ours."""
    here, one, now = the_campaign(slug), the_organisation(organisation), timezone.now()
    if pledge_of(here, one) is None:
        raise Http404
    accounts = leaving_accounts([one.pk])
    form = RecordForm(request.POST if request.method == "POST" else None, accounts=accounts)
    if form.is_bound and form.is_valid():
        try:
            reason = form.reason(zone=here.time_zone, now=now)
            say_left(here, form.chosen, reason, actor=who(request).number, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Recorded. The public page follows."))
            return redirect("dashboard:after", slug)
    context: dict[str, object] = {"form": form, "one": one, "accounts": accounts}
    status = 422 if form.errors else 200
    return page(request, "left_by_itself.html", context, campaign=here, status=status)
