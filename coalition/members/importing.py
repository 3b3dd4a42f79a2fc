"""Importing the member list: first say what would happen, row by row; then do exactly that."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import TextChoices
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.journal.actions import Act, note
from coalition.members.entries import COLUMNS, Entry, WrongError, entry_of
from coalition.members.models import Account, Organisation, User
from coalition.members.sheet import Row
from coalition.members.states import NetworkChoices
from coalition.refusals import Refusal

HANDLES: Final = {NetworkChoices.X: "x_handles", NetworkChoices.BLUESKY: "bluesky_handles"}


class Fate(TextChoices):
    """What an import would do with a row."""

    NEW = "new", gettext_lazy("new")
    CHANGED = "changed", gettext_lazy("changed")
    UNCHANGED = "unchanged", gettext_lazy("unchanged")
    DUPLICATE = "duplicate", gettext_lazy("duplicate")
    INVALID = "invalid", gettext_lazy("invalid")


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it is, and what it would be."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row and its fate; `sentence` says why a row is left out."""

    row: int
    name: str
    fate: Fate
    changes: tuple[Change, ...] = ()
    sentence: str = ""
    entry: Entry | None = None
    organisation: Organisation | None = None

    @property
    def applies(self) -> bool:
        """Whether anything would be written."""
        return self.fate in {Fate.NEW, Fate.CHANGED}


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole dry run; the same rows against the same list give the same `digest`."""

    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[Fate, int]:
        """How many rows meet each fate."""
        counted = Counter(line.fate for line in self.lines)
        return {fate: counted[fate] for fate in Fate}

    @property
    def digest(self) -> str:
        """What a person agreed to."""
        said = [
            [line.row, line.fate, [[one.field, one.old, one.new] for one in line.changes]]
            for line in self.lines
        ]
        return sha256(json.dumps(said).encode()).hexdigest()


@dataclass(slots=True)
class _Known:
    """The list as it stands, and the rows of the file that came before."""

    by_name: dict[str, list[Organisation]] = field(default_factory=lambda: defaultdict(list))
    by_domain: dict[str, Organisation] = field(default_factory=dict)
    owners: dict[tuple[str, str], Organisation] = field(default_factory=dict)
    rows_by_name: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    rows_by_domain: dict[str, Entry] = field(default_factory=dict)
    rows_by_handle: dict[tuple[str, str], Entry] = field(default_factory=dict)
    taken: dict[int, Entry] = field(default_factory=dict)


def plan(rows: Iterable[Row]) -> Plan:
    """What importing these rows would do. Reads two tables, changes nothing."""
    known = _Known()
    for organisation in Organisation.objects.all():
        known.by_name[_key(organisation.name)].append(organisation)
        if organisation.domain:
            known.by_domain[organisation.domain] = organisation
    for account in Account.objects.select_related("organisation"):
        known.owners[account.network, account.handle.lower()] = account.organisation
    return Plan(tuple(_line(row, known) for row in rows))


def _line(row: Row, known: _Known) -> Line:
    name = row.cells.get("name", "")
    try:
        entry = entry_of(row)
    except WrongError as wrong:
        return Line(row.number, name, Fate.INVALID, sentence=_where(row.number, wrong))
    again = _double(entry, known)
    if again:
        return Line(row.number, name, Fate.DUPLICATE, sentence=again, entry=entry)
    found, double = _found(entry, known)
    if double:
        return Line(row.number, name, Fate.DUPLICATE, sentence=double, entry=entry)
    taken = _taken(entry, found, known)
    if taken:
        return Line(row.number, name, Fate.INVALID, sentence=taken, entry=entry)
    _remember(entry, found, known)
    changes = _changes(entry, found, known)
    if found is None:
        return Line(row.number, entry.name, Fate.NEW, changes, entry=entry)
    fate = Fate.CHANGED if changes else Fate.UNCHANGED
    return Line(row.number, entry.name, fate, changes, entry=entry, organisation=found)


def _where(row: int, wrong: WrongError) -> str:
    return _("Row %(row)d, %(column)s: %(what)s") % {
        "row": row,
        "column": wrong.column,
        "what": wrong.what,
    }


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _double(entry: Entry, known: _Known) -> str:
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


def _found(entry: Entry, known: _Known) -> tuple[Organisation | None, str]:
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


def _taken(entry: Entry, found: Organisation | None, known: _Known) -> str:
    """Why one of the row's accounts can't be its own; empty when all can."""
    for network, handle in entry.handles:
        owner = known.owners.get((network, handle.lower()))
        earlier = known.rows_by_handle.get((network, handle.lower()))
        whose = owner.name if owner and owner != found else earlier.name if earlier else ""
        if whose:
            what = _("@%(handle)s is already the account of “%(name)s”. Remove it from one.") % {
                "handle": handle,
                "name": whose,
            }
            return _where(entry.row, WrongError(HANDLES[network], what))
    return ""


def _remember(entry: Entry, found: Organisation | None, known: _Known) -> None:
    known.rows_by_name[_key(entry.name)].append(entry)
    if entry.domain:
        known.rows_by_domain[entry.domain] = entry
    if found:
        known.taken[found.pk] = entry
    for network, handle in entry.handles:
        known.rows_by_handle[network, handle.lower()] = entry


def _changes(entry: Entry, found: Organisation | None, known: _Known) -> tuple[Change, ...]:
    """What the row says anew. An empty cell says nothing, so an import never empties a field."""
    fields = [
        Change(column, str(getattr(found, column)) if found else "", value)
        for column, value in entry.values.items()
        if found is None or getattr(found, column) != value
    ]
    accounts = [
        Change(HANDLES[network], "", f"@{handle}")
        for network, handle in entry.handles
        if (network, handle.lower()) not in known.owners
    ]
    return (*fields, *accounts)


def apply(rows: Sequence[Row], *, agreed: str, actor: User, now: datetime) -> Plan:
    """Do what the dry run said, all or nothing; refuses when it would do something else now."""
    try:
        with transaction.atomic():
            planned = plan(rows)
            if planned.digest != agreed:
                raise Refusal(
                    gettext_lazy("The list has changed since you looked. Look again, then apply.")
                )
            _write([line for line in planned.lines if line.applies], actor=actor, now=now)
    except IntegrityError:
        raise Refusal(
            gettext_lazy("Somebody changed the list at the same moment. Look again, then apply.")
        ) from None
    return planned


def _write(lines: Sequence[Line], *, actor: User, now: datetime) -> None:
    slugs = set(Organisation.objects.values_list("slug", flat=True))
    acts, accounts = [], []
    for line in lines:
        said = {change.field: change.new for change in line.changes}
        fields = {column: value for column, value in said.items() if column in COLUMNS}
        organisation = line.organisation
        if organisation is None:
            slug = _slug(line.name, slugs)
            organisation = Organisation.objects.create(slug=slug, created_at=now, **fields)
        elif fields:
            Organisation.objects.filter(pk=organisation.pk).update(**fields)
        accounts += _accounts(line, organisation, now)
        facts = {"fields": sorted(said), "row": line.row}
        verb = "imported" if line.fate is Fate.NEW else "changed by an import"
        acts.append(Act(verb, str(actor), organisation=organisation.pk, facts=facts))
    Account.objects.bulk_create(accounts)
    note(*acts, now=now)


def _accounts(line: Line, organisation: Organisation, now: datetime) -> list[Account]:
    network_of = {column: network for network, column in HANDLES.items()}
    return [
        Account(
            organisation=organisation,
            network=network_of[change.field],
            handle=change.new.removeprefix("@"),
            language=organisation.language,
            added_at=now,
        )
        for change in line.changes
        if change.field in network_of
    ]


def _slug(name: str, taken: set[str]) -> str:
    base = slugify(name)[:70].strip("-") or "organisation"
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    taken.add(slug)
    return slug
