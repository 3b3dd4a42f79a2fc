"""Headers of every answer, beside those that Django itself sets."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

POWERS: Final = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb"),
    *("screen-wake-lock", "web-share", "xr-spatial-tracking"),
)
PERMISSIONS_POLICY: Final = ", ".join(f"{power}=()" for power in POWERS)


def headers(get_response: Callable[[HttpRequest], HttpResponseBase]) -> object:
    """No page asks for a device's powers, nobody else embeds one; a person's page is not kept."""

    def with_headers(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if depends_on_the_person(request, response):
            del response.headers["Cache-Control"]
            add_never_cache_headers(response)
        return response

    return with_headers


def depends_on_the_person(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Who looked at the session, or leaves a cookie, answers one person alone."""
    session = getattr(request, "session", None)
    return bool(response.cookies or (session is not None and session.accessed))
