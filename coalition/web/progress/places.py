"""Where a visitor stands: which campaign, if the public may know of it; and whole addresses."""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from coalition.progress.queries import Progress, public_progress


def shown(slug: str) -> Progress:
    """One that is not open yet answers exactly as one that does not exist."""
    found = public_progress(slug, language=get_language() or "en", now=timezone.now())
    if found is None:
        raise Http404
    return found


def address(name: str, *args: str) -> str:
    """The whole address of a page, in the language that is spoken now."""
    return settings.PUBLIC_URL + reverse(name, args=args)


def around(state: Progress) -> dict[str, object]:
    """What the frame of every public page needs: whose it is, and what it may lead to."""
    return {
        "campaign": state.campaign,
        "words": state.words,
        "press_is_public": state.press_is_public,
    }
