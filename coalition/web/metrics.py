"""Numbers for a monitor, in Prometheus's form; only for who brings the token."""

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from coalition.health.queries import Vitals, vitals


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """What is in the database now; without a token in the settings there is no such page."""
    token = settings.METRICS_TOKEN
    brought = request.headers.get("Authorization", "")
    if not token or not constant_time_compare(brought, f"Bearer {token}"):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Collected(vitals(timezone.now())))
    return HttpResponse(
        generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8"
    )


class _Collected(Collector):
    """One look as gauges. No name of a person or organisation is in them."""

    def __init__(self, now: Vitals) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """The gauges; an age that there isn't is left out."""
        now = self._now
        posts = GaugeMetricFamily("coalition_posts", "Posts by state", labels=["state"])
        for state, count in now.posts.items():
            posts.add_metric([state], count)
        pulses = GaugeMetricFamily(
            "coalition_pulse_age_seconds", "Since it was last done", labels=["name"]
        )
        for name, age in now.pulse_ages.items():
            if age is not None:
                pulses.add_metric([name], age)
        yield posts
        yield pulses
        for name, words, value in (
            ("overdue_seconds", "How long the oldest due post has waited", now.overdue or 0),
            ("letters_waiting", "Letters that wait to be sent", now.letters_waiting),
            ("letters_failed", "Letters that could not be sent", now.letters_failed),
            ("breakers_open", "Networks that refuse our app", len(now.breakers)),
        ):
            yield GaugeMetricFamily(f"coalition_{name}", words, value=value)
