"""What leaving well takes, and how an organisation says that it did it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Chore(TextChoices):
    """One thing to do, in the order in which it is due."""

    ARCHIVE = "archive", _("your archive is kept")
    PIN = "pin", _("the farewell is pinned")
    BIO = "bio", _("name, bio and website say where you are")
    ICONS = "icons", _("the old icons are off your site and mails")
    LOCK = "lock", _("the account is locked")
    APPS = "apps", _("apps have no access any more")
    LOG_IN = "log in", _("somebody logs in every month")


class Done(TextChoices):
    """What the survey asks of each."""

    YES = "yes", _("yes")
    NOT_YET = "not yet", _("not yet")
    NEVER = "never", _("not for us")
