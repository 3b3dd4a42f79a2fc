"""Every door by its address; the language is part of it, so that no visitor needs a cookie."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from coalition.web import health, metrics
from coalition.web.accounts import consent
from coalition.web.accounts.x.views import callback as x_callback
from coalition.web.signin.adapter import not_there

# nobody signs up, has a password, changes an address, or signs in through a network; and what
# our own pages of the second step do instead
SHUT = (
    r"^sign-in/(?P<page>signup|email|confirm-email|password|3rdparty|social"
    r"|2fa/recovery-codes/$|2fa/recovery-codes/download|2fa/webauthn/$|2fa/webauthn/keys"
    r"|2fa/totp/deactivate)"
)

handler429 = "coalition.web.mistakes.too_many"  # allauth's limits ask for it by this name

urlpatterns = [
    path("account/x/callback/", x_callback, name="x_callback"),
    path("account/bluesky/callback/", consent.callback, name="bluesky_callback"),
    path("oauth-client-metadata.json", consent.metadata, name="oauth_metadata"),
    path("oauth-jwks.json", consent.jwks, name="oauth_jwks"),
    path("healthz/metrics", metrics.metrics, name="metrics"),
    path("healthz", health.healthz, name="healthz"),
    path("api/v1/", include("coalition.web.progress.api.urls")),
    *i18n_patterns(
        re_path(SHUT, not_there, name="shut"),
        path("sign-in/", include("coalition.web.signin.urls")),
        path("sign-in/", include("allauth.urls")),
        path("dashboard/", include("coalition.web.dashboard.urls")),
        path("member/", include("coalition.web.pledge.urls")),
        path("account/", include("coalition.web.accounts.urls")),
        path("", include("coalition.web.progress.urls")),
    ),
    path("", health.home, name="root"),
]
