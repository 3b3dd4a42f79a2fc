"""One process at a time uses an account's single-use token up, and the next reads what it got."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final, Protocol

from coalition.members.actions import begin_renewing, end_renewing
from coalition.members.models import Account, Credential
from coalition.networks.network import Secret
from coalition.publishing.clock import database_now

LONGEST: Final = timedelta(seconds=60)
"""Longer than the call can take: beyond it, who began is dead."""
AGAIN: Final = 0.3


class Worker(Protocol):
    """A thread with a connection."""

    async def do[**P, R](self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run there."""


@asynccontextmanager
async def alone(
    account: Account, open_secret: Callable[[Account], Secret], database: Worker
) -> AsyncIterator[Secret]:
    """A mark on the row, in two short statements: no transaction is open while the network works.

    The mark falls away by itself when its holder dies.
    """
    while not (until := await database.do(_begin, account.pk)):  # noqa: ASYNC110 — by another process
        await asyncio.sleep(AGAIN)
    try:
        account.credential = await database.do(_read, account.pk)
        yield open_secret(account)
    finally:
        await database.do(end_renewing, account.pk, until=until)


def _begin(account: int) -> datetime | None:
    now = database_now()
    until = now + LONGEST
    return until if begin_renewing(account, until=until, now=now) else None


def _read(account: int) -> Credential:
    return Credential.objects.get(account=account)
