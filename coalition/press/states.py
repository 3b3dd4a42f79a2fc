"""The words that a press kit can carry."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Paper(TextChoices):
    """What a logo is drawn for."""

    LIGHT = "light", _("light paper")
    DARK = "dark", _("dark paper")


class Ending(TextChoices):
    """How a picture's address ends, which says what it is."""

    PNG = "png", "PNG"
    JPEG = "jpg", "JPEG"
