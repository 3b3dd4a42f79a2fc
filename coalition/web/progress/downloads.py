"""The same rows as the page's, for whoever counts again."""

import csv
import io
from typing import Any

from coalition.progress.queries import Progress, Row

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet would calculate instead of show."""


def as_table(progress: Progress) -> str:
    """Comma-separated, one line a named organisation, safe to open in a spreadsheet."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    lines.writerows([safe(value) for value in _values(row).values()] for row in progress.rows)
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
        "as_of": progress.as_of.isoformat(timespec="seconds"),
        "members": progress.total,
        "left": progress.left,
        "coming": progress.coming,
        "partly": progress.partly,
        "already_left": progress.already_left,
        "followers": progress.followers,
        "not_named": not_named(progress),
        "organisations": [_values(row) for row in progress.rows],
    }


def not_named(progress: Progress) -> int:
    """How many are counted without a name."""
    return sum(1 for dot in progress.dots if not dot.slug)


def safe(value: object) -> str:
    """One cell that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


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
                row.standing.url or None,
            ),
            strict=True,
        )
    )
