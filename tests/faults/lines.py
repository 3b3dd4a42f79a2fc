"""The way from one worker to PostgreSQL: it can lose the answer to a COMMIT, or be closed."""

import asyncio
import contextlib
import re
from typing import Final

from tests.testnet.relay import Relay

CLAIM: Final = re.compile(rb'INSERT INTO "?coalition_attempt')
RECORD: Final = re.compile(rb'UPDATE "?coalition_attempt')
CHUNK: Final = 1 << 20
COMMITTING: Final = 0.3  # seconds that the server is given before the line falls


class DatabaseLine(Relay):
    """A TCP relay in a thread of its own."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.upstream = port
        self.closed = False
        self.struck = 0
        self._lose: re.Pattern[bytes] | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    def lose_the_answer(self, to_commit_of: re.Pattern[bytes]) -> None:
        """The next COMMIT after this statement is done, and nobody hears of it."""
        self._lose = to_commit_of

    def shut(self, *, shut: bool = True) -> None:
        """Cut every connection and refuse new ones; or take them again."""
        self.closed = shut
        if shut:
            self.loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for writer in self._ends:
            writer.transport.abort()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Both ways, until one of them ends."""
        if self.closed:
            writer.transport.abort()
            return
        away = contextlib.suppress(ConnectionError, asyncio.CancelledError)
        server, to_server = await asyncio.open_connection("127.0.0.1", self.upstream)
        both = {writer, to_server}
        self._ends |= both
        with away:
            lost = asyncio.Event()
            pumps = [
                asyncio.create_task(self._outwards(reader, to_server, lost)),
                asyncio.create_task(pump(server, writer, lost)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for task in pumps:
                task.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        self._ends -= both
        for each in both:
            each.transport.abort()

    async def _outwards(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event
    ) -> None:
        marked = False
        while data := await reader.read(CHUNK):
            marked = marked or bool(self._lose and self._lose.search(data))
            if marked and b"COMMIT" in data:
                self._lose = None
                self.struck += 1
                lost.set()
            writer.write(data)
            await writer.drain()
            if lost.is_set():
                await asyncio.sleep(COMMITTING)
                return


async def pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event
) -> None:
    """Pass on what comes back, until an answer is to be lost."""
    while data := await reader.read(CHUNK):
        if not lost.is_set():
            writer.write(data)
            await writer.drain()
