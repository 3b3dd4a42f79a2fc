"""Rate limits within a batch: one answer of 429 makes wait what shares that limit, and only that.

An account's limit is its own. Where two accounts of one Bluesky server are told to wait, it is the
server that limits us, and the rest of its posts need not ask. X tells of our app by itself.
"""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from coalition.networks.outcome import Postponed

SPREAD: Final = 15.0
"""Seconds over which those who waited for the same limit come back."""
ACCOUNTS: Final = 2
"""So many accounts of one server told to wait: it is the server's limit."""


class Pauses:
    """Who must wait until when, as far as this batch has heard."""

    def __init__(self, *, servers: bool) -> None:
        """`servers`: whether accounts stand on servers with limits of their own."""
        self._servers = servers
        self._accounts: dict[int, datetime] = {}
        self._limited: defaultdict[str, dict[int, datetime]] = defaultdict(dict)

    def heard(self, account: int, server: str, answer: Postponed, at: datetime) -> None:
        """An account was told to wait."""
        self._accounts[account] = self._limited[server][account] = at + timedelta(
            seconds=answer.seconds
        )

    def wait(self, account: int, server: str, at: datetime) -> Postponed | None:
        """What to answer instead of a call, while its limit holds; spread, so as not to storm."""
        ends = sorted(end for end in self._limited[server].values() if end > at)
        shared = self._servers and len(ends) >= ACCOUNTS
        until = ends[0] if shared else self._accounts.get(account, at)
        if until <= at:
            return None
        seconds = (until - at).total_seconds() + random.uniform(0, SPREAD)  # noqa: S311 — no secret
        return Postponed(seconds, "its network asked for a pause")
