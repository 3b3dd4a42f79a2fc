"""One lock a campaign. Whatever changes what is due takes it alone; a claim takes it shared.

So a withdrawal, a STOP or a moved T either comes before a claim, which then sees it, or after it,
and then sees the post being sent and can say so. PostgreSQL's advisory locks queue fairly;
SQLite's IMMEDIATE transactions exclude each other anyway.
"""

from typing import Final

from django.db import connection

NAMESPACE: Final = 0x6578  # keeps our advisory locks apart from anybody else's


def hold(campaign: int) -> None:
    """Hold the campaign alone until the transaction ends."""
    _lock("pg_advisory_xact_lock", campaign)


def share(campaign: int) -> None:
    """Hold the campaign beside other claims until the transaction ends."""
    _lock("pg_advisory_xact_lock_shared", campaign)


def _lock(function: str, campaign: int) -> None:
    if not connection.in_atomic_block:
        message = "a campaign is only held inside a transaction"
        raise RuntimeError(message)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [NAMESPACE, campaign])
