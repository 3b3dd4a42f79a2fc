"""Views that coordinators keep: a list as it is narrowed, under a name, for all of them."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.campaigns.queries import saved_view
from coalition.campaigns.saving import drop_view, save_view
from coalition.campaigns.states import ListPage
from coalition.web.dashboard.door import attempt, coordinators_only, the_campaign, who
from coalition.web.dashboard.tabs import Sift

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign


@coordinators_only
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is narrowed now."""
    wanted = request.POST.get("page", "")
    if wanted not in ListPage.values:
        raise Http404
    page = ListPage(wanted)
    here = None if page is ListPage.MEMBERS else the_campaign(request.POST.get("campaign", ""))
    sift = Sift.of(request.POST)
    attempt(
        request,
        lambda: save_view(
            here,
            page,
            request.POST.get("name", ""),
            show=sift.show,
            search=sift.search,
            actor=who(request),
            now=timezone.now(),
        ),
        _("The view is kept."),
    )
    return redirect(_address(page, here) + Sift(sift.show, sift.search).query())


@coordinators_only
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The link goes; what it showed stays as it is."""
    view = saved_view(pk)
    if view is None:
        raise Http404
    attempt(request, lambda: drop_view(view), _("The view is removed."))
    return redirect(_address(ListPage(view.page), view.campaign))


def _address(page: ListPage, here: "Campaign | None") -> str:
    return reverse(f"dashboard:{page}", args=[here.slug] if here else [])
