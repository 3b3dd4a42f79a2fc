"""Where one is signed in: the list, ending one, ending all others."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.members.sessions import end_session, end_sessions, sessions_of

if TYPE_CHECKING:
    from coalition.members.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """A POST ends the one that it names, or all but this."""
    person, now = cast("User", request.user), timezone.now()
    here = request.session.session_key or ""
    if request.method != "POST":
        listed = sessions_of(person, here=here, now=now)
        return render(request, "signin/sessions.html", {"sessions": listed})
    if name := request.POST.get("end"):
        if end_session(person, name, now=now):
            messages.success(request, _("Signed out there."))
        return redirect("sessions")
    end_sessions(person, now, but=here)
    messages.success(request, _("Signed out everywhere else."))
    return redirect("sessions")
