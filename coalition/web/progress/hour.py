"""The hour T for anybody's calendar. It moves there when it moves here."""

from datetime import UTC, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from icalendar import Calendar, Event

from coalition.members.tables import writable
from coalition.progress.queries import Progress
from coalition.templatetags.house import at_hour, in_year
from coalition.web.progress.places import address, shown
from coalition.web.progress.sentence import halted, sentence
from coalition.web.progress.sharing import shared

ASK_AGAIN: Final = timedelta(hours=1)


@shared
def calendar(_request: HttpRequest, slug: str) -> HttpResponse:
    """Not there while there is no hour."""
    state = shown(slug)
    if state.campaign.exit_at is None:
        raise Http404
    response = HttpResponse(_written(state), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return response


def _written(state: Progress) -> bytes:
    found = Calendar()
    found.add("prodid", "-//Leaving together//")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", _name(state))
    found.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    found.add("x-wr-timezone", state.campaign.time_zone)
    found.add_component(_event(state))
    return bytes(found.to_ical())


def _event(state: Progress) -> Event:
    """One event for good: its sequence grows with each move, and once more when it is called off.

    In UTC, which no clock change makes ambiguous: the hour that comes twice has no other exact
    form. Its stamp is not the clock's: the same hour makes the same bytes.
    """
    campaign, page = state.campaign, address("progress", state.campaign.slug)
    exit_at, off_at = campaign.exit_at, campaign.called_off_at
    assert exit_at and campaign.opened_at  # noqa: S101, PT018 — who calls this has looked
    begins = exit_at.astimezone(UTC)
    event = Event()
    event.add("uid", f"{campaign.slug}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("sequence", campaign.date_sequence + (1 if off_at else 0))
    event.add("dtstamp", off_at or campaign.opened_at)
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(seconds=campaign.window_seconds))
    event.add("summary", _name(state))
    event.add("description", writable(f"{sentence(state).plain}\n{_here(state)}\n{page}"))
    event.add("url", page)
    event.add("transp", "TRANSPARENT")
    event.add("status", _status(state))
    return event


def _here(state: Progress) -> str:
    """The hour on the campaign's own clock."""
    exit_at, zone = state.campaign.exit_at, state.zone
    return f"{in_year(exit_at, zone)}, {at_hour(exit_at, zone)} ({state.campaign.time_zone})"


def _status(state: Progress) -> str:
    if state.campaign.called_off_at:
        return "CANCELLED"
    return "TENTATIVE" if halted(state) else "CONFIRMED"


def _name(state: Progress) -> str:
    return writable(state.words.name if state.words else state.campaign.coalition_name)
