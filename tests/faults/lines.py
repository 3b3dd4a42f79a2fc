"""The way from one worker to PostgreSQL: it can lose the answer to a COMMIT, or be closed."""

import asyncio
import contextlib
import re
import threading
from types import TracebackType
from typing import Final, Self

CLAIM: Final = re.compile(rb'INSERT INTO "?coalition_attempt')
RECORD: Final = re.compile(rb'UPDATE "?coalition_attempt')
CHUNK: Final = 1 << 20
COMMITTING: Final = 0.3  # seconds that the server is given before the line falls


class DatabaseLine:
    """A TCP relay in a thread of its own."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.upstream = port
        self.closed = False
        self.struck = 0
        self._lose: re.Pattern[bytes] | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None] | None] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def lose_the_answer(self, to_commit_of: re.Pattern[bytes]) -> None:
        """The next COMMIT after this statement is done, and nobody hears of it."""
        self._lose = to_commit_of

    def shut(self, *, shut: bool = True) -> None:
        """Cut every connection and refuse new ones; or take them again."""
        self.closed = shut
        if shut:
            self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._relay, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        running = [task for task in self._tasks if task]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.current_task())
        if self.closed:
            writer.transport.abort()
            return
        away = contextlib.suppress(ConnectionError, asyncio.CancelledError)
        server, to_server = await asyncio.open_connection("127.0.0.1", self.upstream)
        both = {writer, to_server}
        self._open |= both
        with away:
            pumps = [
                asyncio.create_task(self._outwards(reader, to_server)),
                asyncio.create_task(pump(server, writer)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for task in pumps:
                task.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        self._open -= both
        for each in both:
            each.transport.abort()

    async def _outwards(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        marked = False
        while data := await reader.read(CHUNK):
            marked = marked or bool(self._lose and self._lose.search(data))
            writer.write(data)
            await writer.drain()
            if marked and b"COMMIT" in data:
                self._lose = None
                self.struck += 1
                await asyncio.sleep(COMMITTING)
                return


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes; what is already on its way back while a COMMIT is lost, is lost too."""
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()
