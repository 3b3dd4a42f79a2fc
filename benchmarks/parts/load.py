"""Asks for one address as fast as it is answered: own sockets, kept alive, in own processes.

    python -m benchmarks.parts.load PORT SECONDS CONNECTIONS PATH [header: value …]

Each connection has one request in flight, as a browser has. Every answer must be as long as the
first one, which is looked at whole; so an answer costs this side two system calls and a count.
Prints one JSON line.
"""

import json
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass, field

PATIENCE_SECONDS = 5
A_CONNECTION = 900  # nginx ends one after 1,000 requests; ours ends before, with every server alike


@dataclass
class Load:
    """What came of it."""

    answers: int = 0
    errors: int = 0
    seconds: float = 0.0
    busy: float = 0.0  # the part of that time in which this process had a processor
    milliseconds: list[float] = field(default_factory=list)


def first_answer(port: int, request: bytes) -> int:
    """Its length, head and body; 0 where it is not a 200 with a length."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(request)
        said = b""
        while b"\r\n\r\n" not in said:
            more = connection.recv(65536)
            if not more:
                return 0
            said += more
    head = said.split(b"\r\n\r\n")[0]
    lines = [line.lower() for line in head.split(b"\r\n")]
    length = next(
        (line.split(b":")[1] for line in lines if line.startswith(b"content-length:")), b""
    )
    return len(head) + 4 + int(length) if b" 200 " in lines[0] and length else 0


def connected(port: int) -> socket.socket:
    """One more connection."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setblocking(False)
    return connection


def run(port: int, seconds: float, connections: int, request: bytes) -> Load:  # noqa: C901 — one loop, flat, for speed
    """Ask until the time is over."""
    load = Load()
    whole = first_answer(port, request)
    if not whole:
        load.errors += 1
        return load
    poll = select.epoll()
    opened, left, asked = {}, {}, {}
    times: dict[int, int] = {}
    for _ in range(connections):
        connection = connected(port)
        opened[connection.fileno()] = connection
    clock, buffer = time.perf_counter, bytearray(1 << 18)
    began, used = clock(), time.process_time()
    for number, connection in opened.items():
        poll.register(number, select.EPOLLIN)
        left[number], asked[number] = whole, clock()
        connection.send(request)
    ends = began + seconds
    took = load.milliseconds.append
    while opened and (now := clock()) < ends:
        for number, _event in poll.poll(1):
            connection = opened[number]
            try:
                got = connection.recv_into(buffer)
            except OSError:
                got = 0
            left[number] -= got
            if left[number] > 0 and got:
                continue
            if left[number] < 0 or not got:  # another answer than the first one, or none
                load.errors += 1
                poll.unregister(number)
                opened.pop(number).close()
                continue
            now = clock()
            took((now - asked[number]) * 1000)
            load.answers += 1
            times[number] = times.get(number, 0) + 1
            if times[number] == A_CONNECTION:
                poll.unregister(number)
                opened.pop(number).close()
                times.pop(number)
                connection = connected(port)
                number = connection.fileno()  # noqa: PLW2901 — a new one in its place
                opened[number] = connection
                poll.register(number, select.EPOLLIN)
            left[number], asked[number] = whole, now
            connection.send(request)
    load.seconds, load.busy = clock() - began, (time.process_time() - used) / (clock() - began)
    for connection in opened.values():
        connection.close()
    return load


if __name__ == "__main__":
    port, seconds, connections, path, *headers = sys.argv[1:]
    lines = [f"GET {path} HTTP/1.1", *headers, "", ""]
    found = run(int(port), float(seconds), int(connections), "\r\n".join(lines).encode())
    found.milliseconds = sorted(found.milliseconds)[::50]
    print(json.dumps(asdict(found)))
