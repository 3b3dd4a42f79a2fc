"""Makes .venv and installs a lock into it, with uv where there is one, else with pip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tools import ROOT, VAR, VENV, VENV_PYTHON, Stopped, interpreter

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG = os.path.join(VAR, "setup.log")

UNREACHABLE = (
    "name resolution",
    "dns error",
    "newconnectionerror",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "failed to fetch",
    "error sending request",
    "timed out",
    "timeout",
    "proxyerror",
)
MEANINGS = {  # what an installer says when it fails: what to tell the person
    ("do not match the hashes", "hash mismatch"): (
        "a downloaded file is not the one that the lock names, so somebody changed it on the way. "
        "Try another network or package index"
    ),
    ("no space left",): "the disk is full. Make room and start again",
    UNREACHABLE: (
        "the package index can't be reached. Connect to the network (or name its proxy in "
        "HTTPS_PROXY) and start again"
    ),
    ("from versions: none", "no matching distribution", "has no wheels"): (
        "the package index has nothing for this Python on this machine. Try another one: "
        "PYTHON=/path/to/python python3 run.py"
    ),
}


def say(text: str) -> None:
    """One line of progress; standard output belongs to the command."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other start is setting up, and keep others out."""
    os.makedirs(VAR, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # Windows: starts at once are on their own
        yield
        return
    with open(os.path.join(VAR, "setup.lock"), "w", encoding="ascii") as file:
        os.set_inheritable(file.fileno(), True)  # an installer that outlives us keeps it
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting up; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def install(lock: str) -> None:
    """Make .venv if there is none that works, then install every file the lock names."""
    began = time.monotonic()
    uv = find_uv()
    open(LOG, "w", encoding="utf-8").close()
    current = interpreter.run(VENV_PYTHON, with_pip=False)
    if current.fault or not (uv or has_pip()):
        make(uv)
        current = interpreter.run(VENV_PYTHON, with_pip=False)
    tool = "uv" if uv else "pip: a minute at most"
    say(f"Installing {lock} into .venv (Python {current.version}, with {tool}).")
    if uv:
        command = [uv, "pip", "install", "--python", VENV_PYTHON]
    else:
        command = [VENV_PYTHON, "-m", "pip", "install", "--retries", "2", "--no-input"]
    logged([*command, "--require-hashes", "-r", os.path.join(ROOT, lock)], lock)
    say(f"Ready after {time.monotonic() - began:.0f} s.")


def make(uv: str | None) -> None:
    """Make an empty .venv, in place of a broken one."""
    found, tried = interpreter.find(with_pip=uv is None)
    if uv:  # uv brings a Python where there is none
        python = found.path if found else interpreter.VERSIONS[0]
        command = [uv, "venv", "--clear", "--python", python, VENV]
    elif found:
        command = [found.path, "-m", "venv", "--clear", VENV]
    else:
        raise Stopped(interpreter.advice(tried))
    try:
        logged(command, ".venv")
    except Stopped:
        if found:
            raise
        raise Stopped(interpreter.advice(tried)) from None


def find_uv() -> str | None:
    """A uv that runs; it may be a broken shim too."""
    homes = ["~/.local/bin", "~/.cargo/bin", *interpreter.newest("~/.pyenv/versions/*/bin")]
    here = [shutil.which("uv"), *(shutil.which("uv", path=os.path.expanduser(h)) for h in homes)]
    return next((uv for uv in here if uv and runs([uv, "--version"])), None)


def has_pip() -> bool:
    """Whether .venv can install without uv; one that uv made can't."""
    return runs([VENV_PYTHON, "-c", "import pip"])


def runs(command: list[str]) -> bool:
    """Whether a command ends well; its words don't matter."""
    quiet = subprocess.DEVNULL
    try:
        return subprocess.call(command, stdout=quiet, stderr=quiet) == 0
    except OSError:
        return False


def logged(command: list[str], subject: str) -> None:
    """Run a command with its words in var/setup.log, and explain them when it fails."""
    with open(LOG, "ab") as log:
        start = log.tell()
        code = subprocess.call(command, stdout=log, stderr=subprocess.STDOUT, close_fds=False)
    if code:
        with open(LOG, "rb") as log:
            log.seek(start)
            raise Stopped(explain(log.read().decode("utf-8", "replace"), subject))


def explain(words: str, subject: str) -> str:
    """An installer's words as one sentence."""
    low = words.lower()
    known = (meaning for signs, meaning in MEANINGS.items() if any(sign in low for sign in signs))
    last = (words.strip().splitlines() or ["it said nothing"])[-1].strip()
    return f"Setting up {subject} failed: {next(known, last)} (all it said: {LOG})."
