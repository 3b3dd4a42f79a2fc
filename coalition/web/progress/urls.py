"""Addresses of this door."""

from django.urls import path

from coalition.web.progress import styleguide, views

urlpatterns = [
    path("", views.front, name="home"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("<slug:slug>/", views.campaign, name="progress"),
    path("<slug:slug>/method/", views.method, name="progress_method"),
    path("<slug:slug>/data.csv", views.data_csv, name="progress_csv"),
    path("<slug:slug>/data.json", views.data_json, name="progress_json"),
]
