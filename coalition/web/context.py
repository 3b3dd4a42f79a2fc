"""What every page knows: whether anything can be posted, and who looks."""

from django.conf import settings
from django.http import HttpRequest


def house(_request: HttpRequest) -> dict[str, object]:
    """`networks` is off, rehearsal or live; every page says so unless it is live."""
    return {"networks": settings.NETWORKS, "languages": settings.LANGUAGES}
