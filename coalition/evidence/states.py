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


GONE = frozenset({Label.LEFT, Label.LEFT_SELF_REPORTED})
GONE_FROM = GONE | {Label.PARTLY, Label.ALREADY_LEFT}


class Sight(TextChoices):
    """What a person sees who looks at an account on X."""

    SILENT = "silent", _("silent")
    POSTING = "posting", _("posting again")
    UNCLEAR = "unclear", _("can't tell")


class Reply(TextChoices):
    """What an organisation says whose account seems to post again."""

    MISTAKE = "mistake", _("a mistake: we are gone")
    BACK = "back", _("we are back")
    NOT_US = "not us", _("that's not us")


class Ending(TextChoices):
    """How a question was closed, and what the public log then says."""

    SILENT = "silent", _("silent again")
    WRONG = "wrong", _("we were wrong")
