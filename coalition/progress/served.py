"""Snapshots ahead of Django: the same bytes, tags and rules as nginx has for them.

In the embedded run they are served from here. Behind nginx they only stand in where Django fails:
nginx sees a dead application, but not one whose database is away.
"""

import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from coalition.progress.shelf import WHOLE

type Environ = dict[str, Any]
type Headers = list[tuple[str, str]]
type Error = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
type Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

PLAIN: Final = re.compile(r"(v=[0-9a-f]*)?\Z")
"""No query, or one that only names a version, for caches outside."""
NO_GZIP: Final = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


@dataclass(frozen=True, slots=True)
class Served:
    """One body, ready to go out."""

    body: bytes
    tag: str
    modified: str
    headers: Headers  # of a 200
    unchanged: Headers  # of a 304


@dataclass(slots=True)
class Stand:
    """Everything of one writing; bodies are read when they are first asked for."""

    sign: tuple[int, int, int] = (0, 0, 0)
    folder: str = ""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    read: dict[tuple[str, bool], Served] = field(default_factory=dict)


class Snapshots:
    """A WSGI application in front of another one."""

    def __init__(self, behind: Application, folder: Path, *, ahead: bool, https: bool) -> None:
        self._behind, self._ahead, self._https = behind, ahead, https
        self._now = str(folder / "now")
        self._description = str(folder / "now" / "answers.json")
        self._stand = Stand()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer from the folder where that may be, else ask who is behind."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._behind(environ, start_response)
        if (
            self._ahead
            and self._over_https(environ)
            and PLAIN.match(environ.get("QUERY_STRING", ""))
        ):
            served = self._find(environ["PATH_INFO"], environ)
            if served is not None:
                return _answer(served, environ, start_response)
        return self._or_stand_in(environ, start_response)

    def _over_https(self, environ: Environ) -> bool:
        return not self._https or environ.get("HTTP_X_FORWARDED_PROTO") == "https"

    def _or_stand_in(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        said: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, error: Error | None = None) -> None:
            said.append((status, headers))
            if not status.startswith("5"):
                start_response(status, headers, *([error] if error else []))

        body = self._behind(environ, listen)
        status, headers = said[-1]
        if not status.startswith("5"):
            return body
        served = self._find(environ["PATH_INFO"], environ, whole=True)
        if served is None:
            start_response(status, headers)
            return body
        if hasattr(body, "close"):
            body.close()
        return _answer(served, environ, start_response)

    def _find(self, path: str, environ: Environ, *, whole: bool = False) -> Served | None:
        stand = self._latest()
        entry = stand.answers.get(path)
        if entry is None:
            return None
        accepts = environ.get("HTTP_ACCEPT_ENCODING", "")
        small = "gzip" in accepts and not NO_GZIP.search(accepts)
        file: str = entry["file"]
        if whole and file.endswith("index.html"):
            instead = file.removesuffix("index.html") + f"{WHOLE}.html"
            file = instead if os.path.exists(f"{stand.folder}/www/{instead}") else file  # noqa: PTH110
        served = stand.read.get((file, small))
        if served is None:
            served = _read(f"{stand.folder}/www/{file}", entry["headers"], small=small)
            if served is not None:
                stand.read[file, small] = served
        return served

    def _latest(self) -> Stand:
        """What was written last, or is pinned: one look at the file that is written last."""
        try:
            status = os.stat(self._description)  # noqa: PTH116 — once a request: it must cost little
        except OSError:
            return Stand()
        sign = (status.st_ino, status.st_mtime_ns, status.st_size)
        if sign != self._stand.sign:
            try:
                folder = os.path.realpath(self._now)
                answers = json.loads(Path(folder, "answers.json").read_bytes())["answers"]
            except (OSError, ValueError):
                return Stand()
            self._stand = Stand(sign, folder, answers)
        return self._stand


def _read(file: str, headers: dict[str, str], *, small: bool) -> Served | None:
    for name in [f"{file}.gz", file] if small else [file]:
        try:
            with open(name, "rb") as opened:  # noqa: PTH123 — its time belongs to these bytes
                status = os.fstat(opened.fileno())
                body = opened.read()
        except OSError:
            continue
        tag = f'"{int(status.st_mtime):x}-{len(body):x}"'  # as nginx makes it
        modified = formatdate(int(status.st_mtime), usegmt=True)
        rest = {
            **headers,
            "Vary": ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"])),
        }
        about = [*rest.items(), ("ETag", tag), ("Last-Modified", modified)]
        packed = [("Content-Encoding", "gzip")] if name.endswith(".gz") else []
        length = ("Content-Length", str(len(body)))
        unchanged = [pair for pair in about if pair[0] != "Content-Type"]
        return Served(body, tag, modified, [*about, *packed, length], unchanged)
    return None


def _answer(
    served: Served, environ: Environ, start_response: Callable[..., Any]
) -> Iterable[bytes]:
    if _has_it(served, environ):
        start_response("304 Not Modified", served.unchanged)
        return []
    start_response("200 OK", served.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [served.body]


def _has_it(served: Served, environ: Environ) -> bool:
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is None:
        return bool(environ.get("HTTP_IF_MODIFIED_SINCE") == served.modified)
    known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    return "*" in known or served.tag in known
