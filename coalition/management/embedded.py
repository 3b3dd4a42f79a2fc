"""The embedded run: web server, Celery worker and beat, from one command, with SQLite."""

import contextlib
import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor

from coalition.management.serving import command

log = logging.getLogger(__name__)

START_SECONDS: Final = 60
PR_SET_PDEATHSIG: Final = 1


def prepare() -> None:
    """Folders and tables, made or brought up to date."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    for folder in (settings.DATA_DIR / "letters", settings.STATIC_ROOT):
        folder.mkdir(exist_ok=True)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0)


def refuse_taken_port(port: int) -> None:
    """One clear line before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"port {port} is taken by another program: choose one with --port"
            ) from None


@contextlib.contextmanager
def web(port: int) -> Iterator[None]:
    """The web server as a child, so that a page is never late because a post goes out."""
    refuse_taken_port(port)
    environment = {**os.environ, "PUBLIC_URL": settings.PUBLIC_URL}
    process = subprocess.Popen(
        command(port),
        cwd=settings.BASE_DIR,
        env=environment,
        start_new_session=True,  # Ctrl-C comes to us alone; we end it in our own order
        preexec_fn=_die_with_parent,  # noqa: PLW1509 — nothing else runs in this process yet
    )
    try:
        _wait_until_it_answers(process, port)
        yield
    finally:
        _end(process)


@contextlib.contextmanager
def snapshots() -> Iterator[None]:
    """What writes the public pages, as a child too: at T this process has posts to send."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "snapshots", "--follow"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PUBLIC_URL": settings.PUBLIC_URL},
        start_new_session=True,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 — its threads don't matter to it
    )
    try:
        yield
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


def _die_with_parent() -> None:
    if sys.platform == "linux":  # a killed parent must not leave a server behind
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CommandError("the web server could not start; its own words stand above")
        with (
            contextlib.suppress(URLError, OSError),
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1),
        ):
            return
        time.sleep(0.05)
    raise CommandError(f"the web server did not answer within {START_SECONDS} s")


@contextlib.contextmanager
def hands() -> Iterator[None]:
    """A real Celery worker and beat as threads of this process, on a queue in memory."""
    from celery.exceptions import SecurityWarning

    from coalition.celery import app  # half a second, while the web server starts

    done = threading.Event()
    warnings.filterwarnings("ignore", message=".*superuser privileges", category=SecurityWarning)
    worker = app.Worker(
        pool="threads", concurrency=4, queues=["celery"], loglevel="WARNING", quiet=True
    )
    threads = [
        threading.Thread(target=_work, args=(worker,), name="worker", daemon=True),
        threading.Thread(target=_beat, args=(done,), name="beat", daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        worker.stop()
        for thread in threads:
            thread.join(5)


def _work(worker: object) -> None:
    from celery.worker import WorkController

    WorkController.start(worker)  # not Worker.start: that one takes the signals, which are ours


def _beat(done: threading.Event) -> None:
    """What belongs to the desk is done here, on threads of its own: no batch can hold it up."""
    from celery.beat import ScheduleEntry, Scheduler

    from coalition.celery import app

    class Desk(Scheduler):  # type: ignore[misc]
        def apply_async(self, entry: ScheduleEntry, *args: Any, **options: Any) -> object:
            if entry.task in settings.CELERY_TASK_ROUTES:
                return desk.submit(_do, app.tasks[entry.task])
            return super().apply_async(entry, *args, **options)

    with ThreadPoolExecutor(4, thread_name_prefix="desk") as desk:
        schedule = Desk(app=app, max_interval=settings.CELERY_BEAT_MAX_LOOP_INTERVAL)
        while not done.is_set():
            done.wait(min(schedule.tick(), settings.CELERY_BEAT_MAX_LOOP_INTERVAL))


def _do(task: Callable[[], object]) -> None:
    try:
        task()
    except Exception:  # the next one, in a second, may do better
        log.exception("the desk could not finish %s", task)
    finally:
        close_old_connections()


@contextlib.contextmanager
def everything(port: int) -> Iterator[threading.Event]:
    """The whole system, until the event is set."""
    with until_interrupted() as asked, web(port), snapshots(), hands():
        yield asked


@contextlib.contextmanager
def until_interrupted() -> Iterator[threading.Event]:
    """An event that Ctrl-C or a polite end sets; a second Ctrl-C ends at once."""
    asked = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            os._exit(130)
        asked.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
