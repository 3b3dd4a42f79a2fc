"""Finds a Python that can run the project, by running every one that might."""

from __future__ import annotations

import glob
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSIONS = ("3.13", "3.12", "3.14")  # the order of .python-version: the most tried first

# what a home-made Python may lack, and Debian packs apart
PROBE = "import sys; print('%d.%d.%d' % sys.version_info[:3]); import ctypes, sqlite3, ssl"
PROBE_PIP = "; import ensurepip, venv"


class Interpreter(NamedTuple):
    """A Python that was run: its version, or why it is of no use."""

    path: str
    version: str
    fault: str = ""

    @property
    def series(self) -> str:
        """3.13 of 3.13.2."""
        return ".".join(self.version.split(".")[:2])


def candidates() -> Iterator[str]:
    """Every path where a Python may be, the likeliest first."""
    if os.environ.get("PYTHON"):
        yield os.environ["PYTHON"]
    yield getattr(sys, "_base_executable", sys.executable)  # not .venv's own: it may be cleared
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    brew = ["/opt/homebrew/bin", "/usr/local/bin", "/home/linuxbrew/.linuxbrew/bin"]
    names = [f"python{version}" for version in VERSIONS]
    yield from (os.path.join(folder, name) for name in names for folder in [*folders, *brew])
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    data = os.environ.get("XDG_DATA_HOME", os.path.expanduser("~/.local/share"))
    uv = os.environ.get("UV_PYTHON_INSTALL_DIR", os.path.join(data, "uv", "python"))
    for version in VERSIONS:
        yield from newest(os.path.join(pyenv, "versions", f"{version}.*", "bin", "python"))
        yield from newest(os.path.join(uv, f"cpython-{version}*", "bin", "python3"))
    yield from (os.path.join(folder, "python3") for folder in folders)


def newest(pattern: str) -> list[str]:
    """3.13.10 before 3.13.9."""
    return sorted(
        glob.glob(os.path.expanduser(pattern)), key=lambda path: (len(path), path), reverse=True
    )


def run(path: str, *, with_pip: bool) -> Interpreter:
    """Ask a Python for its version: a broken shim is found out only by running it."""
    try:
        done = subprocess.run(
            [path, "-c", PROBE + PROBE_PIP if with_pip else PROBE],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Interpreter(path, "", "does not start")
    found = Interpreter(path, done.stdout.strip())
    if not found.version:
        return found._replace(fault=f"does not start, exit code {done.returncode}")
    if found.series not in VERSIONS:
        return found._replace(fault=f"is Python {found.version}")
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        return found._replace(fault=f"is Python {found.version}, incomplete: {reason}")
    return found


def find(*, with_pip: bool) -> tuple[Interpreter | None, list[Interpreter]]:
    """The first Python that fits, and those that were tried before it."""
    tried: dict[str, Interpreter] = {}
    for path in candidates():
        if path in tried or not os.access(path, os.X_OK):
            continue
        tried[path] = run(path, with_pip=with_pip)
        if not tried[path].fault:
            return tried[path], list(tried.values())
    return None, list(tried.values())


def advice(tried: list[Interpreter]) -> str:
    """What to do when no Python fits."""
    for each in tried:
        if "ensurepip" in each.fault:
            return (
                f"{each.path} can't make an environment with pip. Install it with\n"
                f"  apt-get install -y python{each.series}-venv\nand start again."
            )
    looked = "".join(f"\n  {each.path}: {each.fault}" for each in tried)
    return (
        f"No Python {', '.join(sorted(VERSIONS))} was found on this machine.\n"
        "Install one (Debian 13, Ubuntu 24.04: apt-get install -y python3 python3-venv; macOS: "
        "brew install python@3.13; anywhere: uv, https://docs.astral.sh/uv/), "
        f"or name one: PYTHON=/path/to/python python3 run.py\nLooked at:{looked}"
    )
