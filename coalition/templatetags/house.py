"""The house's own template words: the same page in other languages, dates and spans as people say them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import translate_url
from django.utils import formats
from django.utils.translation import get_language, ngettext

register = template.Library()


@dataclass(frozen=True, slots=True)
class Alternate:
    """One page in one language."""

    code: str
    name: str
    path: str
    url: str
    current: bool


@register.simple_tag(takes_context=True)
def alternates(context: Context) -> list[Alternate]:
    """The page that is shown, in every language; the query stays out of it."""
    request = context.get("request")
    here = request.path if request is not None else "/"
    found = []
    for code, name in settings.LANGUAGES:
        path = translate_url(here, code)
        if path == here and code != get_language():
            path = f"/{code}/"  # an address that leads nowhere has no other languages
        found.append(Alternate(code, name, path, _absolute(path), code == get_language()))
    return found


@register.simple_tag
def absolute(path: str) -> str:
    """A path as the address that the world knows."""
    return _absolute(path)


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


@register.filter
def how_long(span: timedelta) -> str:
    """How long something still takes, in its two largest units at most: “12 days”, “3 hours 20 minutes”."""
    minutes = max(0, int(span.total_seconds())) // 60
    days, hours = minutes // 1440, minutes // 60
    if days >= 2:  # noqa: PLR2004 — from two days on, hours don't matter
        return _days(days)
    if hours:
        rest = minutes % 60
        return f"{_hours(hours)} {_minutes(rest)}" if rest else _hours(hours)
    if minutes:
        return _minutes(minutes)
    return _seconds(max(0, int(span.total_seconds())))


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _seconds(count: int) -> str:
    return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}


@register.filter
def on_day(moment: date | datetime | None, zone: ZoneInfo | None = None) -> str:
    """A day as people say it: “20 January”; with its year when it isn't far enough to go without."""
    if moment is None:
        return ""
    return formats.date_format(_in_zone(moment, zone), "j F")


@register.filter
def in_year(moment: date | datetime | None, zone: ZoneInfo | None = None) -> str:
    """A day with its year: “20 January 2027”."""
    return formats.date_format(_in_zone(moment, zone), "j F Y") if moment else ""


@register.filter
def at_hour(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
    """An hour on the 24-hour clock: “12:00”."""
    return _in_zone(moment, zone).strftime("%H:%M") if moment else ""


@register.filter
def to_the_second(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
    """An instant of the release: “12:00:04”."""
    return _in_zone(moment, zone).strftime("%H:%M:%S") if moment else ""


@register.filter
def to_the_hundredth(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
    """An instant of the release, with hundredths in the reader's form: “12:00:00,07”."""
    if moment is None:
        return ""
    here = _in_zone(moment, zone)
    mark = formats.get_format("DECIMAL_SEPARATOR")
    return f"{here:%H:%M:%S}{mark}{moment.microsecond // 10_000:02d}"


def _in_zone(moment: date | datetime, zone: ZoneInfo | None) -> date | datetime:
    if isinstance(moment, datetime) and zone is not None:
        return moment.astimezone(zone)
    return moment
