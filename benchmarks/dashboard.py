"""How much longer a list of a thousand takes than one of ten: see benchmarks/README.md.

    python3 run.py benchmark dashboard [--rounds N] [--many N]

Ten rows on a page in both, asked turn about. The last line is JSON.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from statistics import median

import psycopg

from tests.testnet.hands import ROOT
from tests.testnet.missing import Missing
from tests.testnet.server import launched
from tests.testnet.servers import Postgres, Valkey

FEW = 10
LISTS = ("members", "board", "invitations", "readiness", "letters")


class Browser:
    """A coordinator's, whose list is so long."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        if self._hears() != "ready":
            raise SystemExit("The browser did not come up: its own words stand above.")

    def asks(self, name: str) -> float:
        """How many milliseconds the page took."""
        assert self._process.stdin
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        return float(self._hears())

    def _hears(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@contextmanager
def browsers(*counts: int) -> Iterator[list[Browser]]:
    """One for each count, with a database of its own."""
    with ExitStack() as stack:
        postgres, valkey = stack.enter_context(Postgres()), stack.enter_context(Valkey())
        processes = []
        for count in counts:
            database = f"of{count}"
            with psycopg.connect(postgres.url, autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {database}".encode())
            where = [str(postgres.port), str(valkey.port), database, str(count)]
            process = subprocess.Popen(
                launched([sys.executable, "-m", "benchmarks.parts.lists", *where]),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
            stack.callback(process.kill)
            processes.append(process)
        yield [Browser(process) for process in processes]


def measure(few: Browser, many: Browser, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Each list of both, turn about, after one turn that only warms."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in LISTS}
    for number in range(rounds + 1):
        for name in LISTS:
            pair = few.asks(name), many.asks(name)
            if number:
                found[name].append(pair)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the figures last."""
    parser = argparse.ArgumentParser(prog="run.py benchmark dashboard")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--many", type=int, default=1000)
    asked = parser.parse_args(arguments)
    try:
        with browsers(FEW, asked.many) as (few, many):
            found = measure(few, many, asked.rounds)
    except Missing as missing:
        print(missing)
        return 1
    ratios = {}
    for name, pairs in found.items():
        ratios[name] = round(median(other / one for one, other in pairs), 2)
        ten, thousand = (median(side) for side in zip(*pairs, strict=True))
        print(f"{name:<12}{ten:7.1f} ms, {thousand:7.1f} ms: × {ratios[name]}")
    worst = max(ratios.values())
    print(json.dumps({"organisations": asked.many, "ratio_worst": worst, "ratios": ratios}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
