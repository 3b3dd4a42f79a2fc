"""What an organisation can answer, and how much of it may be shown."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Answer(TextChoices):
    """An organisation's answer to the call."""

    LEAVE = "leave", _("we leave")
    LEAVE_IF = "leave if", _("we leave if …")
    ALREADY_LEFT = "already left", _("we already left")
    NOT_NOW = "not now", _("not now")
    BOARD_DATE = "board date", _("we decide on a date")


class Visibility(TextChoices):
    """Who may see an answer."""

    NAMED = "named", _("named on the public page")
    COUNTED = "counted", _("counted, not named")
    COORDINATORS = "coordinators", _("seen by the coordinators only")


class ExitKind(TextChoices):
    """What leaving means for the account left behind."""

    DORMANT = "dormant", _("dormant: kept, pinned, silent")
    PAUSE = "pause", _("paused until a date")
    DEACTIVATE = "deactivate", _("deactivated")


class ConditionKind(TextChoices):
    """What a conditional pledge waits for."""

    AT_LEAST = "at least", _("at least a number of organisations leave")
    NAMED = "named", _("these organisations leave")
    PERCENT = "percent", _("at least a percentage of the members leave")


PROMISES = (Answer.LEAVE, Answer.LEAVE_IF)
"""The answers that are a pledge to leave."""
