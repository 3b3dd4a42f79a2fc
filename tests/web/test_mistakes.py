"""The pages of mistakes, each reached by the mistake itself, in four languages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_http_methods
from pytest_django import Settings

from coalition.urls import handler429, urlpatterns
from tests import factories
from tests.web.test_headers import EVERYWHERE

pytestmark = pytest.mark.django_db
LANGUAGES = ("nl", "fr", "de", "en")
__all__ = ["handler429"]


@require_http_methods(["GET"])
def breaks(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError(request.path)


urlpatterns = [path("breaks/", breaks), *urlpatterns]


def too_often(client: Client, language: str) -> Any:  # noqa: ANN401 — as the client's own
    tries = [client.post(f"/{language}/member/enter/guess/") for _ in range(31)]
    return tries[-1]


MISTAKES: dict[str, tuple[int, Callable[[Client, str], Any]]] = {
    "a strange host": (400, lambda client, code: client.get(f"/{code}/", headers={"host": "evil"})),
    "a form without its token": (403, lambda client, code: client.post(f"/{code}/member/enter/x/")),
    "nothing there": (404, lambda client, code: client.get(f"/{code}/dashboard/no/such/page/")),
    "a wrong method": (405, lambda client, code: client.get(f"/{code}/member/ours/date/")),
    "too much": (
        400,
        lambda client, code: client.post(
            f"/{code}/sign-in/login/code/", {"email": "x" * 3_000_000}
        ),
    ),
    "too often": (429, too_often),
    "our own": (500, lambda client, _code: client.get("/breaks/")),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_a_page_of_the_house(
    mistake: str, language: str, settings: Settings
) -> None:
    settings.ROOT_URLCONF = __name__
    status, make = MISTAKES[mistake]
    client = Client(
        enforce_csrf_checks=mistake == "a form without its token",
        raise_request_exception=False,
    )
    if mistake == "a wrong method":
        client.force_login(
            factories.person(), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    response = make(client, language)
    page = response.content.decode()
    assert response.status_code == status
    assert page.count("<h1") == 1
    assert f'lang="{language}"' in page
    assert "Traceback" not in page
    assert "ZeroDivision" not in page
    assert {name: response.get(name) for name in EVERYWHERE} == EVERYWHERE
    if status == 429:
        assert response["Retry-After"] == "60"
    if status == 405:
        assert response["Allow"] == "POST"


def test_a_mistake_speaks_of_itself_in_each_language(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    cache.clear()
    for mistake in ("nothing there", "a wrong method", "too often"):
        spoken = set()
        for language in LANGUAGES:
            client = Client()
            client.force_login(
                factories.person(), backend="allauth.account.auth_backends.AuthenticationBackend"
            )
            page = MISTAKES[mistake][1](client, language).content.decode()
            spoken.add(page.partition("<h1")[2].partition("</h1>")[0])
        assert len(spoken) == len(LANGUAGES), mistake
