"""The servers beside us: database, queue, mail, the disk, and our own name."""

import shutil
import smtplib
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from coalition.management.doctor.finding import Finding, green, red, yellow
from coalition.publishing.clock import database_now

PATIENCE: Final = 5.0
CLOCKS_AGREE: Final = 2.0
LEAST_DISK: Final = 1 << 30


def database() -> Finding:
    """It answers, and its tables are those of this version."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return red("database", _first_line(error), "start it, or correct DATABASE_URL")
    if missing:
        says = f"{len(missing)} migrations have not been run"
        return red("database", says, "run: python manage.py migrate")
    return green("database", f"{connection.vendor} answers, tables are up to date")


def clocks() -> Finding:
    """This machine and the database tell the same time; the database's decides."""
    before = datetime.now(UTC)
    apart = abs((database_now() - before).total_seconds())
    if apart > CLOCKS_AGREE:
        says = f"this machine and the database are {apart:.0f} s apart"
        return red("clocks", says, "switch time synchronisation on (timedatectl set-ntp true)")
    return green("clocks", f"this machine and the database agree ({apart:.1f} s)")


def queue() -> Finding:
    """It answers, writes down what it holds, and never forgets to make room."""
    if settings.EMBEDDED:
        return green("queue", "in memory: one process does everything")
    try:
        server = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE)
        set_to = {
            name: server.config_get(name)[name] for name in ("appendonly", "maxmemory-policy")
        }
    except (redis.RedisError, OSError) as error:
        do = "start it, or correct REDIS_URL; posts wait in the database meanwhile"
        return red("queue", _first_line(error), do)
    wanted = {"appendonly": "yes", "maxmemory-policy": "noeviction"}
    wrong = [f"{name} is {set_to[name]}" for name in wanted if set_to[name] != wanted[name]]
    if wrong:
        do = f"start it with {' '.join(f'--{name} {value}' for name, value in wanted.items())}"
        return red("queue", ", ".join(wrong), do)
    return green("queue", "answers, keeps what it holds, forgets nothing")


def mail() -> Finding:
    """A letter could be handed over; none is."""
    if not settings.SMTP_HOST:
        says = "no mail server: letters are files"
        if settings.EMBEDDED:
            return green("mail", says)
        return red("mail", says, "set SMTP_HOST and the other SMTP_… settings")
    options: dict[str, Any] = cast("Any", settings.MAILERS)["default"]["OPTIONS"]
    try:
        with smtplib.SMTP(options["host"], options["port"], timeout=PATIENCE) as server:
            if options["use_tls"]:
                server.starttls()
            if options["username"]:
                server.login(options["username"], options["password"])
            server.noop()
    except (smtplib.SMTPException, OSError) as error:
        return red("mail", _first_line(error), "correct the SMTP_… settings, or the mail server")
    return green("mail", f"{options['host']} takes our letters")


def name() -> Finding:
    """Other people can find this site, and nobody can listen."""
    parts = urlsplit(settings.PUBLIC_URL)
    if settings.EMBEDDED:
        return green("name", f"{settings.PUBLIC_URL}, for this machine")
    try:
        socket.getaddrinfo(parts.hostname, parts.port or 443)
    except OSError:
        return red("name", f"DNS knows no {parts.hostname}", "add a record, or correct PUBLIC_URL")
    if parts.scheme != "https":
        return red("name", f"{settings.PUBLIC_URL} is not https", "put TLS in front")
    return green("name", f"{settings.PUBLIC_URL} can be found")


def disk() -> Finding:
    """There is room for what is written on the day."""
    folder = Path(settings.DATA_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_text("probe", "utf-8")
        probe.unlink()
    except OSError as error:
        return red("disk", f"{folder}: {_first_line(error)}", "let this user write there")
    free = shutil.disk_usage(folder).free
    if free < LEAST_DISK:
        return yellow("disk", f"{free >> 20} MB are left at {folder}", "make room")
    return green("disk", f"{free >> 30} GB are left")


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
