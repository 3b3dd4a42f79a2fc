"""How fast the public page is served, next to nginx with a plain file: see benchmarks/README.md.

    python3 run.py benchmark page [--rounds N] [--seconds N] [--connections N]

The same bytes by three servers, turn about. The last line is JSON.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from statistics import median

from benchmarks.parts.load import Load
from benchmarks.parts.pages import PATH, Servers, servers_up
from tests.testnet.hands import ROOT
from tests.testnet.missing import Missing
from tests.testnet.server import launched

HEADERS = (
    *("Host: exit.example.org", "Accept-Encoding: gzip", "Connection: keep-alive"),
    "X-Forwarded-Proto: https",
)
SIDES = ("plain", "nginx", "embedded")


def ask(port: int, *, seconds: float, connections: int, processes: int = 2) -> Load:
    """By processes of their own, all at once."""
    each = str(max(1, connections // processes))
    command = [sys.executable, "-m", "benchmarks.parts.load", str(port), str(seconds), each]
    asking = [
        subprocess.Popen(
            launched([*command, PATH, *HEADERS]), cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
        )
        for _ in range(processes)
    ]
    found = [Load(**json.loads(one.communicate(timeout=seconds + 60)[0])) for one in asking]
    return Load(
        answers=sum(one.answers for one in found),
        errors=sum(one.errors for one in found),
        seconds=max(one.seconds for one in found) or 1.0,
        busy=sum(one.busy for one in found),
        milliseconds=sorted(ms for one in found for ms in one.milliseconds),
    )


def measure(servers: Servers, asked: argparse.Namespace) -> dict[str, list[Load]]:
    """Each in turn, and round again."""
    found: dict[str, list[Load]] = {side: [] for side in SIDES}
    for number in range(1, asked.rounds + 1):
        for side in SIDES:
            load = ask(servers.port(side), seconds=asked.seconds, connections=asked.connections)
            found[side].append(load)
            rate = load.answers / load.seconds
            print(
                f"round {number}: {side:<9}{rate:9.0f} a second, p99 {p99(load):6.1f} ms, "
                f"{load.errors} errors, the asking took {load.busy:.2f} processors",
                flush=True,
            )
    return found


def p99(load: Load) -> float:
    """Ninety-nine of a hundred were answered by then."""
    return load.milliseconds[int((len(load.milliseconds) - 1) * 0.99)] if load.milliseconds else 0.0


def rates(loads: Sequence[Load]) -> list[float]:
    return [load.answers / load.seconds for load in loads]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the figures last."""
    parser = argparse.ArgumentParser(prog="run.py benchmark page")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--connections", type=int, default=32)
    asked = parser.parse_args(arguments)
    try:
        with servers_up() as servers:
            found = measure(servers, asked)
    except Missing as missing:
        print(missing)
        return 1
    plain = rates(found["plain"])

    def ratio(side: str) -> float:
        """Of two that followed each other: what else the machine does weighs on both."""
        return round(
            median(one / other for one, other in zip(rates(found[side]), plain, strict=True)), 3
        )

    ours = [load for side in SIDES[1:] for load in found[side]]
    print(
        json.dumps(
            {
                "nginx_plain_rps": round(median(plain)),
                "nginx_ratio": ratio("nginx"),
                "embedded_ratio": ratio("embedded"),
                "p99_ms": round(median(p99(load) for load in ours), 1),
                "errors": sum(load.errors for loads in found.values() for load in loads),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
