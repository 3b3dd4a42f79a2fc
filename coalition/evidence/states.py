"""How sure we are that an organisation has left, and the few labels the public sees."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """Why we say so, weakest first."""

    SELF_REPORTED = "self-reported", _("self-reported")
    LINK = "link", _("link to the farewell")
    SEEN = "seen", _("seen on the network")
    RECHECKED = "rechecked", _("rechecked")


class Label(TextChoices):
    """At most these are shown in public."""

    PLEDGED = "pledged", _("Pledged")
    PLEDGED_IF = "pledged if", _("Pledged if others do")
    LEAVING = "leaving", _("Leaving")
    LEFT = "left", _("Left (confirmed)")
    LEFT_SELF_REPORTED = "left self-reported", _("Left (self-reported)")
    PARTLY = "partly", _("Partly left")
    ALREADY_LEFT = "already left", _("Had already left")
