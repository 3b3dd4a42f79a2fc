"""What a candidate says, and what may come of it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Verdict(TextChoices):
    """What a coordinator decided."""

    ACCEPTED = "accepted", _("accepted")
    MERGED = "merged", _("put with one on the list")
    REFUSED = "refused", _("refused")


class Alike(TextChoices):
    """Why two names may be one organisation, or one that pretends; the surest first."""

    DOMAIN = "domain", _("same domain")
    NAME = "name", _("same name")
    WITHIN = "within", _("a part of its domain")
    SIGNS = "signs", _("looks the same, with other signs")
    NEAR_DOMAIN = "near domain", _("almost the same domain")
    NEAR_NAME = "near name", _("almost the same name")
