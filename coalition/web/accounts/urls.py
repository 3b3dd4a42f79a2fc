"""Addresses of the accounts' door."""

from django.urls import path

from coalition.web.accounts import connect, consent, listed, proving
from coalition.web.accounts.x import views as x

app_name = "accounts"
urlpatterns = [
    path("<slug:slug>/", listed.accounts, name="all"),
    path("<slug:slug>/<int:pk>/", connect.account, name="account"),
    path("<slug:slug>/<int:pk>/x/", x.start, name="x_start"),
    path("<slug:slug>/<int:pk>/domain/", proving.domain, name="prove_domain"),
    path("<slug:slug>/<int:pk>/page/", proving.page, name="prove_page"),
    path("<slug:slug>/<int:pk>/bluesky/", consent.start, name="consent"),
    path("<slug:slug>/<int:pk>/erase/", connect.erase, name="erase"),
]
