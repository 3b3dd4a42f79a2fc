"""The way to X, and back."""

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from coalition.members.states import NetworkChoices, Role
from coalition.web.accounts.connect import account_at, x_can_be_connected
from coalition.web.accounts.x.provider import XAdapter
from coalition.web.place import place
from coalition.web.signin.gate import is_fresh, send_to_confirm


@login_required
@require_POST
@never_cache
def start(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send the person to X, to say that we may post for this account."""
    here = place(request, slug, Role.OWNER)
    account = account_at(here, pk)
    if account.network != NetworkChoices.X or not x_can_be_connected():
        raise Http404
    if not is_fresh(request):
        return send_to_confirm(request, reverse("accounts:account", args=[slug, pk]))
    provider = get_adapter().get_provider(request, "x")
    response: HttpResponse = provider.redirect(
        request,
        AuthProcess.REDIRECT,
        data={"organisation": slug, "account": pk, "language": get_language()},
        auth_params={},
    )
    return response


@login_required
@require_safe
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    """The way back; where X can't be connected nobody comes that way."""
    if not x_can_be_connected():
        raise Http404
    response: HttpResponse = _came_back(request)
    return response


_came_back = OAuth2CallbackView.adapter_view(XAdapter)
