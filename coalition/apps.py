"""The one Django app."""

from django.apps import AppConfig


class CoalitionConfig(AppConfig):
    """Leaving together."""

    name = "coalition"
    default_auto_field = "django.db.models.BigAutoField"
