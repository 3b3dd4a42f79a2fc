"""Somebody lost their second step: another coordinator vouches, everybody sees it, time passes."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.campaigns.queries import next_deadline
from coalition.members.factors import has_second_step
from coalition.members.queries import person_at
from coalition.members.vouching import open_vouchings, take_back, vouch, waits_until
from coalition.web.dashboard.door import attempt, coordinators_only, page, who
from coalition.web.signin.gate import confirmed

if TYPE_CHECKING:
    from coalition.members.models import User


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def lost(request: HttpRequest, pk: int) -> HttpResponse:
    """What vouching does and when; then it is asked for, and everybody gets a letter."""
    person, now = _somebody(pk), timezone.now()
    until = waits_until(next_deadline(now), now=now)
    if request.method != "POST":
        context = {
            "person": person,
            "until": until,
            "mine": person.pk == who(request).pk,
            "has": has_second_step(person),
            "waiting": open_vouchings().get(person.pk),
        }
        return page(request, "vouch.html", context)
    attempt(
        request,
        lambda: vouch(person, until=until, actor=who(request), now=now),
        _("You vouch for %(who)s. They and every coordinator get a letter.") % {"who": person},
    )
    return redirect("dashboard:coordinators")


@coordinators_only
@require_POST
def found(request: HttpRequest, pk: int) -> HttpResponse:
    """It was a mistake, or not them: nothing is forgotten. No second look: this only protects."""
    waiting = open_vouchings().get(pk)
    if waiting is None:
        raise Http404
    attempt(
        request,
        lambda: take_back(waiting, actor=who(request), now=timezone.now()),
        _("Taken back: the second step of %(who)s stays.") % {"who": waiting.person},
    )
    return redirect("dashboard:coordinators")


def _somebody(pk: int) -> "User":
    person = person_at(pk)
    if person is None:
        raise Http404
    return person
