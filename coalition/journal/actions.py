"""Adding to the journal, and chaining what was added."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from coalition.journal.chain import link
from coalition.journal.models import Entry

MACHINE: Final = "the machine"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did; `facts` hold no token and no text of a confidential pledge."""

    verb: str
    actor: str = MACHINE
    campaign: int | None = None
    organisation: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def note(*acts: Act, now: datetime) -> None:
    """Write acts down, in the transaction that does them; one statement, however many."""
    Entry.objects.bulk_create(
        [
            Entry(
                at=now,
                actor=act.actor,
                verb=act.verb,
                campaign_id=act.campaign,
                organisation_id=act.organisation,
                facts=act.facts,
            )
            for act in acts
        ]
    )


@transaction.atomic(durable=True)
def chain_new_entries(limit: int = 1000) -> int:
    """Give committed entries their place and hash; only the clock does this: acts never queue."""
    last = (
        Entry.objects.select_for_update()
        .filter(position__isnull=False)
        .order_by("-position")
        .first()
    )
    position, digest = (last.position or 0, last.sha256) if last else (0, "")
    fresh = list(
        Entry.objects.select_for_update(skip_locked=True)
        .filter(position__isnull=True)
        .order_by("pk")[:limit]
    )
    for entry in fresh:
        position += 1
        digest = link(digest, position, entry)
        entry.position, entry.sha256 = position, digest
    Entry.objects.bulk_update(fresh, ["position", "sha256"])
    return len(fresh)
