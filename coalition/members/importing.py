"""Importing the member list: first say what would happen, row by row; then do exactly that."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import TextChoices
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.journal.actions import Act, note
from coalition.members.entries import COLUMNS, Entry, WrongError, entry_of
from coalition.members.models import Account, Heading, Organisation, User
from coalition.members.namesakes import (
    HANDLES,
    Known,
    double_in_file,
    remember,
    the_list,
    whom,
    whose,
)
from coalition.members.sheet import Row, plain
from coalition.refusals import Refusal


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
    wrong: WrongError | None = None
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


def plan(rows: Iterable[Row]) -> Plan:
    """What importing these rows would do. Reads two tables, changes nothing."""
    known = the_list()
    return Plan(tuple(_line(row, known) for row in rows))


def _line(row: Row, known: Known) -> Line:
    name = row.cells.get("name", "")
    try:
        entry = entry_of(row)
    except WrongError as wrong:
        where = _where(row.number, wrong)
        return Line(row.number, name, Fate.INVALID, sentence=where, wrong=wrong)
    again = double_in_file(entry, known)
    if again:
        return Line(row.number, name, Fate.DUPLICATE, sentence=again, entry=entry)
    found, double = whom(entry, known)
    if double:
        return Line(row.number, name, Fate.DUPLICATE, sentence=double, entry=entry)
    taken = whose(entry, found, known)
    if taken:
        where = _where(row.number, taken)
        return Line(row.number, name, Fate.INVALID, sentence=where, wrong=taken, entry=entry)
    remember(entry, found, known)
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


def _changes(entry: Entry, found: Organisation | None, known: Known) -> tuple[Change, ...]:
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
        acts.append(Act(verb, actor.number, organisation=organisation.pk, facts=facts))
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


def meanings() -> dict[str, str]:
    """What the columns of earlier lists were said to mean."""
    return dict(Heading.objects.values_list("heading", "column"))


def remember_meanings(header: Sequence[str], columns: Mapping[int, str], *, now: datetime) -> None:
    """Keep what somebody said, for the next list; the list is the coalition's, not a campaign's."""
    for at, one in enumerate(header):
        if heading := plain(one)[:200]:
            Heading.objects.update_or_create(
                heading=heading, defaults={"column": columns.get(at, ""), "said_at": now}
            )
