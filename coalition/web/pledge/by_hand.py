"""The day, on a phone: locked until the minute, then one button; afterwards the link proves it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from icalendar import Alarm, Calendar, Event

from coalition.campaigns.phases import is_going
from coalition.members.states import NetworkChoices, Route
from coalition.networks.bluesky import compose as bluesky
from coalition.networks.x import compose as x
from coalition.publishing.actions import prove_by_hand
from coalition.publishing.queries import by_hand_posts
from coalition.publishing.states import State
from coalition.publishing.waves import delay_of, wave_of
from coalition.refusals import Refusal
from coalition.web.place import Place, place
from coalition.web.pledge.forms import LinkForm
from coalition.web.pledge.posts import post_at

if TYPE_CHECKING:
    from coalition.publishing.models import Post


@dataclass(frozen=True, slots=True)
class Hand:
    """Whether this post may be posted by hand now, and why not."""

    opens_at: datetime | None
    left: timedelta | None
    open: bool
    why_not: str
    compose: str


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_hand(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Post it, then prove it. A GET changes nothing, however often a scanner comes."""
    here = place(request, slug)
    found = post_at(here, pk)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            prove_by_hand(found, form.cleaned_data["link"], actor=here.person, now=here.now)
        except Refusal as refusal:
            form.add_error("link", str(refusal))
        else:
            messages.success(request, _("Thank you. It counts from now on."))
            return redirect("member:by_hand", slug, pk)
    found = post_at(here, pk)
    part = "#hand" if request.headers.get("HX-Request") else ""
    response = render(
        request,
        f"member/by_hand.html{part}",
        {
            "here": here,
            "post": found,
            "form": form,
            "hand": hand_of(here, found),
            "provable": found.state in {State.APPROVED, State.REFUSED, State.MISSED}
            or (found.state == State.UNCERTAIN and found.needs_person),
        },
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def hand_of(here: Place, post: "Post") -> Hand:
    """Open exactly when the release itself would call it due."""
    exit_at = here.asked.exit_at
    opens_at = exit_at + delay_of(post, here.asked) if exit_at else None
    is_open = by_hand_posts(here.asked, here.now).filter(pk=post.pk).exists()
    compose = x.compose_link if post.network == NetworkChoices.X else bluesky.compose_link
    return Hand(
        opens_at=opens_at,
        left=opens_at - here.now if opens_at and opens_at > here.now else None,
        open=is_open,
        why_not="" if is_open else _why_not(here, post, opens_at),
        compose=compose(post.text) if is_open else "",
    )


def _why_not(here: Place, post: "Post", opens_at: datetime | None) -> str:
    if post.state != State.APPROVED:
        return str(post.state)
    if post.route == Route.DIRECT:
        return "direct"
    if here.answered.holds_since is None:
        return "not standing"
    if opens_at is None or not post.stands_for(here.asked):
        return "not approved"
    if opens_at > here.now:
        return "early"
    return "" if is_going(here.asked) else "not going"


@login_required
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The hour for a calendar; its sequence grows when the hour moves, so that it moves there."""
    here = place(request, slug)
    campaign = here.asked
    if campaign.exit_at is None:
        raise Http404
    words = here.words
    page = settings.PUBLIC_URL + reverse("member:organisation", args=[slug])
    event = Event()
    event.add("uid", f"{campaign.slug}.{slug}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("sequence", campaign.date_sequence)
    event.add("dtstamp", here.now)
    begins = campaign.exit_at + timedelta(seconds=wave_of(here.answered, campaign))
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(seconds=campaign.window_seconds))
    event.add("summary", words.name if words else campaign.coalition_name)
    event.add("description", _("Your page for the hour: %(page)s") % {"page": page})
    event.add("url", page)
    event.add("status", "CANCELLED" if campaign.called_off_at else "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words.name if words else campaign.coalition_name)
    alarm.add("trigger", timedelta(minutes=-15))
    event.add_component(alarm)
    found = Calendar()
    found.add("prodid", "-//Leaving together//")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add_component(event)
    response = HttpResponse(found.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{campaign.slug}.ics"'
    return response
