"""The yardstick: one of the bare scripts that hold everything in memory and just send at T.

    python -m benchmarks.parts.bare FILE CONCURRENCY T

No database, no claim, no record, no second thought: nothing that aiohttp sends can be faster.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

WARM_BEFORE = 2.0


@dataclass(frozen=True, slots=True)
class Request:
    """One putRecord, whole."""

    url: str
    headers: dict[str, str]
    body: bytes


async def send_all(requests: list[Request], concurrency: int, at: float) -> None:
    """All of them at `at`, `concurrency` at a time, over connections that are warm."""
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.sleep(at - WARM_BEFORE - time.time())
        first = requests[:concurrency]
        await asyncio.gather(*(warm(session, request) for request in first))
        gc.freeze()
        await asyncio.sleep(at - time.time())
        waiting = iter(requests)
        await asyncio.gather(*(send(session, waiting) for _ in range(concurrency)))


async def warm(session: aiohttp.ClientSession, request: Request) -> None:
    url = request.url.replace("repo.putRecord", "server.getSession")
    async with session.get(url, headers=request.headers) as response:
        await response.read()


async def send(session: aiohttp.ClientSession, waiting: Iterator[Request]) -> None:
    for request in waiting:
        async with session.post(request.url, headers=request.headers, data=request.body) as answer:
            await answer.read()
            answer.raise_for_status()


def read(path: Path) -> list[Request]:
    """What to send, written by the benchmark."""
    return [
        Request(one["url"], one["headers"], one["body"].encode())
        for one in json.loads(path.read_text("utf-8"))
    ]


if __name__ == "__main__":
    asyncio.run(send_all(read(Path(sys.argv[1])), int(sys.argv[2]), float(sys.argv[3])))
