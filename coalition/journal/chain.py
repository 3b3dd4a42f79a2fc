"""The hash that ties an entry to the one before it."""

import json
from datetime import UTC
from hashlib import sha256

from coalition.journal.models import Entry


def link(previous: str, position: int, entry: Entry) -> str:
    """SHA-256 over the previous hash and everything that the entry says."""
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
    return sha256(json.dumps(says, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
