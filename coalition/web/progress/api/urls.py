"""Addresses of the API; outside of any language, which is asked for with `lang`."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path

from coalition.web.progress.api.operations import api
from coalition.web.progress.api.problems import PROBLEM, nothing_here
from coalition.web.progress.sharing import shared


@cache
def document() -> dict[str, Any]:
    """What can be asked, in OpenAPI's words."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    for operations in found["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= 400:  # noqa: PLR2004 — problems have a form of their own
                    answer["content"] = {PROBLEM: answer["content"].pop("application/json")}
    return found


def openapi(_request: HttpRequest) -> HttpResponse:
    """The document itself."""
    return JsonResponse(document(), headers={"Content-Language": "en"})


app_name = "api"
urlpatterns: list[URLPattern] = [
    path("openapi.json", shared(openapi), name="openapi"),
    *(
        URLPattern(one.pattern, shared(one.callback), one.default_args, one.name)
        for one in api.urls[0]
        if isinstance(one, URLPattern) and one.name != "api-root"
    ),
    re_path("", shared(nothing_here), name="nothing"),
]
