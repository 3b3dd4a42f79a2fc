"""The second step: whether this browser has shown one, and the way to it and back.

Records of what was shown are allauth's, in the session; a reset ends the session and so takes
them away.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, Final, cast

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from coalition.members.factors import has_second_step

if TYPE_CHECKING:
    from coalition.members.models import User

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]

FRESH_SECONDS: Final = 30 * 60
"""So long after a second step nobody is asked again, not even before the gravest acts."""


def shown_at(request: HttpRequest) -> float | None:
    """When this browser last showed a second step, in Unix time."""
    shown = [
        float(one["at"])
        for one in get_authentication_records(request, request.user)
        if one.get("method") == "mfa"
    ]
    return max(shown, default=None)


def is_fresh(request: HttpRequest) -> bool:
    """Whether it was shown a short while ago; always where this site asks for none."""
    at = shown_at(request)
    return not settings.SECOND_STEP_REQUIRED or (
        at is not None and time.time() - at < FRESH_SECONDS
    )


def way_to_second_step(request: HttpRequest) -> HttpResponse | None:
    """None for who has shown it; else where it is shown, or set up first."""
    if not settings.SECOND_STEP_REQUIRED or shown_at(request) is not None:
        return None
    return redirect(way_to_confirm(request))


def way_to_confirm(request: HttpRequest, path: str = "") -> str:
    """The page that asks whether it is you, or sets a second step up; then back to `path`."""
    has = has_second_step(cast("User", request.user))
    door = reverse("mfa_reauthenticate_webauthn" if has else "mfa_index")
    return f"{door}?{urlencode({'next': path or request.get_full_path()})}"


def confirmed[**P](view: View[P]) -> View[P]:
    """Behind this a person has just shown that it is them: for what can't be taken back.

    Nothing of a form is put aside meanwhile: it may hold a secret. So it is asked before the
    form is shown, and once more only of who took very long to fill it in.
    """

    @wraps(view)
    def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return send_to_confirm(request)

    return asked


def send_to_confirm(request: HttpRequest, path: str = "") -> HttpResponse:
    """To that page; who had sent a form is told that nothing has changed yet."""
    if request.method == "POST":
        messages.info(request, _("Nothing has changed yet. Show that it is you, then do it again."))
    return redirect(way_to_confirm(request, path))


def wanted(request: HttpRequest) -> str:
    """Where somebody was going: a path of this site, or nothing."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    safe = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if safe else ""
