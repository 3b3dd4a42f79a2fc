"""What time the other side says it is, as every HTTP answer tells to the second."""

import asyncio
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from coalition.networks.addresses import ForbiddenAddressError, PublicResolver, check
from coalition.networks.wire import Limits, Reply, call, open_pool

PATIENCE: Final = Limits(connect=3.0, answer=5.0, connections=20)


def clocks(addresses: Iterable[str], private: Collection[str]) -> dict[str, float | None]:
    """For each address how many seconds its clock is ahead of ours; None where none is told."""
    return asyncio.run(_clocks(sorted(set(addresses)), private))


async def _clocks(addresses: list[str], private: Collection[str]) -> dict[str, float | None]:
    async with open_pool(PATIENCE, resolver=PublicResolver(private)) as pool:

        async def ahead(address: str) -> float | None:
            try:
                check(address, private)
            except ForbiddenAddressError:
                return None
            before = datetime.now(UTC)
            answer = await call(pool, "GET", address)
            after = datetime.now(UTC)
            return _ahead(answer, before, after) if isinstance(answer, Reply) else None

        found = await asyncio.gather(*map(ahead, addresses))
    return dict(zip(addresses, found, strict=True))


def _ahead(answer: Reply, before: datetime, after: datetime) -> float | None:
    """Nothing, where their second lies between our question and their answer."""
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
    if theirs.tzinfo is None:
        return None
    early, late = (theirs - after).total_seconds(), (theirs - before).total_seconds() + 1
    return early if early > 0 else late if late < 0 else 0.0
