"""`manage.py backup FILE`: everything that matters in one file, whole or not there at all."""

import os
import sqlite3
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from coalition.health.actions import leave_pulse
from coalition.management.dump import environment_of, program
from coalition.publishing.clock import database_now


class Command(BaseCommand):
    """Holds personal data and sealed credentials: encrypt it, and never keep it beside the keys."""

    help = "Write the whole database into FILE (PostgreSQL's own archive; on SQLite a copy)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write beside it first, then rename: half a backup never has the name of a whole one."""
        file: Path = options["file"]
        if file.exists():
            raise CommandError(f"{file} is there already: nothing is overwritten. Choose a name.")
        part = file.with_name(f".{file.name}.part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
            _write(part)
            part.replace(file)
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error.strerror or error}") from None
        finally:
            part.unlink(missing_ok=True)
        leave_pulse("backup", every=0, now=database_now())
        self.stdout.write(
            f"{file}: {file.stat().st_size:,} bytes. Keep the vault's keys elsewhere."
        )


def _write(part: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(part) as copy:
            connection.connection.backup(copy)
        copy.close()
        return
    command = [program("pg_dump"), "--format=custom", "--no-owner", "--file", str(part)]
    done = subprocess.run(
        command, env=environment_of(connection.settings_dict), capture_output=True, check=False
    )
    if done.returncode:
        raise CommandError(f"pg_dump: {done.stderr.decode().strip().splitlines()[-1]}")
