"""The same rows as the page's, for whoever counts again."""

import hashlib
import io
import re
import zipfile
from datetime import datetime
from typing import Any, Final

from coalition.members.tables import Table, as_text, as_xlsx
from coalition.progress.queries import Progress, Row
from coalition.web.progress.lines import evidence
from coalition.web.progress.sentence import sentence
from coalition.web.progress.sharing import as_of

WRITTEN_AT: Final = re.compile(rb"(?<=>)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=</dcterms:)")


TOLD = ("coalition_name", "contact_email", "exit_at", "no_go_at", "platform_name", "time_zone")
"""What the page tells of the campaign's own columns, besides its phase."""


def as_table(progress: Progress) -> str:
    """Comma-separated, one line a named organisation, safe to open in a spreadsheet."""
    return as_text(_table(progress))


def as_workbook(progress: Progress) -> bytes:
    """The same table as a workbook; the same rows make the same bytes."""
    return _dated(as_xlsx([_table(progress)]), as_of(progress))


def _table(progress: Progress) -> Table:
    rows = (list(_values(row).values()) for row in progress.rows)
    return Table(progress.campaign.slug, COLUMNS, rows)


def _dated(workbook: bytes, moment: datetime) -> bytes:
    """The workbook as of a moment, not as of the clock of whoever writes it."""
    out = io.BytesIO()
    day = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "docProps/core.xml":
                content = WRITTEN_AT.sub(day, content)
            after.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def as_data(progress: Progress) -> dict[str, Any]:
    """The counts and the rows."""
    exit_at = progress.campaign.exit_at
    return {
        "campaign": progress.campaign.slug,
        "coalition": progress.campaign.coalition_name,
        "platform": progress.campaign.platform_name,
        "phase": progress.phase.value,
        "exit_at": exit_at.isoformat() if exit_at else None,
        "as_of": as_of(progress).isoformat(timespec="seconds"),
        "members": progress.total,
        "left": progress.left,
        "left_before": progress.before,
        "left_on_the_day": progress.on_the_day,
        "left_since": progress.since,
        "coming": progress.coming,
        "partly": progress.partly,
        "already_left": progress.already_left,
        "followers": progress.followers,
        "not_named": not_named(progress),
        "organisations": [_values(row) for row in progress.rows],
    }


def as_news(progress: Progress) -> dict[str, Any]:
    """The counts alone, and the version of all that the page says."""
    every = as_data(progress)
    del every["organisations"]
    return {"version": version(progress), "sentence": sentence(progress).plain, **every}


def version(progress: Progress) -> str:
    """Two pages of one version say the same; only the time on them may differ."""
    said = (
        progress.rows,
        progress.dots,
        progress.grown,
        progress.phase,
        progress.total,
        progress.as_of.astimezone(progress.zone).date(),
        [getattr(progress.words, name, "") for name in ("language", "name", "call")],
        [getattr(progress.campaign, name) for name in TOLD],
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def not_named(progress: Progress) -> int:
    """How many are counted without a name."""
    return sum(1 for dot in progress.dots if not dot.slug)


COLUMNS = (
    "name",
    "kind",
    "language",
    "member",
    "state",
    "left_at",
    "left_on",
    "home",
    "proof",
    "evidence",
)


def _values(row: Row) -> dict[str, object]:
    at, on = row.standing.at, row.standing.on
    return dict(
        zip(
            COLUMNS,
            (
                row.name,
                row.kind.value,
                row.language.value,
                row.member,
                row.label.value,
                at.isoformat() if at else None,
                on.isoformat() if on else None,
                row.home.handle if row.home else None,
                row.home.proof.value if row.home else None,
                evidence(row) or None,
            ),
            strict=True,
        )
    )
