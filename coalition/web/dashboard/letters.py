"""The outbox. A letter's secret link is its reader's alone; a trial without mail shows it."""

from collections import Counter
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from coalition.joining.opening import open_link
from coalition.mail.actions import LINK, send_again
from coalition.mail.queries import Way, letter_at, letters_by, way_of, ways
from coalition.mail.returned import note_returned
from coalition.members.queries import organisations_by
from coalition.web.dashboard.door import coordinators_only, page
from coalition.web.dashboard.tabs import Sift

if TYPE_CHECKING:
    from coalition.mail.models import Letter

STUCK = frozenset({Way.FAILED, Way.HALFWAY})


@coordinators_only
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Everything that was written, the newest first."""
    sift, found = Sift.of(request.GET), ways()
    counts = Counter(found.values())
    part = sift.cut([pk for pk, way in found.items() if sift.show in {"", way}])
    context = {
        "rows": [(letter, Way(found[letter.pk])) for letter in letters_by(part.rows)],
        "part": part,
        "written": len(found),
        "tabs": sift.tabs((way.value, way.label, counts[way]) for way in Way),
        "unsearched": True,
    }
    return page(request, "letters.html", context)


@coordinators_only
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter as its reader has it."""
    found = _found(pk)
    shown = _("(the personal link stands here; only its reader sees it)")
    if found.link and nobody_else_reads_it():
        shown = open_link(found.link)
    way = way_of(found)
    context = {
        "letter": found,
        "text": found.text.replace(LINK, shown),
        "way": way,
        "stuck": way in STUCK,
        "returned": way is Way.BOUNCED,
        "may_return": way is Way.SENT,
        "organisation": next(iter(organisations_by([found.organisation_id or 0])), None),
    }
    return page(request, "letter.html", context)


@coordinators_only
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """A person looked, and wants it sent once more."""
    if send_again(_found(pk), now=timezone.now()):
        messages.success(request, _("It goes out again within a few seconds."))
    else:
        messages.error(request, _("This letter went out already, or is on its way."))
    return redirect("dashboard:letter", pk)


@coordinators_only
@require_POST
def returned(request: HttpRequest, pk: int) -> HttpResponse:
    """A person found it back in the sender's mailbox."""
    reason = gettext_noop("a coordinator found it back in the mailbox")
    if note_returned(_found(pk).pk, reason=reason, now=timezone.now()):
        messages.success(request, _("Noted: it came back. Correct the address, then write again."))
    else:
        messages.error(request, _("This letter has not left yet, or is known to be back."))
    return redirect("dashboard:letter", pk)


def _found(pk: int) -> "Letter":
    found = letter_at(pk)
    if found is None:
        raise Http404
    return found


def nobody_else_reads_it() -> bool:
    """A trial on one's own machine: no letter leaves it, and nothing can be posted."""
    trial: bool = settings.EMBEDDED and settings.NETWORKS != "live" and not settings.SMTP_HOST
    return trial
