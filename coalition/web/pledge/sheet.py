"""An organisation's own sheet of paper, for the day on which this site is down."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coalition.members.queries import coordinators
from coalition.web.place import place
from coalition.web.sheets import sheets


@login_required
@require_safe
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """One side of A4."""
    here = place(request, slug)
    context = {
        "here": here,
        "campaign": here.asked,
        "zone": here.zone,
        "words": here.words,
        "now": here.now,
        "sheets": sheets(here.asked, here.organisation),
        "coordinators": coordinators(),
    }
    return render(request, "member/sheet.html", context)
