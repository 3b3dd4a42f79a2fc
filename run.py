#!/usr/bin/env python3
"""Starts everything. Needs nothing but a Python; keeps what it installs in .venv.

usage: python3 run.py [COMMAND] [arguments]

  (no command)      the whole system in one process, nothing to set up; arguments go to
                    "manage run", e.g. run.py --port 8080
  demo              a coalition that leaves while you watch; nothing is sent to any network
                      [--exit-in SECONDS] [--port PORT] [--once] [--json FILE]
                      [--later DAYS]: the same exit, so many days after it
  manage …          any management command, e.g. run.py manage doctor
  test …            the tests, on real servers; arguments go to pytest
                      (TEST_DATABASE=sqlite runs the same tests on SQLite)
  check             every static check
  benchmark NAME …  one of benchmarks/
  soak …            the release under random faults, for as long as you like
  guards [WORD …]   takes what refuses each abuse out of a copy, and sees its tests turn red
  sbom [FILE]       every locked part as CycloneDX JSON
  licences          every installed part and its licence
  lock [--upgrade]  write requirements.lock and requirements-dev.lock again (needs uv)
  -h, --help        this text

A Python 3.12, 3.13 or 3.14 is looked for on this machine; PYTHON=/path/to/python names one.
"""

from __future__ import annotations

import hashlib
import os
import sys

from tools import ROOT, VENV, VENV_PYTHON, Stopped

STAMP = os.path.join(VENV, "installed")  # a SHA-256 for every lock that .venv satisfies
LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"

MANAGE = os.path.join(ROOT, "manage.py")
COMMANDS = {  # name: (what must be installed, what Python runs)
    "run": (LOCK, [MANAGE, "run"]),
    "demo": (LOCK, [MANAGE, "demo"]),
    "manage": (LOCK, [MANAGE]),
    "test": (DEV_LOCK, ["-m", "pytest"]),
    "check": (DEV_LOCK, ["-m", "tools.check"]),
    "benchmark": (DEV_LOCK, ["-m"]),
    "soak": (DEV_LOCK, ["-m", "tests.soak"]),
    "guards": (DEV_LOCK, ["-m", "tests.guards"]),
    "sbom": (DEV_LOCK, ["-m", "tools.parts", "sbom"]),
    "licences": (DEV_LOCK, ["-m", "tools.parts", "licences"]),
    "lock": (DEV_LOCK, ["-m", "tools.lock"]),
}


def main(arguments: list[str]) -> int:
    """Find the command, see that what it needs is installed, and become it."""
    if arguments and arguments[0] in ("-h", "--help"):
        print((__doc__ or "").strip())
        return 0
    named = arguments and not arguments[0].startswith("-")
    name, rest = (arguments[0], arguments[1:]) if named else ("run", arguments)
    try:
        if name not in COMMANDS:
            raise Stopped(f"There is no command “{name}”; python3 run.py --help lists them.")
        lock, command = COMMANDS[name]
        if name == "benchmark":
            rest = benchmark(rest)
        if not is_ready(lock):
            set_up(lock)
        if command[0] == "-m":
            os.chdir(ROOT)  # Python looks for modules where it starts
        return become([VENV_PYTHON, *command, *rest])
    except Stopped as reason:
        print(reason, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or ROOT}: {error.strerror or error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the next start goes on from here.", file=sys.stderr)
        return 130


def become(command: list[str]) -> int:
    """Turn into the command: its signals and its exit code are ours."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    import subprocess  # Windows: its exec gives the terminal back at once

    return subprocess.call(command)


def benchmark(arguments: list[str]) -> list[str]:
    """`benchmark release --once` is `python -m benchmarks.release --once`."""
    files = os.listdir(os.path.join(ROOT, "benchmarks"))
    names = sorted(f[:-3] for f in files if f.endswith(".py") and not f.startswith("_"))
    if not arguments or arguments[0] not in names:
        raise Stopped(f"Which benchmark? There are: {', '.join(names)}.")
    return [f"benchmarks.{arguments[0]}", *arguments[1:]]


def digest(lock: str) -> str:
    """What the stamp says of a lock that is installed."""
    with open(os.path.join(ROOT, lock), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def is_ready(lock: str) -> bool:
    """Whether .venv has a Python and satisfies this lock."""
    try:
        with open(STAMP, encoding="ascii") as file:
            return digest(lock) in file.read().split() and os.path.exists(VENV_PYTHON)
    except FileNotFoundError:
        return False


def set_up(lock: str) -> None:
    """Install a lock into .venv. Of several starts at once one works and the others wait."""
    from tools import environment

    with environment.one_at_a_time():
        if is_ready(lock):  # somebody else was faster
            return
        if os.path.exists(STAMP):
            os.remove(STAMP)  # cut short, the next start must install again
        environment.install(lock)
        # the development lock holds all of the other: going back installs nothing
        satisfied = [LOCK, DEV_LOCK] if lock == DEV_LOCK else [LOCK]
        with open(STAMP, "w", encoding="ascii") as file:
            file.write("\n".join(map(digest, satisfied)) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
