"""The lists of the dashboard that somebody can narrow and keep so."""

from django.db.models import TextChoices


class ListPage(TextChoices):
    """Each by the name of its address; nobody reads these words."""

    BOARD = "board", "board"
    INVITATIONS = "invitations", "invitations"
    READINESS = "readiness", "readiness"
    MEMBERS = "members", "members"
