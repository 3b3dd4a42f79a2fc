"""The hour for a representative's calendar. It moves there when it moves here."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Alarm, Calendar, Event

from coalition.members.tables import writable
from coalition.publishing.states import State
from coalition.publishing.waves import delay_of, wave_of
from coalition.web.place import Place, place
from coalition.web.pledge.by_hand import any_post_at

if TYPE_CHECKING:
    from coalition.publishing.models import Post

QUARTER: Final = timedelta(minutes=-15)
BY_HAND: Final = (timedelta(hours=-1), timedelta(minutes=-5), timedelta(0))


@login_required
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The organisation's own minute."""
    here = place(request, slug)
    if here.asked.exit_at is None:
        raise Http404
    begins = here.asked.exit_at + timedelta(seconds=wave_of(here.answered, here.asked))
    page = settings.PUBLIC_URL + reverse("member:organisation", args=[slug])
    event = _event(here, f"{here.asked.slug}.{slug}", begins, off=_is_off(here))
    event.add("summary", _name(here))
    event.add("description", _("Your page for the hour: %(page)s") % {"page": page})
    event.add("url", page)
    _ring(event, _name(here), QUARTER)
    return _file(event, here.asked.slug)


@login_required
@require_safe
def by_hand(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The minute of one post that a person makes, with bells before it and at it."""
    here = place(request, slug)
    post = any_post_at(here, pk)
    if here.asked.exit_at is None:
        raise Http404
    page = settings.PUBLIC_URL + reverse("member:by_hand", args=[slug, pk])
    over = _is_off(here) or post.state == State.CANCELLED
    begins = here.asked.exit_at + delay_of(post, here.asked)
    event = _event(here, f"{here.asked.slug}.{slug}.{pk}", begins, off=over)
    event.add("summary", _named(post))
    event.add("description", _what_to_do(page))
    event.add("url", page)
    _ring(event, _named(post), *BY_HAND)
    return _file(event, f"{here.asked.slug}-{pk}")


def _named(post: "Post") -> str:
    return _("Post on %(network)s as @%(handle)s") % {
        "network": post.get_network_display(),
        "handle": post.account.handle,
    }


def _what_to_do(page: str) -> str:
    return "\n".join(
        (
            _("Open your page; from this minute it has a button with your text: %(page)s")
            % {"page": page},
            _("Afterwards paste the link of your post there."),
            _("Did you schedule it in X yourself? When the hour moves, move it there too."),
        )
    )


def _event(here: Place, uid: str, begins: datetime, *, off: bool) -> Event:
    """One event for good: a move gives it the next sequence, and its stamp is always newer.

    In UTC, which no change of clocks makes ambiguous.
    """
    campaign = here.asked
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("sequence", campaign.date_sequence + (1 if campaign.called_off_at else 0))
    event.add("dtstamp", here.now)
    event.add("dtstart", begins.astimezone(UTC))
    event.add("dtend", begins.astimezone(UTC) + timedelta(seconds=campaign.window_seconds))
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    return event


def _is_off(here: Place) -> bool:
    return bool(here.asked.called_off_at or here.answered.withdrawn_at)


def _name(here: Place) -> str:
    return writable(here.words.name if here.words else here.asked.coalition_name)


def _ring(event: Event, words: str, *when: timedelta) -> None:
    for before in when:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", words)
        alarm.add("trigger", before)
        event.add_component(alarm)


def _file(event: Event, name: str) -> HttpResponse:
    found = Calendar()
    found.add("prodid", "-//Leaving together//")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add_component(event)
    response = HttpResponse(found.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
