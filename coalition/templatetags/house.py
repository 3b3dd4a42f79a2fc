"""The house's own template words: other languages, days, hours and spans as people say them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import segno
from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import translate_url
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language, ngettext, pgettext

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
    nowhere = "request_path" in context  # one 404 is as another, to the byte
    found = []
    for code, name in settings.LANGUAGES:
        path = f"/{code}/" if nowhere else translate_url(here, code)
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
    """How long something still takes, in two units at most: “12 days”, “3 hours 20 minutes”."""
    minutes = max(0, int(span.total_seconds())) // 60
    hours = minutes // 60
    if hours >= 48:  # noqa: PLR2004 — from two days on, people count nights
        return _days(round(minutes / 1440))
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


@register.simple_tag
def countdown(at: datetime, left: timedelta) -> SafeString:
    """How long it still takes until `at`: written here, kept true by countdown.js."""
    return format_html(
        '<time class="countdown" datetime="{}" data-countdown>{}</time>',
        at.isoformat(),
        how_long(left),
    )


@register.simple_tag
def qr(address: str) -> SafeString:
    """An address as a picture for a phone's camera; black on white in the dark too."""
    rows = list(segno.make_qr(address, error="m").matrix_iter(border=4))
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" aria-hidden="true"><path d="{1}"/></svg>',
        len(rows),
        "".join(
            f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
        ),
    )


@register.filter
def on_day(moment: date | datetime | None, zone: ZoneInfo | None = None) -> str:
    """A day as people say it: “20 January”."""
    return _said(moment, zone, pgettext("day and month", "j F"))


@register.filter
def short_day(moment: date | datetime | None, zone: ZoneInfo | None = None) -> str:
    """A day where there is little room: “20 Jan”."""
    return _said(moment, zone, pgettext("day and short month", "j M"))


@register.filter
def in_year(moment: date | datetime | None, zone: ZoneInfo | None = None) -> str:
    """A day with its year: “20 January 2027”."""
    return _said(moment, zone, pgettext("day, month and year", "j F Y"))


@register.filter
def at_hour(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
    """An hour on the 24-hour clock: “12:00”."""
    return _said(moment, zone, pgettext("hour and minutes", "H:i"))


@register.filter
def to_the_second(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
    """An instant of the release: “12:00:04”."""
    return _said(moment, zone, "H:i:s")


@register.filter
def to_the_hundredth(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
    """An instant of the release, with hundredths in the reader's form: “12:00:00,07”."""
    if moment is None:
        return ""
    mark = formats.get_format("DECIMAL_SEPARATOR")
    return f"{_said(moment, zone, 'H:i:s')}{mark}{moment.microsecond // 10_000:02d}"


def _said(moment: date | datetime | None, zone: ZoneInfo | None, form: str) -> str:
    if moment is None:
        return ""
    settled = not getattr(moment, "convert_to_local_time", True)  # by the filter `timezone`
    if isinstance(moment, datetime) and is_aware(moment) and (zone or not settled):
        moment = localtime(moment, zone)
    return formats.date_format(moment, form)
