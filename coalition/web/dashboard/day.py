"""The launch wall, STOP and resume, and a breaker that a person closes."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coalition.campaigns import actions
from coalition.campaigns.phases import is_going, last_wave_at, window_ends_at
from coalition.publishing.actions import stop_release
from coalition.publishing.breaker import close_breaker
from coalition.publishing.epoch import let_go
from coalition.publishing.wall import Heap, Wall
from coalition.publishing.wall import wall as wall_of
from coalition.publishing.waves import delay_of
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.publishing.models import Post


@coordinators_only
@require_safe
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """Every post as it goes; htmx asks for the changing part every two seconds."""
    here, now = the_campaign(slug), timezone.now()
    found = wall_of(here, now=now)
    context: dict[str, object] = {
        "wall": found,
        "tally": _shown(found),
        "for_people": [(post, _own_minute(post, here)) for post in found.for_people],
        "going": is_going(here),
    }
    if here.exit_at:
        context["left"] = here.exit_at - now
        context["come"] = here.exit_at <= now
        context["window_ends_at"] = window_ends_at(here, here.exit_at)
    part = "#wall" if request.headers.get("HX-Request") else ""
    response = page(request, f"day.html{part}", context, campaign=here)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _own_minute(post: "Post", campaign: "Campaign") -> datetime | None:
    """When it leaves, where not all leave together."""
    exit_at = campaign.exit_at
    if exit_at is None or last_wave_at(campaign, exit_at) == exit_at:
        return None
    return exit_at + delay_of(post, campaign)


def _shown(found: Wall) -> list[tuple[Heap, int]]:
    """“Published” always; the others where there are any."""
    return [(heap, count) for heap, count in found.tally.items() if count or heap is Heap.OUT]


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    """From its commit on no new send begins."""
    here = the_campaign(slug)
    if request.method != "POST":
        context: dict[str, object] = {"wall": wall_of(here, now=timezone.now())}
        return page(request, "stop.html", context, campaign=here)
    under_way: list[Post] = []
    attempt(
        request,
        lambda: under_way.extend(stop_release(here, actor=who(request), now=timezone.now())),
        _("Stopped: nothing more begins to be sent."),
    )
    if under_way:
        posts = ", ".join(_named(post) for post in under_way)
        words = _("Was under way already and can't be called back: %(posts)s.") % {"posts": posts}
        messages.warning(request, words)
    return redirect("dashboard:day", slug)


def _named(post: "Post") -> str:
    return f"{post.account.organisation.name} ({post.get_network_display()})"


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    """What is still inside its window goes; what is beyond it waits for a person."""
    here, now = the_campaign(slug), timezone.now()
    if request.method != "POST":
        context: dict[str, object] = {"wall": wall_of(here, now=now)}
        if here.exit_at:
            context["window_ends_at"] = window_ends_at(here, here.exit_at)
        return page(request, "resume.html", context, campaign=here)
    attempt(request, lambda: actions.resume(here, actor=who(request), now=now), _("It goes on."))
    return redirect("dashboard:day", slug)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def breaker(request: HttpRequest, slug: str) -> HttpResponse:
    """A network refused our app: once the reason is gone, a person says so."""
    here, now = the_campaign(slug), timezone.now()
    if request.method != "POST":
        return page(request, "breaker.html", {"wall": wall_of(here, now=now)}, campaign=here)
    network = request.POST.get("network", "")
    attempt(
        request,
        lambda: close_breaker(network, actor=who(request).number, campaign=here.pk, now=now),
        _("We post there again. What was handed over stays with its people."),
    )
    return redirect("dashboard:day", slug)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def held(request: HttpRequest, slug: str) -> HttpResponse:
    """An older backup was restored: once people have looked, the release goes on."""
    here, now = the_campaign(slug), timezone.now()
    if request.method != "POST":
        return page(request, "held.html", {"wall": wall_of(here, now=now)}, campaign=here)
    attempt(
        request,
        lambda: let_go(actor=who(request).number, campaign=here.pk, now=now),
        _("It goes on. What waits for a person still waits."),
    )
    return redirect("dashboard:day", slug)
