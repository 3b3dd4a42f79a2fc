"""Pages for what Django answers with an empty hand: a wrong method, and too many requests."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

WAIT_SECONDS: Final = 60
"""Every limit counts a minute: settings.ACCOUNT_RATE_LIMITS."""


def too_many(request: HttpRequest) -> HttpResponse:
    """One sentence that says when to try again."""
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(WAIT_SECONDS)
    return response


def pages(get_response: Callable[[HttpRequest], HttpResponseBase]) -> object:
    """A refused method gets a page too; a person may come there by an old link."""

    def with_pages(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        bare = isinstance(response, HttpResponse) and not response.content
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and bare:
            allowed = response["Allow"]
            response = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
            response["Allow"] = allowed
        return response

    return with_pages
