"""A real socket on loopback that answers with prepared bytes, or misbehaves."""

import asyncio
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from hypothesis import strategies as st

from tests.testnet.faultproxy import LINGER_0

HANG = b"hang"
RESET = b"reset"
CLOSE = b"close"

_WORDS = st.sampled_from(
    [*("id", "data", "meta", "errors", "type", "title", "detail", "text", "author_id", "entities")],
)
_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | _WORDS
JSON = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=8,
)


def answer(status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> bytes:  # noqa: ANN401 - JSON
    """A whole HTTP answer."""
    content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    head = {"Content-Type": "application/json", "Content-Length": len(content), **(headers or {})}
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Loopback:
    """Answers per path prefix, in order; the last answer of a path stays."""

    def __init__(self, **answers: bytes | list[bytes]) -> None:
        self.answers = {
            path: [one] if isinstance(one, bytes) else one for path, one in answers.items()
        }
        self.requests: list[Request] = []
        self.url = ""
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def asked(self, path: str) -> list[Request]:
        """The requests whose path holds this word."""
        return [request for request in self.requests if path in request.path]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(asyncio.create_task(self._connection(reader, writer)))

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await read(reader)
                self.requests.append(request)
                match self._answer(request.path):
                    case b"hang":
                        await asyncio.sleep(60)
                    case b"reset":
                        writer.get_extra_info("socket").setsockopt(
                            socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0
                        )
                        writer.transport.abort()
                        return
                    case b"close":
                        return
                    case content:
                        writer.write(content)
                        await writer.drain()
                        if b"Content-Length: 9999" in content:
                            return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, path: str) -> bytes:
        for word, answers in self.answers.items():
            if word in path:
                return answers.pop(0) if len(answers) > 1 else answers[0]
        raise AssertionError(f"nothing prepared for {path}")


async def read(reader: asyncio.StreamReader) -> Request:
    """One whole request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    method, path, _ = first.split(" ")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
