"""Who comes in here: coordinators. To everybody else the dashboard is not there."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from coalition.campaigns.phases import phase
from coalition.campaigns.queries import campaign_at, words_in
from coalition.members.access import is_coordinator
from coalition.members.queries import organisation_at
from coalition.refusals import Refusal
from coalition.web.signin.gate import way_to_second_step

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.members.models import Organisation, User

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def coordinators_only[**P](view: View[P]) -> View[P]:
    """Nobody signed in: to the sign-in. Somebody else: as if there were no such page.

    A coordinator comes in with a second step: who hasn't shown one is led there, and back.
    """

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not is_coordinator(request.user):
            raise Http404
        return way_to_second_step(request) or view(request, *args, **kwargs)

    return guarded


def who(request: HttpRequest) -> "User":
    """The coordinator who asks."""
    return cast("User", request.user)


def the_campaign(slug: str) -> "Campaign":
    """The campaign of an address, draft or open."""
    campaign = campaign_at(slug)
    if campaign is None:
        raise Http404
    return campaign


def the_organisation(slug: str) -> "Organisation":
    """The organisation of an address, also one that has left."""
    organisation = organisation_at(slug)
    if organisation is None:
        raise Http404
    return organisation


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    *,
    campaign: "Campaign | None" = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the dashboard; inside a campaign it knows its words, its phase and its zone."""
    now = timezone.now()
    if campaign is not None:
        context = {
            "campaign": campaign,
            "words": words_in(campaign, get_language() or "en"),
            "phase": phase(campaign, now),
            "zone": ZoneInfo(campaign.time_zone),
            **context,
        }
    return render(request, f"dashboard/{template}", {"now": now, **context}, status=status)


def attempt(request: HttpRequest, act: Callable[[], object], done: str | Promise) -> bool:
    """Do it and say so; or say in one sentence why not, with nothing changed."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, str(done))
    return True
