"""What anyone sees."""

from django.http import HttpRequest, HttpResponse


def front(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
