"""A host of Bluesky accounts on loopback: every answer takes LATENCY, and it counts what it got.

    python -m benchmarks.parts.host PORT LATENCY_MS ADDRESS

Lean on purpose (a bare protocol, no framework): it must never be what limits a run. A post counts
as accepted when its last byte is here; the answer leaves LATENCY later. GET /log tells it all.
"""

import asyncio
import gc
import json
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from coalition.networks.bluesky.record import new_record_key, record_uri

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_REASONS = {200: b"OK", 400: b"Bad Request", 404: b"Not Found"}

type Answer = tuple[int, dict[str, Any]]


class Host:
    """What the host holds: records by address, and when each was asked for."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.records: dict[str, Any] = {}
        self.received: list[tuple[str, float]] = []

    def put(self, body: bytes, at: float) -> Answer:
        """A record under its author's key; the same key again changes nothing."""
        asked = json.loads(body)
        uri = record_uri(asked["repo"], asked["rkey"])
        self.received.append((uri, at))
        answer = {"uri": uri, "cid": "bafyreib", "validationStatus": "valid"}
        if uri in self.records:
            return 200, answer
        self.records[uri] = asked["record"]
        revision = new_record_key(datetime.fromtimestamp(at, UTC))
        return 200, {**answer, "commit": {"cid": "bafyreib", "rev": revision}}

    def get(self, query: str) -> Answer:
        """The record under a key, for who reads back."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        uri = record_uri(asked["repo"], asked["rkey"])
        if uri not in self.records:
            return 400, {"error": "RecordNotFound", "message": f"no {uri}"}
        return 200, {"uri": uri, "cid": "bafyreib", "value": self.records[uri]}

    def answer(self, method: str, target: str, body: bytes) -> tuple[float, Answer]:
        """How long to wait, and what to say."""
        at = time.time()
        match method, (parts := urlsplit(target)).path.removeprefix("/xrpc/com.atproto."):
            case "POST", "repo.putRecord":
                return self.latency, self.put(body, at)
            case "GET", "repo.getRecord":
                return self.latency, self.get(parts.query)
            case "GET", "server.getSession":
                return self.latency, (200, {"active": True})
            case "GET", "/count":
                return 0, (200, {"received": len(self.received)})
            case "GET", "/log":
                return 0, (200, {"received": self.received})
            case "POST", "/forget":
                self.received.clear()
                self.records.clear()
                return 0, (200, {})
            case _:
                return 0, (404, {"error": "XRPCNotSupported"})


class Connection(asyncio.Protocol):
    """One connection, kept alive; one request at a time, as HTTP/1.1 clients send them."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._buffer = b""
        self._write: Callable[[bytes], None]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        method, target, _ = head.split(b" ", 2)
        wait, answer = self._host.answer(method.decode(), target.decode(), rest[:length])
        if wait:
            asyncio.get_running_loop().call_later(wait, self._say, *answer)
        else:
            self._say(*answer)

    def _say(self, status: int, words: dict[str, Any]) -> None:
        if self._transport.is_closing():
            return
        body = json.dumps(words).encode()
        self._transport.write(
            b"HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (status, _REASONS[status], len(body), body)
        )


async def serve(port: int, latency: float, address: str) -> None:
    """Until killed."""
    host = Host(latency)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(host), address, port, backlog=2048)
    gc.freeze()
    gc.disable()  # no pause of ours may show in anybody's figures; a run is short
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000, sys.argv[3]))
