"""Handing over what is kept: one ZIP of JSON and CSV, of one organisation or one person."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import reduce
from io import BytesIO
from operator import or_
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.db import transaction
from django.db.models import BinaryField, ManyToManyField, Model, Q, QuerySet

from coalition.journal.actions import Act, note
from coalition.members.models import Organisation, Representative, User
from coalition.members.tables import Table, as_csv
from coalition.privacy.columns import Held
from coalition.privacy.held import HELD

type Rows = list[dict[str, Any]]
ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png"}
SOMEBODY = "somebody else"


@dataclass(frozen=True, slots=True)
class File:
    """What is no text: a file of its own, called by its name where it belongs."""

    name: str
    content: bytes = field(repr=False)

    def __str__(self) -> str:
        return self.name


@transaction.atomic
def hand_over_organisation(organisation: Organisation, *, actor: User, now: datetime) -> bytes:
    """Its export, and a line in the journal that it was taken."""
    note(Act("data exported", actor.number, organisation=organisation.pk), now=now)
    return export_organisation(organisation, now=now)


@transaction.atomic
def hand_over_person(person: User, *, now: datetime) -> bytes:
    """Their export, and a line in the journal that it was taken."""
    note(Act("person exported", person.number), now=now)
    return export_person(person, now=now)


def export_organisation(organisation: Organisation, *, now: datetime) -> bytes:
    """Everything about one organisation, of its people included, and of nobody else."""
    team = set(
        Representative.objects.filter(organisation=organisation).values_list("user_id", flat=True)
    )
    found = []
    for held in HELD:
        if held.organisation:
            rows = _rows(held).filter(**{held.organisation: organisation.pk})
            if held.table == "coalition.Letter":
                rows = rows.filter(to__in=mailboxes_of(organisation))
            found.append((held, list(_written(rows, held.of_organisation, team))))
    return _packed(found, now)


def export_person(person: User, *, now: datetime) -> bytes:
    """Everything about one person; of what they did for an organisation, that they did it."""
    found = []
    for held in HELD:
        if (mine := _of(held, person)) is not None:
            rows = _rows(held).filter(mine)
            found.append((held, list(_written(rows, held.of_person, {person.pk}))))
    return _packed(found, now)


def mailboxes_of(organisation: Organisation) -> set[str]:
    """The addresses to which an organisation's letters go; coordinators' are not among them."""
    team = organisation.representatives.values_list("user__email", flat=True)
    asked = organisation.invitations.values_list("email", flat=True)
    return {*team, *asked, organisation.contact_email} - {""}


def entries_by(person: User) -> Q:
    """What the journal says this person did, and what was done about them."""
    return Q(actor=person.number) | Q(facts__who=person.number)


def _of(held: Held, person: User) -> Q | None:
    if held.table == "coalition.Entry":
        return entries_by(person)
    lookups = [Q(**{lookup: person.pk}) for lookup in held.person]
    lookups += [Q(**{f"{lookup}__iexact": person.email}) for lookup in held.mailbox]
    return reduce(or_, lookups) if lookups else None


def _rows(held: Held) -> QuerySet[Model]:
    return QuerySet(apps.get_model(held.table)).order_by("pk")


def _written(rows: QuerySet[Model], columns: Sequence[str], known: set[int]) -> Iterator[Any]:
    for row in rows.iterator(chunk_size=500):
        yield {name: _value(row, name, known) for name in columns}


def _value(row: Model, name: str, known: set[int]) -> object:
    """Other people are “somebody else”; what a row belongs to is called by its name."""
    field: Any = row._meta.get_field(name)  # noqa: SLF001 — Django's own, and public
    if isinstance(field, ManyToManyField):
        return [str(each) for each in getattr(row, field.name).all()]
    value = field.value_from_object(row)
    if isinstance(field, BinaryField):
        return File(f"{row._meta.model_name}-{row.pk}.{ENDINGS[row.content_type]}", bytes(value))  # type: ignore[attr-defined]  # noqa: SLF001
    if value is None or not field.is_relation:
        return value
    if field.related_model is User:
        return str(getattr(row, field.name)) if value in known else SOMEBODY
    return str(getattr(row, field.name))


def _packed(found: Sequence[tuple[Held, Rows]], now: datetime) -> bytes:
    """Each table twice: as JSON for a machine and as CSV for a spreadsheet."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as zipped:
        about = {"made_at": now, "tables": {held.table: held.purpose for held, _rows in found}}
        zipped.writestr("about.json", _as_json(about))
        for held, rows in found:
            for file in (cell for row in rows for cell in row.values() if isinstance(cell, File)):
                zipped.writestr(file.name, file.content)
            name = held.table.rpartition(".")[2].lower()
            zipped.writestr(f"{name}.json", _as_json(rows))
            heads = list(rows[0]) if rows else []
            cells = ([_cell(value) for value in row.values()] for row in rows)
            zipped.writestr(f"{name}.csv", as_csv(Table(name, heads, cells)))
    return out.getvalue()


def _as_json(value: object) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=2)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _cell(value: object) -> object:
    return _as_json(value) if isinstance(value, dict | list) else value
