"""Addresses of this door."""

from django.urls import path

from coalition.web.progress import views

urlpatterns = [path("", views.front, name="home")]
