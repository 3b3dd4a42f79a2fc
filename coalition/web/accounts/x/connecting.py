"""What comes back from X is caught here: the tokens are sealed, and nobody is signed in by it."""

from datetime import UTC
from typing import TYPE_CHECKING, Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils.translation import activate, check_for_language
from django.utils.translation import gettext as _

from coalition import wiring
from coalition.members.actions import connect_account, keep_secret
from coalition.members.states import NetworkChoices, Role
from coalition.refusals import Refusal
from coalition.web.accounts.connect import account_at, post_for_them
from coalition.web.place import Place, place

if TYPE_CHECKING:
    from coalition.members.models import Account


class Connecting(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """No row of allauth's is ever made: no login, no social account, no token in clear."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:  # noqa: ANN401
        """X has answered. Who asked must still be the one who may, and it must be this account."""
        asked = sociallogin.state.get("data") or {}
        here, account = _asked_for(request, asked)
        try:
            _keep(here, account, sociallogin)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("X says that this account is yours. It is connected."))
        raise ImmediateHttpResponse(
            redirect("accounts:account", here.organisation.slug, account.pk)
        )

    def on_authentication_error(
        self,
        request: HttpRequest,
        _provider: Any,  # noqa: ANN401
        error: Any = None,  # noqa: ANN401
        exception: Any = None,  # noqa: ANN401
        extra_context: Any = None,  # noqa: ANN401
    ) -> None:
        """Cancelled, too late, another browser: nothing has changed, and one sentence says so."""
        del error, exception
        asked = ((extra_context or {}).get("state") or {}).get("data") or {}
        here, account = _asked_for(request, asked)
        messages.error(
            request,
            _("X did not connect the account, so nothing has changed. You can try again."),
        )
        raise ImmediateHttpResponse(
            redirect("accounts:account", here.organisation.slug, account.pk)
        )

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:  # noqa: ANN401
        """Never."""
        return False


def _asked_for(request: HttpRequest, asked: dict[str, Any]) -> "tuple[Place, Account]":
    """The account that this session asked to connect, if its person may still do that.

    X comes back to one address for all languages: the one they left in goes on.
    """
    if check_for_language(str(asked.get("language", ""))):
        activate(asked["language"])
    try:
        here = place(request, str(asked.get("organisation", "")), Role.OWNER)
        account = account_at(here, int(asked.get("account", 0)))
    except Http404:
        raise ImmediateHttpResponse(redirect("member:home")) from None
    if account.network != NetworkChoices.X:
        raise ImmediateHttpResponse(redirect("member:home"))
    return here, account


def _keep(here: Place, account: "Account", sociallogin: Any) -> None:  # noqa: ANN401
    said = sociallogin.account.extra_data
    if str(said["username"]).lower() != account.handle.lower():
        raise Refusal(
            _(
                "You signed in to X as @%(found)s, not as @%(handle)s. Nothing was connected: "
                "sign out of X, sign in as @%(handle)s, and try again."
            )
            % {"found": said["username"], "handle": account.handle}
        )
    token = sociallogin.token
    secret = {
        "access_token": token.token,
        "refresh_token": token.token_secret,
        "expires_at": token.expires_at.astimezone(UTC).isoformat() if token.expires_at else "",
    }
    with transaction.atomic():
        connect_account(
            account,
            network_id=str(said["id"]),
            handle=str(said["username"]),
            actor=here.person,
            now=here.now,
        )
        keep_secret(account, secret, vault=wiring.vault(), now=here.now)
        post_for_them(here, account)
