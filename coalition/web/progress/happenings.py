"""What happened, in the reader's language: one sentence an event."""

from django.utils.translation import gettext

from coalition.evidence.states import Label
from coalition.members.tables import writable
from coalition.progress.events import Event, Happening


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
        case Happening.WITHDREW:
            return gettext("{name} takes back its promise to leave {platform}")
        case Happening.CORRECTED:
            return gettext("Correction: what was said here of {name} leaving {platform} was wrong")
