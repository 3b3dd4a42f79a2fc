"""The hash that ties an entry to the one before it."""

import json
from datetime import UTC
from hashlib import sha256

from coalition.journal.models import Entry


def link(previous: str, position: int, entry: Entry) -> str:
    """SHA-256 over the previous hash and everything that the entry says."""
    return sha256(said(previous, position, entry).encode()).hexdigest()


def said(previous: str, position: int, entry: Entry) -> str:
    """The one line of which the hash is made: whoever has it can make the hash again."""
    says = [
        previous,
        position,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor,
        entry.verb,
        entry.campaign_id,
        entry.organisation_id,
        entry.facts,
    ]
    return json.dumps(says, sort_keys=True, ensure_ascii=False)
