"""The journal in plain words. Acts without words here are the coordinators' own and stay out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coalition.members.queries import names_of

if TYPE_CHECKING:
    from coalition.journal.models import Entry

WORDS: Final[dict[str, str | Promise]] = {
    "invited": _("sent the invitation"),
    "invitation claimed": _("accepted the invitation"),
    "answered": _("gave the answer"),
    "withdrew": _("took the word back"),
    "confirmed": _("confirmed the answer"),
    "date confirmed": _("confirmed the date"),
    "representative added": _("added a colleague"),
    "account added": _("added an account"),
    "account connected": _("connected an account"),
    "credential erased": _("erased an account's access"),
    "given back": _("gave an account's access back to its network"),
    "not given back": _("could not tell a network that we gave access back"),
    "route chosen": _("chose who posts"),
    "approved": _("approved a text"),
    "taken back": _("took an approval back"),
    "handed over": _("chose to post by hand"),
    "proved by hand": _("gave the link of a post"),
    "tried again": _("asked to send a post again"),
    "given up": _("gave a post up"),
    "quote written": _("wrote a quote in your name"),
    "quote approved": _("approved a quote"),
    "quote taken back": _("took back the yes to a quote"),
    "quote removed": _("removed a quote"),
    "evidence recorded": _("recorded that you left"),
    "evidence overturned": _("took back that you left"),
    "asked whether it posts again": _("asked whether you post again"),
    "answered about posting again": _("answered whether you post again"),
    "shown as posting again": _("said in public that you post again"),
    "no longer held to post again": _("closed the question whether you post again"),
    "survey answered": _("answered the survey"),
    "published": pgettext_lazy("history", "sent a post"),
    "refused": pgettext_lazy("history", "was refused a post by the network"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One act, as a person says it."""

    at: datetime
    actor: str
    words: str | Promise
    piece: str


def told(entries: Sequence["Entry"]) -> list[Line]:
    """What was done for and by this organisation, in words."""
    names = names_of(entry.actor for entry in entries)
    return [
        Line(entry.at, names.get(entry.actor, entry.actor), WORDS[entry.verb], _piece(entry))
        for entry in entries
        if entry.verb in WORDS
    ]


def _piece(entry: "Entry") -> str:
    handle = str(entry.facts.get("handle", ""))
    return f"@{handle}" if handle else ""
