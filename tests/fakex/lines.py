"""A file of JSON lines that only grows; the kernel has each line before anything is answered."""

import json
import os
from pathlib import Path
from typing import Any


class JsonLines:
    """Append-only JSON lines; they outlive a SIGKILL of the process that wrote them."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it when it isn't there."""
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def append(self, entry: dict[str, Any]) -> None:
        """Write one line in one system call."""
        os.write(self._file, json.dumps(entry, separators=(",", ":")).encode() + b"\n")

    def clear(self) -> None:
        """Start again with an empty file."""
        os.ftruncate(self._file, 0)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read every whole line; a torn last one is left out."""
    if not path.exists():
        return []
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    return [json.loads(line) for line in whole.splitlines()]
