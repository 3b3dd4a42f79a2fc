"""A TCP server on loopback that stands between two others, in a thread of its own."""

import asyncio
import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Relay(ABC):
    """Takes connections from when it is entered until it is left."""

    def __init__(self) -> None:
        """It listens on a free port."""
        self.port = 0
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._open: set[asyncio.Task[None] | None] = set()  # asyncio itself forgets waiting ones

    @abstractmethod
    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._open.add(task)
        try:
            await self.pass_on(reader, writer)
        finally:
            self._open.discard(task)
            writer.close()

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        starting = asyncio.start_server(self._take, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self.loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cut every connection and end."""
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()

    async def _end(self) -> None:
        self._server.close()
        running = [task for task in self._open if task]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
