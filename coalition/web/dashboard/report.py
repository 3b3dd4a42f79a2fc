"""The closing report: read it, publish it, take it back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.campaigns.actions import publish_report, take_report_back
from coalition.progress.queries import public_progress
from coalition.web.closing import closing
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """As everybody will read it; until it is published, nobody else does."""
    here, now = the_campaign(slug), timezone.now()
    if request.method == "POST":
        if request.POST.get("do") == "take back":
            attempt(
                request,
                lambda: take_report_back(here, actor=who(request), now=now),
                _("Only coordinators read it now."),
            )
        else:
            attempt(
                request,
                lambda: publish_report(here, actor=who(request), now=now),
                _("Published. The page is there within a minute or two."),
            )
        return redirect("dashboard:report", slug)
    state = public_progress(slug, language=get_language() or "en", now=now)
    if state is None:
        raise Http404
    return page(request, "report.html", closing(state), campaign=here)
