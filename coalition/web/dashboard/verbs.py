"""The journal's verbs, as people say them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.members.queries import names_of

if TYPE_CHECKING:
    from coalition.journal.models import Entry

VERBS: Final[dict[str, Promise]] = {
    "imported": _("imported with the list"),
    "changed by an import": _("changed by an import"),
    "contact changed": _("contact changed"),
    "representative added": _("a representative was added"),
    "representative removed": _("a representative was removed"),
    "corrected": _("corrected by a coordinator"),
    "account added": _("an account was added"),
    "account connected": _("an account was connected"),
    "account proved": _("an account was proved"),
    "proof lost": _("an account is no longer proved"),
    "credential erased": _("access to an account was erased"),
    "given back": _("access to an account was given back to its network"),
    "not given back": _("a network could not be told that access was given back"),
    "asked to leave too": _("asked to leave too"),
    "candidate accepted": _("was accepted on the list"),
    "candidate merged": _("was put with one on the list"),
    "candidate refused": _("was not taken on the list"),
    "breaker opened": _("a network refused our app: its posts are made by hand"),
    "breaker closed": _("posting by machine was allowed again"),
    "release held": _("the database was older than what was sent: nothing went"),
    "release let go": _("let the release go on"),
    "invited": _("invited"),
    "reminded": _("reminded of what is still open"),
    "invitation claimed": _("accepted the invitation"),
    "answered": _("answered"),
    "confirmed": _("confirmed"),
    "date confirmed": _("confirmed the date"),
    "withdrew": _("withdrew"),
    "left the coalition": _("left the coalition"),
    "route chosen": _("chose who posts"),
    "approved": _("approved a text"),
    "text opened": _("opened a frozen text"),
    "text frozen again": _("froze a text again"),
    "taken back": _("took an approval back"),
    "asked again": _("reminded those who had not answered"),
    "proved by hand": _("gave the link of a post"),
    "tried again": _("had a post tried again"),
    "handed over": _("handed a post over"),
    "given up": _("gave a post up"),
    "quote written": _("a quote in its name was written"),
    "quote approved": _("approved a quote"),
    "quote taken back": _("took back the yes to a quote"),
    "quote removed": _("a quote in its name was removed"),
    "published": _("a post went out"),
    "refused": _("a post was refused"),
    "postponed": _("a post was postponed"),
    "evidence recorded": _("that it left was recorded"),
    "evidence overturned": _("that it left was taken back"),
    "looked": _("looked at its account"),
    "look taken back": _("took a look back"),
    "asked whether it posts again": _("asked whether it posts again"),
    "answered about posting again": _("answered whether it posts again"),
    "shown as posting again": _("said in public that it posts again"),
    "no longer held to post again": _("closed the question whether it posts again"),
    "survey answered": _("answered the survey"),
    "unknown": _("lost sight of a post"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a history."""

    at: datetime
    actor: str
    words: str | Promise
    by_phone: bool


def told(entries: Sequence["Entry"]) -> list[Told]:
    """Entries in the reader's words; one that has none yet keeps its own."""
    names = names_of(entry.actor for entry in entries)
    return [
        Told(
            entry.at,
            names.get(entry.actor, entry.actor),
            VERBS.get(entry.verb, entry.verb),
            bool(entry.facts.get("by phone")),
        )
        for entry in entries
    ]
