"""What everybody may take along: readable from any site, kept a moment, the same for all."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page

from coalition.campaigns.phases import Phase
from coalition.progress.queries import Progress

type View = Callable[..., HttpResponseBase]

READ: Final = ("GET", "HEAD", "OPTIONS")
KEPT_SECONDS: Final = 15
FROM_ANYWHERE: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
ASKED_BEFORE: Final = {
    "Access-Control-Allow-Methods": ", ".join(READ),
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def shared(view: View) -> View:
    """Read-only, open to every origin, answered with 304 where nothing has changed."""
    kept: View = conditional_page(_kept_a_moment(view))

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204, headers=ASKED_BEFORE)
        elif request.method in READ:
            asked, request.method = request.method, "GET"  # of a HEAD the server sends the head
            response = kept(request, *args, **kwargs)
            request.method = asked
        else:
            response = HttpResponseNotAllowed(READ)
        for name, value in FROM_ANYWHERE.items():
            response[name] = value
        return response

    return csrf_exempt(answer)  # whatever writes is refused anyway, token or not


def _kept_a_moment(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
        return response

    return answer


def as_of(progress: Progress) -> datetime:
    """As of when, as exactly as the page says it: an answer stays the same while nothing moves."""
    if progress.phase is Phase.RELEASING:
        return progress.as_of.replace(microsecond=0)
    return progress.as_of.replace(second=0, microsecond=0)
