"""Sealing everything with the newest key, while workers go on opening, renewing and erasing.

Nobody waits for us: a row that somebody else holds is left for the next pass. And nobody loses by
us: a row is replaced only while it holds what was read, and its generation stays as it is, so that
a worker which renews its token at that moment still keeps what it got.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from coalition.journal.actions import Act, note
from coalition.members.models import Credential, GivenBack
from coalition.members.vault import Sealed, SealedShutError, Vault, address

BATCH: Final = 50

type Row = Credential | GivenBack


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch did; `last` is where the next one begins, None at the end."""

    resealed: int
    shut: tuple[str, ...]
    """What no key here opens."""
    last: int | None


@transaction.atomic(durable=True)
def reseal_some(model: type[Row], after: int, *, vault: Vault, actor: str, now: datetime) -> Batch:
    """Rows beyond `after` that another key sealed, a few; doing it again does nothing."""
    table: Any = model._default_manager  # noqa: SLF001 — public, for all its underscore
    rows: list[Row] = list(
        table.select_for_update(skip_locked=True)
        .filter(pk__gt=after)
        .exclude(key_id=vault.newest)
        .order_by("pk")[:BATCH]
    )
    resealed, shut = 0, []
    for row in rows:
        before = Sealed(row.key_id, bytes(row.sealed))
        try:
            fresh = vault.seal(vault.open(before, _where(row)), _where(row))
        except SealedShutError:
            shut.append(f"{row} (key {row.key_id})")
            continue
        same = table.filter(pk=row.pk, key_id=before.key_id, sealed=before.data)
        resealed += same.update(sealed=fresh.data, key_id=fresh.key_id)
    if resealed:
        facts = {"key": vault.newest, "secrets": resealed}
        note(Act("secrets sealed anew", actor, facts=facts), now=now)
    return Batch(resealed, tuple(shut), rows[-1].pk if len(rows) == BATCH else None)


def _where(row: Row) -> bytes:
    return bytes(row.address) if isinstance(row, GivenBack) else address(row.account)
