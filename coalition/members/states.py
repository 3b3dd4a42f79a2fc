"""The words an organisation, an account and a person can carry."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What sort of organisation leaves."""

    NGO = "ngo", _("NGO")
    PUBLIC_BODY = "public body", _("public body")
    MEDIA = "media", _("media")
    PARTY = "party", _("political party")
    PERSON = "person", _("person")
    OTHER = "other", _("other")


class Membership(TextChoices):
    """Part of the coalition, or following on its own."""

    MEMBER = "member", _("member")
    INDEPENDENT = "independent", _("independent")


class Role(TextChoices):
    """What a representative may do for an organisation; an owner may do both."""

    OWNER = "owner", _("owner")
    WRITER = "writer", _("writer")
    APPROVER = "approver", _("approver")


class Proof(TextChoices):
    """How sure we are that an account is the organisation's, weakest first."""

    CLAIMED = "claimed", _("claimed")
    LINKED_BACK = "linked back", _("linked back")
    DOMAIN = "domain", _("domain proved")
    CONNECTED = "connected", _("connected")


class Trouble(TextChoices):
    """Why an account can't be used now."""

    NONE = "", _("none")
    RECONNECT = "reconnect", _("must be connected again")
    MOVED = "moved", _("has moved to another server")
    SUSPENDED = "suspended", _("suspended")
    LOST = "lost", _("access lost")
    SQUATTED = "squatted", _("name taken by somebody else")
    DEACTIVATED = "deactivated", _("deactivated")


class Rule(TextChoices):
    """Why what opens an account was erased."""

    ASKED = "asked", _("its people asked for it")
    DONE = "done", _("the farewell is out, and nothing here needs it any more")
    PROMISED = "promised", _("the date that the campaign promised had come")
    LEFT = "left", _("the organisation left the coalition")
    FORGOTTEN = "forgotten", _("all data of the organisation were erased")


class SignIn(TextChoices):
    """What kind of secret an account was connected with; nobody reads these words."""

    CONSENT = "oauth", "OAuth"
    APP_PASSWORD = "app password", "app password"


class NetworkChoices(TextChoices):
    """The networks, as a database field's choices."""

    X = "x", "X"
    BLUESKY = "bluesky", "Bluesky"


class Route(TextChoices):
    """How a post is sent."""

    DIRECT = "direct", _("we post for you")
    BY_HAND = "by hand", _("you post yourself")


class Language(TextChoices):
    """The languages that the site speaks."""

    NL = "nl", "Nederlands"
    FR = "fr", "Français"
    DE = "de", "Deutsch"
    EN = "en", "English"
