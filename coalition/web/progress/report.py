"""The closing report, once coordinators have published it; until then it is not there."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import conditional_page, require_safe

from coalition.web.closing import closing
from coalition.web.progress.places import shown


@require_safe
@conditional_page
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The same page for everybody, made for paper too."""
    state = shown(slug)
    if state.campaign.report_published_at is None:
        raise Http404
    return render(request, "progress/report.html", closing(state))
