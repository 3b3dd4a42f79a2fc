"""One organisation on the list, by hand: the same rules as a row of an import."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from coalition.journal.actions import Act, note
from coalition.members.entries import entry_of
from coalition.members.importing import Fate, apply, plan
from coalition.members.models import Account, Organisation, User
from coalition.members.namesakes import namesake_of
from coalition.members.sheet import Row
from coalition.members.states import Proof
from coalition.refusals import Refusal

FACTS: Final = ("name", "legal_name", "kind", "membership", "language", "domain")
"""What an organisation is; whom to call stands in `keep_contact`."""


def add_organisation(cells: Mapping[str, str], *, actor: User, now: datetime) -> Organisation:
    """Put one on the list; raises WrongError for a cell, Refusal for a namesake."""
    row = Row(1, {column: cell for column, cell in cells.items() if cell})
    planned = plan([row])
    (line,) = planned.lines
    if line.wrong:
        raise line.wrong
    if line.fate is not Fate.NEW:
        raise Refusal(line.sentence or _("This organisation is on the list already."))
    apply([row], agreed=planned.digest, actor=actor, now=now)
    entry = entry_of(row)
    return Organisation.objects.get(name__iexact=entry.name, domain=entry.domain)


def correct_organisation(
    organisation: Organisation, cells: Mapping[str, str], *, actor: User, now: datetime
) -> None:
    """Change what it is. With another domain, what the old one proved is proved no more."""
    entry = entry_of(Row(1, {column: cells[column] for column in FACTS if cells.get(column)}))
    fields = {column: entry.values.get(column, "") for column in FACTS}
    changed = sorted(name for name, value in fields.items() if getattr(organisation, name) != value)
    if not changed:
        return
    try:
        with transaction.atomic():
            if double := namesake_of(entry, but=organisation):
                raise Refusal(double)
            Organisation.objects.filter(pk=organisation.pk).update(**fields)
            if "domain" in changed:
                Account.objects.filter(
                    organisation=organisation, proof__in=(Proof.LINKED_BACK, Proof.DOMAIN)
                ).update(proof=Proof.CLAIMED, proof_checked_at=None)
            facts = {"fields": changed}
            note(Act("corrected", actor.number, organisation=organisation.pk, facts=facts), now=now)
    except IntegrityError:
        raise Refusal(
            _("Another organisation has this name and domain. Give its legal name or its domain.")
        ) from None
    organisation.refresh_from_db()
