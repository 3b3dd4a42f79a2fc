"""What happened, in the reader's language: one sentence an event."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coalition.evidence.states import Label
from coalition.members.tables import writable
from coalition.progress.events import Event, Happening

CORRECTED: Final[Mapping[Happening, str | Promise]] = {
    Happening.WITHDREW: _("{name} takes back its promise to leave {platform}"),
    Happening.CORRECTED: _("Correction: what was said here of {name} leaving {platform} was wrong"),
    Happening.POSTS_AGAIN: _("{name} had left {platform} and posts there again"),
    Happening.SILENT_AGAIN: _("{name} is silent on {platform} again"),
    Happening.NEVER_AGAIN: _("Correction: {name} did not post on {platform} again"),
}


def told(event: Event, platform: str) -> str:
    """One event as a sentence that stands alone."""
    return _pattern(event).format(name=writable(event.name), platform=writable(platform))


def _pattern(event: Event) -> str:
    match event.what:
        case Happening.JOINED if event.label is Label.ALREADY_LEFT:
            return gettext("{name} had already left {platform}")
        case Happening.JOINED if event.label is Label.PLEDGED_IF:
            return gettext("{name} leaves {platform} if others do")
        case Happening.JOINED:
            return gettext("{name} joins: it leaves {platform} together with the others")
        case Happening.LEFT if event.label is Label.PARTLY:
            return gettext("{name} has left {platform} with some of its accounts")
        case Happening.LEFT if event.label is Label.LEFT_SELF_REPORTED:
            return gettext("{name} says that it has left {platform}")
        case Happening.LEFT:
            return gettext("{name} has left {platform}")
        case _:
            return str(CORRECTED[event.what])
