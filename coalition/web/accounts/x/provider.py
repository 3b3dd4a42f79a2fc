"""X's OAuth 2.0 with PKCE, by allauth; hosts and the way back come from our settings."""

from typing import Any

from allauth.socialaccount.providers.twitter_oauth2.provider import TwitterOAuth2Provider
from allauth.socialaccount.providers.twitter_oauth2.views import TwitterOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class XAdapter(TwitterOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """Where X answers, and where it sends people back."""

    provider_id = "x"

    def __init__(self, request: HttpRequest) -> None:
        """Hosts are settings, so that tests reach loopback."""
        super().__init__(request)
        self.access_token_url = f"{settings.X_API}/2/oauth2/token"
        self.authorize_url = f"{settings.X_SITE}/i/oauth2/authorize"
        self.profile_url = f"{settings.X_API}/2/users/me"

    def get_callback_url(self, _request: HttpRequest, _app: object) -> str:
        """The one address that is registered with X, whatever host a request came by."""
        return f"{settings.PUBLIC_URL}{reverse('x_callback')}"


class X(TwitterOAuth2Provider):  # type: ignore[misc]  # allauth ships no types
    """Asks for leave to post, and to go on being allowed to."""

    id = "x"
    name = "X"
    oauth2_adapter_class = XAdapter

    def get_default_scope(self) -> list[str]:
        """No more than a farewell with a picture takes."""
        return ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"]

    def get_fields(self) -> list[str]:
        """Whose account it is, and nothing else about it."""
        return ["id", "name", "username"]

    def get_auth_params_from_request(self, _request: HttpRequest, _action: Any) -> dict[str, str]:  # noqa: ANN401
        """Nothing that a stranger can put into an address."""
        return {}


provider_classes: list[type] = []  # registered once, by coalition.provider
