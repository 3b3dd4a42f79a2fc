"""None: allauth would put a way to sign in here, and X is none."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
