"""Every door by its address; the language is part of it, so that no visitor needs a cookie."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from coalition.web import health
from coalition.web.accounts.x.views import callback as x_callback

urlpatterns = [
    path("account/x/callback/", x_callback, name="x_callback"),
    path("healthz", health.healthz, name="healthz"),
    *i18n_patterns(
        path("sign-in/", include("allauth.urls")),
        path("dashboard/", include("coalition.web.dashboard.urls")),
        path("member/", include("coalition.web.pledge.urls")),
        path("account/", include("coalition.web.accounts.urls")),
        path("", include("coalition.web.progress.urls")),
    ),
    path("", health.home, name="root"),
]
