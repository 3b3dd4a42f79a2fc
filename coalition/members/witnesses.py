"""The journal's head, mailed once a day: who owns the database doesn't own the mailboxes."""

from datetime import UTC, datetime, timedelta

from coalition.journal.queries import head
from coalition.mail.actions import write_letter
from coalition.mail.queries import is_written
from coalition.members.models import Coordinator


def tell_the_head(now: datetime) -> int:
    """One letter a day to each coordinator, on days after something was done."""
    last = head()
    if last is None or last.at < now - timedelta(days=1):
        return 0
    day = now.astimezone(UTC).date()
    written = 0
    for coordinator in Coordinator.objects.filter(
        removed_at__isnull=True, user__is_active=True
    ).select_related("user"):
        key = f"journal-head:{day}:{coordinator.user_id}"
        if not is_written(key):
            written += write_letter(
                "journal-head",
                key=key,
                to=coordinator.user.email,
                language=coordinator.user.language,
                context={"head": last, "day": day},
                now=now,
            )
    return written
