"""How often, a minute: settings.ACCOUNT_RATE_LIMITS, counted by allauth, answered by a 429 page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from allauth.core.ratelimit import consume
from django.http import HttpRequest, HttpResponse

from coalition.web.mistakes import too_many

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def limited[**P](action: str) -> Callable[[View[P]], View[P]]:
    """What changes something counts; looking never does."""

    def decorated(view: View[P]) -> View[P]:
        @wraps(view)
        def counted(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST" and not consume(request, action=action):
                return too_many(request)
            return view(request, *args, **kwargs)

        return counted

    return decorated
