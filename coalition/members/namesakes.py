"""Who is who: when a row speaks of an organisation on the list, of another, or of two at once."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from coalition.members.entries import Entry, WrongError
from coalition.members.models import Account, Organisation
from coalition.members.states import NetworkChoices

HANDLES: Final = {NetworkChoices.X: "x_handles", NetworkChoices.BLUESKY: "bluesky_handles"}


@dataclass(slots=True)
class Known:
    """The list as it stands, and the rows of the file that came before."""

    by_name: dict[str, list[Organisation]] = field(default_factory=lambda: defaultdict(list))
    by_domain: dict[str, Organisation] = field(default_factory=dict)
    owners: dict[tuple[str, str], Organisation] = field(default_factory=dict)
    rows_by_name: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    rows_by_domain: dict[str, Entry] = field(default_factory=dict)
    rows_by_handle: dict[tuple[str, str], Entry] = field(default_factory=dict)
    taken: dict[int, Entry] = field(default_factory=dict)


def namesake_of(entry: Entry, *, but: Organisation) -> str:
    """Why another organisation would be in this one's way; empty when none is."""
    other, double = whom(entry, the_list(but=but))
    return double or (
        _("“%(name)s” is on the list already. Give its own name, or its own domain.")
        % {"name": other.name}
        if other
        else ""
    )


def the_list(*, but: Organisation | None = None) -> Known:
    """Everybody on the list, and whose each account is; `but` is left out."""
    known = Known()
    for organisation in Organisation.objects.exclude(pk=but.pk if but else 0):
        known.by_name[_key(organisation.name)].append(organisation)
        if organisation.domain:
            known.by_domain[organisation.domain] = organisation
    for account in Account.objects.select_related("organisation"):
        known.owners[account.network, account.handle.lower()] = account.organisation
    return known


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def double_in_file(entry: Entry, known: Known) -> str:
    """Why an earlier row of the same file is the same organisation; empty when none is."""
    for earlier in known.rows_by_name[_key(entry.name)]:
        if not _apart(entry.values, earlier.values):
            return _("The same name as row %(row)d. Keep one of the two.") % {"row": earlier.row}
    other = known.rows_by_domain.get(entry.domain) if entry.domain else None
    if other:
        return _("The same domain as row %(row)d. Keep one of the two.") % {"row": other.row}
    return ""


def _apart(one: dict[str, str], other: dict[str, str]) -> bool:
    """Namesakes: the domains differ, and so does the legal name or the language."""
    differ = {
        column
        for column in ("domain", "legal_name", "language")
        if one.get(column) and other.get(column) and one[column] != other[column]
    }
    return "domain" in differ and len(differ) > 1


def whom(entry: Entry, known: Known) -> tuple[Organisation | None, str]:
    """The organisation that a row speaks of; or why it must not become a new one."""
    namesakes = known.by_name[_key(entry.name)]
    same = [one for one in namesakes if one.domain == entry.domain]
    if not same:
        same = [one for one in namesakes if not (one.domain and entry.domain)]
    if len(same) > 1:
        return None, _("Several organisations have this name. Add the domain to say which.")
    owner = known.by_domain.get(entry.domain) if entry.domain else None
    if owner and owner not in same:
        return None, _(
            "The domain %(domain)s belongs to “%(name)s” already. Use that name, or another domain."
        ) % {"domain": entry.domain, "name": owner.name}
    if same:
        earlier = known.taken.get(same[0].pk)
        if earlier:
            return None, _("The same organisation as row %(row)d.") % {"row": earlier.row}
        return same[0], ""
    for one in namesakes:
        if not _apart(entry.values, _values(one)):
            return None, _(
                "“%(name)s” is on the list with the domain %(domain)s. If it is another one, "
                "give its legal name or language too."
            ) % {"name": one.name, "domain": one.domain}
    return None, ""


def _values(organisation: Organisation) -> dict[str, str]:
    return {
        column: getattr(organisation, column) for column in ("domain", "legal_name", "language")
    }


def whose(entry: Entry, found: Organisation | None, known: Known) -> WrongError | None:
    """Why one of the row's accounts can't be its own; None when all can."""
    for network, handle in entry.handles:
        owner = known.owners.get((network, handle.lower()))
        earlier = known.rows_by_handle.get((network, handle.lower()))
        of = owner.name if owner and owner != found else earlier.name if earlier else ""
        if of:
            what = _("@%(handle)s is already the account of “%(name)s”. Remove it from one.") % {
                "handle": handle,
                "name": of,
            }
            return WrongError(HANDLES[network], what)
    return None


def remember(entry: Entry, found: Organisation | None, known: Known) -> None:
    """The next rows meet this one too."""
    known.rows_by_name[_key(entry.name)].append(entry)
    if entry.domain:
        known.rows_by_domain[entry.domain] = entry
    if found:
        known.taken[found.pk] = entry
    for network, handle in entry.handles:
        known.rows_by_handle[network, handle.lower()] = entry
