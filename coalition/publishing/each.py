"""One UPDATE for many rows that each get values of their own, on both databases."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models


def update_each(
    model: type[models.Model],
    rows: Sequence[Mapping[str, Any]],
    *,
    by: Sequence[str],
    where: str = "TRUE",
    parameters: Sequence[str] = (),
) -> int:
    """Give each row its own values, found by its fields `by`; how many there were.

    The values travel as one JSON parameter: the statement is the same however many rows there are.
    """
    name = connection.ops.quote_name
    table = name(model._meta.db_table)  # noqa: SLF001 — public, for all its underscore
    columns = {f.name: f for f in model._meta.concrete_fields if f.name in rows[0]}  # noqa: SLF001
    mine = {field: f"{name(str(f.column))} = given.{name(field)}" for field, f in columns.items()}
    sets = ", ".join(one for field, one in mine.items() if field not in by)
    found = " AND ".join(f"{table}.{mine[field]}" for field in by)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM ({_given(columns.values())}) AS given"  # noqa: S608
            f" WHERE {found} AND {where}",
            [json.dumps(rows, default=_text), *parameters],
        )
        return int(cursor.rowcount)


def _given(fields: "Iterable[models.Field[Any, Any]]") -> str:
    """The rows of the JSON parameter as a table."""
    name = connection.ops.quote_name
    if connection.vendor == "postgresql":
        columns = ", ".join(f"{name(field.name)} {field.db_type(connection)}" for field in fields)
        return f"SELECT * FROM jsonb_to_recordset(%s::jsonb) AS one ({columns})"  # noqa: S608
    columns = ", ".join(f"value ->> '{field.name}' AS {name(field.name)}" for field in fields)
    return f"SELECT {columns} FROM json_each(%s)"  # noqa: S608 — our names


def _text(moment: datetime) -> str:
    """A moment as the database writes it; for all else JSON has words."""
    return str(connection.ops.adapt_datetimefield_value(moment))
