"""Addresses of the API; outside of any language, which is asked for with `lang`."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path

from coalition.web.progress.api.docs import docs
from coalition.web.progress.api.document import document
from coalition.web.progress.api.operations import api
from coalition.web.progress.api.problems import nothing_here
from coalition.web.progress.sharing import shared


def openapi(_request: HttpRequest) -> HttpResponse:
    """The document itself."""
    return JsonResponse(document(), headers={"Content-Language": "en"})


app_name = "api"
urlpatterns: list[URLPattern] = [
    path("openapi.json", shared(openapi), name="openapi"),
    path("docs", docs, name="docs"),
    *(
        URLPattern(one.pattern, shared(one.callback), one.default_args, one.name)
        for one in api.urls[0]
        if isinstance(one, URLPattern) and one.name != "api-root"
    ),
    re_path("", shared(nothing_here), name="nothing"),
]
