"""A rehearsal's log of what it made "public": outside the database, shared by processes."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Effect:
    """One post that a rehearsed network took; the same post twice makes two of these."""

    post: str
    network: str
    account: str
    text_sha256: str
    received_at: str
    id: str


class EffectLog:
    """One JSON line an effect, appended under a file lock; without a path, in memory only."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._read = 0
        self._effects: list[Effect] = []
        self._by_id: dict[str, Effect] = {}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the log alone: look and append without another process in between."""
        if self._path is None:
            yield
            return
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # among threads too: each has its own descriptor
            self._catch_up(descriptor)
            yield
        finally:
            os.close(descriptor)

    def append(self, effect: Effect) -> None:
        """Add one; call it under `locked`."""
        if self._path is None:
            self._remember(effect)
            return
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, (json.dumps(asdict(effect), ensure_ascii=False) + "\n").encode())
        finally:
            os.close(descriptor)

    def with_id(self, effect_id: str) -> Effect | None:
        """The effect that has this id; call it under `locked`."""
        return self._by_id.get(effect_id)

    def of_account(self, account: str) -> list[Effect]:
        """Every effect of one account, oldest first; call it under `locked`."""
        return [effect for effect in self._effects if effect.account == account]

    def all(self) -> list[Effect]:
        """Everything, oldest first."""
        with self.locked():
            return list(self._effects)

    def _catch_up(self, descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        if size < self._read:  # somebody emptied the file
            self._read, self._effects, self._by_id = 0, [], {}
        whole, line_end, _ = os.pread(descriptor, size - self._read, self._read).rpartition(b"\n")
        self._read += len(whole) + len(line_end)
        for line in whole.splitlines():
            self._remember(Effect(**json.loads(line)))

    def _remember(self, effect: Effect) -> None:
        self._effects.append(effect)
        self._by_id.setdefault(effect.id, effect)
