"""A proxy on loopback that fails on demand, between the app and a real server.

    with FaultProxy(pds.port) as proxy:
        proxy.arm(Fault("drop", match="putRecord"))  # the next one is written, its answer lost
        …use proxy.url…

`drop`, `reset`, `hang`, `cut` let the server do the work and lose its answer; `refuse` and
`status` never reach it; `delay` is only slow.
"""

import asyncio
import contextlib
import re
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tests.testnet.relay import Relay

type Mode = Literal[
    "pass",  # as if the proxy were not there
    "drop",  # the server has answered; close without a byte
    "reset",  # the same, with a TCP reset
    "hang",  # the same, but stay open and silent for `seconds`
    "cut",  # the same, after the first `bytes_kept` of the answer
    "refuse",  # close before anything reaches the server
    "status",  # answer with `status`, `headers` and `body` in the server's place
    "delay",  # answer after `seconds`
]

UNAVAILABLE = b'{"error":"ServiceUnavailable","message":"injected"}'
LINGER_0 = struct.pack("ii", 1, 0)  # close() then sends RST
LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass
class Fault:
    """What goes wrong, for which requests, how many times."""

    mode: Mode
    match: str = ""  # in the request line, e.g. "com.atproto.repo.putRecord"
    times: int = 1
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = UNAVAILABLE
    seconds: float = 1.0
    bytes_kept: int = 40


class Seen(NamedTuple):
    """One request that came through, and what was done to it."""

    mode: Mode
    method: str
    path: str


class FaultProxy(Relay):
    """The proxy, in a thread of its own."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        super().__init__()
        self.upstream = (host, port)
        self.faults: list[Fault] = []
        self.seen: list[Seen] = []

    @property
    def url(self) -> str:
        """Where the app finds it."""
        return f"http://127.0.0.1:{self.port}"

    def arm(self, *faults: Fault) -> None:
        """Let the next matching requests fail; the fault that was armed first is used up first."""
        self.faults += faults

    def clear(self) -> None:
        """From here on, nothing fails."""
        self.faults.clear()

    def _fault(self, head: bytes) -> Fault:
        line = head.split(b"\r\n", 1)[0].decode("latin-1")
        for fault in self.faults:
            if fault.times > 0 and fault.match in line:
                fault.times -= 1
                return fault
        return Fault("pass")

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Message by message, each as the next fault wants it."""
        ended = contextlib.suppress(asyncio.IncompleteReadError, ConnectionError)
        with ended, contextlib.ExitStack() as open_ends:
            upstream = None
            while True:
                head, body = await message(reader)
                fault = self._fault(head)
                method, path, *_ = head.split(b" ", 2)
                self.seen.append(Seen(fault.mode, method.decode(), path.decode("latin-1")))
                if fault.mode == "refuse":
                    return
                if fault.mode == "status":
                    writer.write(answer_of(fault))
                    await writer.drain()
                    continue
                if upstream is None:
                    upstream = await asyncio.open_connection(*self.upstream)
                    open_ends.callback(upstream[1].close)
                upstream[1].write(head + body)
                answer = b"".join(await message(upstream[0], bodiless=method == b"HEAD"))
                if not await deliver(answer, fault, writer):
                    return


async def deliver(answer: bytes, fault: Fault, writer: asyncio.StreamWriter) -> bool:
    """Hand the server's answer on as the fault wants it; whether the connection goes on."""
    match fault.mode:
        case "reset":
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0
            )
            writer.transport.abort()
        case "hang":
            await asyncio.sleep(fault.seconds)
        case "cut":
            writer.write(answer[: fault.bytes_kept])
            await writer.drain()
        case "pass" | "delay":
            if fault.mode == "delay":
                await asyncio.sleep(fault.seconds)
            writer.write(answer)
            await writer.drain()
            return True
        case "drop" | "refuse" | "status":
            pass
    return False


def answer_of(fault: Fault) -> bytes:
    """A whole HTTP answer that the server never gave."""
    headers = {
        "content-type": "application/json",
        "content-length": str(len(fault.body)),
        **fault.headers,
    }
    lines = [f"HTTP/1.1 {fault.status} Injected", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + fault.body


async def message(reader: asyncio.StreamReader, *, bodiless: bool = False) -> tuple[bytes, bytes]:
    """One whole HTTP message, head and body as they came."""
    head = await reader.readuntil(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        body = b""
        size = -1
        while size:
            line = await reader.readuntil(b"\r\n")
            size = int(line.split(b";")[0], 16)
            body += line + await reader.readexactly(size + 2)
        return head, body
    length = LENGTH.search(head)
    if length is None or bodiless:
        return head, b""
    return head, await reader.readexactly(int(length[1]))
