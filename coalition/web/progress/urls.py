"""Addresses of this door."""

from django.urls import path

from coalition.web.progress import joining, styleguide, views

urlpatterns = [
    path("", views.front, name="home"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("<slug:slug>/", views.campaign, name="progress"),
    path("<slug:slug>/method/", views.method, name="progress_method"),
    path("<slug:slug>/join/", joining.join, name="progress_join"),
    path("<slug:slug>/join/sent/", joining.sent, name="progress_join_sent"),
    path("<slug:slug>/join/<str:token>/", joining.confirm, name="progress_join_confirm"),
    path("<slug:slug>/data.csv", views.data_csv, name="progress_csv"),
    path("<slug:slug>/data.json", views.data_json, name="progress_json"),
]
