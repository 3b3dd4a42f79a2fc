"""Reading the journal."""

from dataclasses import dataclass

from coalition.journal.chain import link
from coalition.journal.models import Entry


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry whose hash is not what it should be."""

    position: int
    expected: str
    found: str


def first_broken() -> Broken | None:
    """Walk the chain; None means whole."""
    digest = ""
    for expected_position, entry in enumerate(
        Entry.objects.filter(position__isnull=False).order_by("position").iterator(), start=1
    ):
        digest = link(digest, expected_position, entry)
        if entry.position != expected_position or entry.sha256 != digest:
            return Broken(expected_position, digest, entry.sha256)
    return None


def head() -> Entry | None:
    """The last entry that has its place in the chain."""
    return Entry.objects.filter(position__isnull=False).order_by("-position").first()


def entry_at(position: int) -> Entry | None:
    """The entry of one place in the chain."""
    return Entry.objects.filter(position=position).first()


def history_of(organisation: int, *, limit: int = 50) -> list[Entry]:
    """What was done for and by one organisation, the latest first."""
    return list(Entry.objects.filter(organisation_id=organisation).order_by("-pk")[:limit])
