"""Everything that can go wrong on the way, armed by tests: for one user or everybody, n times."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

from tests.fakex import limits, problems
from tests.fakex.exchange import Answer, Call

HANG_SECONDS = 60.0
LOOK_SECONDS = 0.05


class Kind(StrEnum):
    """The ways to fail."""

    STATUS = "status"  # answers a status, does nothing
    HANG = "hang"  # does nothing, never answers
    RESET = "reset"  # does nothing, resets the connection
    DELAY = "delay"  # does it `seconds` later, then answers, also when the client has gone
    COMMIT_THEN_HANG = "commit-then-hang"
    COMMIT_THEN_STATUS = "commit-then-status"  # 503 unless said otherwise
    COMMIT_THEN_CUT = "commit-then-cut"  # half of the answer's body, then the end
    COMMIT_THEN_RESET = "commit-then-reset"
    LATE = "late"  # answers a status (503; 0: never answers), does it `seconds` later


@dataclass
class Fault:
    """One armed fault."""

    kind: Kind
    on: str = "post"  # the endpoint's name, or "any"
    user: str = ""  # a user's id; empty: everybody
    times: int = 1
    skip: int = 0  # lets this many calls pass first
    status: int = 503
    problem: str = ""  # a name in problems.NAMED, instead of the status alone
    seconds: float = 0.0

    def answer(self, now: float) -> Answer:
        """Build what a refusing fault says."""
        said = problems.NAMED[self.problem] if self.problem else problems.plain(self.status)
        if said.status != HTTPStatus.TOO_MANY_REQUESTS:
            return said
        reset = int(now + (self.seconds or limits.QUARTER))
        return Answer(said.status, said.body, limits.headers(100, 0, reset))


@dataclass
class Faults:
    """What is armed, in order: the first that fits is taken."""

    armed: list[Fault] = field(default_factory=list)
    late: set[asyncio.TimerHandle] = field(default_factory=set)

    def take(self, endpoint: str, user: str) -> Fault | None:
        """Take the fault that is due for this call, if any."""
        for fault in self.armed:
            if fault.on not in (endpoint, "any") or fault.user not in ("", user):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            if not fault.times:
                self.armed.remove(fault)
            return fault
        return None

    def disarm(self) -> None:
        """Forget every fault, and what was still to happen late."""
        self.armed.clear()
        for handle in self.late:
            handle.cancel()
        self.late.clear()

    async def carry_out(
        self, fault: Fault, call: Call, now: float, handler: Callable[[], Answer]
    ) -> Answer:
        """Fail as armed; where the connection is broken the answer goes nowhere."""
        refusal = fault.answer(now)
        match fault.kind:
            case Kind.STATUS:
                return refusal
            case Kind.HANG:
                await _hang(call, fault.seconds)
            case Kind.RESET:
                _reset(call)
            case Kind.DELAY:
                await asyncio.sleep(fault.seconds)
                return handler()
            case Kind.LATE:
                self._later(fault.seconds, handler)
                if not fault.status:
                    await _hang(call, 0.0)
            case _:
                await _commit_then(fault, call, handler())
        return refusal

    def _later(self, seconds: float, handler: Callable[[], Answer]) -> None:
        def happen() -> None:
            self.late.discard(handle)
            handler()

        handle = asyncio.get_running_loop().call_later(seconds, happen)
        self.late.add(handle)


async def _commit_then(fault: Fault, call: Call, done: Answer) -> None:
    match fault.kind:
        case Kind.COMMIT_THEN_HANG:
            await _hang(call, fault.seconds)
        case Kind.COMMIT_THEN_RESET:
            _reset(call)
        case Kind.COMMIT_THEN_CUT:
            _cut(call, done)
        case _:
            pass


async def _hang(call: Call, seconds: float) -> None:
    """Say nothing until the client goes or the time is up, then drop the connection."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds or HANG_SECONDS):
            while not _gone(call):  # noqa: ASYNC110 -- aiohttp tells nobody that a client went
                await asyncio.sleep(LOOK_SECONDS)
    if call.request.transport is not None:
        call.request.transport.abort()


def _gone(call: Call) -> bool:
    return call.request.transport is None or call.request.transport.is_closing()


def _reset(call: Call) -> None:
    transport = call.request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


def _cut(call: Call, done: Answer) -> None:
    transport = call.request.transport
    if isinstance(transport, asyncio.Transport):
        head = (
            f"HTTP/1.1 {done.status} {HTTPStatus(done.status).phrase}\r\n"
            f"Content-Type: {done.content_type}\r\nContent-Length: {len(done.body)}\r\n\r\n"
        )
        transport.write(head.encode() + done.body[: len(done.body) // 2])
        transport.close()
