"""Writing to all the rows that were chosen, on whichever list: an invitation, or a reminder."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.members.queries import organisations_at
from coalition.pledges.asked import asked_of
from coalition.pledges.invitations import invite
from coalition.publishing.reminding import remind
from coalition.refusals import Refusal
from coalition.web.dashboard.door import who
from coalition.web.dashboard.tabs import Sift

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.members.models import Organisation

LISTS = frozenset({"board", "invitations", "readiness"})


def write_to_chosen(request: HttpRequest, here: "Campaign", now: datetime) -> HttpResponse:
    """Each gets one letter, however often the button is pressed; then back to the same list."""
    chosen = organisations_at(request.POST.getlist("organisation"))
    if not chosen:
        messages.warning(request, _("Nobody was chosen. Choose to whom to write."))
    elif request.POST.get("act") == "remind":
        _remind(request, here, chosen, now)
    else:
        _invite(request, here, chosen, now)
    back = request.POST.get("back", "")
    address = reverse(f"dashboard:{back if back in LISTS else 'invitations'}", args=[here.slug])
    sift = Sift.of(request.POST)
    return redirect(address + sift.query(page=sift.page if sift.page > 1 else "").rstrip("?"))


def _invite(
    request: HttpRequest, here: "Campaign", chosen: "list[Organisation]", now: datetime
) -> None:
    seen = _seen(request)
    asked = asked_of(here, now=now, organisations=[one.pk for one in chosen])
    fresh = []
    for one in chosen:
        invited = asked[one.pk].invited_at if one.pk in asked else None
        if not (invited and (seen is None or seen.tzinfo is None or invited >= seen)):
            fresh.append(one)  # nobody invited it after the page was made: no double click
    refused = []
    for one in fresh:
        try:
            invite(here, one, actor=who(request), now=now)
        except Refusal as refusal:
            refused.append(f"{one}: {refusal}")
    invited_now, since = len(fresh) - len(refused), len(chosen) - len(fresh)
    if invited_now:
        done = ngettext(
            "%(count)d invitation goes out.", "%(count)d invitations go out.", invited_now
        )
        messages.success(request, done % {"count": invited_now})
    if since:
        already = ngettext(
            "%(count)d had just been invited and is not written to again.",
            "%(count)d had just been invited and are not written to again.",
            since,
        )
        messages.warning(request, already % {"count": since})
    for sentence in refused:
        messages.error(request, sentence)


def _remind(
    request: HttpRequest, here: "Campaign", chosen: "list[Organisation]", now: datetime
) -> None:
    reminded = again = 0
    refused = []
    for one in chosen:
        try:
            letters = remind(here, one, actor=who(request), now=now)
        except Refusal as refusal:
            refused.append(f"{one}: {refusal}")
        else:
            reminded += bool(letters)
            again += not letters
    if reminded:
        done = ngettext(
            "%(count)d organisation is reminded.", "%(count)d organisations are reminded.", reminded
        )
        messages.success(request, done % {"count": reminded})
    if again:
        already = ngettext(
            "%(count)d was reminded today already and is not written to again.",
            "%(count)d were reminded today already and are not written to again.",
            again,
        )
        messages.warning(request, already % {"count": again})
    for sentence in refused:
        messages.error(request, sentence)


def _seen(request: HttpRequest) -> datetime | None:
    try:
        return parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        return None
