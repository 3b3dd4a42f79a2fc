"""Every organisation's sheet of paper, to print at once."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from coalition.members.queries import coordinators
from coalition.web.dashboard.door import coordinators_only, page, the_campaign
from coalition.web.sheets import sheets


@coordinators_only
@require_safe
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of A4 for each, in its own language."""
    here = the_campaign(slug)
    context: dict[str, object] = {"sheets": sheets(here), "coordinators": coordinators()}
    return page(request, "sheets.html", context, campaign=here)
