"""What goes wrong, said in one form: application/problem+json (RFC 9457), always in English."""

from http import HTTPStatus
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from coalition.web.progress.api.schemas import Problem, Wrong

PROBLEM: Final = "application/problem+json"
TITLES: Final = {  # Python's own phrases change between versions
    HTTPStatus.NOT_FOUND: "Not Found",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}
NOT_HERE: Final = "There is nothing public at this address."


def problem(status: HTTPStatus, detail: str, *wrong: Wrong) -> HttpResponse:
    """One problem as an answer."""
    said = Problem(title=TITLES[status], status=status, detail=detail, errors=list(wrong))
    return JsonResponse(
        said.model_dump(),
        status=status,
        content_type=PROBLEM,
        headers={"Content-Language": "en", "Cache-Control": "no-cache"},
    )


def nothing_here(_request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponseBase:
    """Whatever is asked for under the API and does not exist."""
    return problem(HTTPStatus.NOT_FOUND, NOT_HERE)


def explain(api: NinjaAPI) -> None:
    """Give the API these words for what goes wrong."""
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(ValidationError, _not_understood)


def _not_found(_request: HttpRequest, _missing: object) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, NOT_HERE)


def _not_understood(_request: HttpRequest, failed: object) -> HttpResponse:
    errors = failed.errors if isinstance(failed, ValidationError) else []
    wrong = [
        Wrong(where=".".join(map(str, error["loc"])), why=str(error["msg"])) for error in errors
    ]
    names = ", ".join(one.where for one in wrong)
    detail = f"This can't be answered as it was asked: look at {names}."
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, *wrong)
