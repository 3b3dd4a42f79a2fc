"""`manage.py restore FILE`: an older state comes back, and can send nothing by itself."""

import shutil
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from coalition.health.actions import disarm
from coalition.journal.queries import first_broken, head
from coalition.management.dump import environment_of, program
from coalition.publishing.clock import database_now


class Command(BaseCommand):
    """A restored database believes what was true when the backup was made."""

    help = "Put a backup in place of the database; every campaign that could send is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From where, and that it is meant."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--yes", action="store_true", help="what is in the database now is lost"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore, bring up to date, verify the journal, press STOP."""
        file: Path = options["file"]
        if settings.NETWORKS == "live":
            raise CommandError("Networks are live. Set NETWORKS=off and stop the workers first.")
        if not file.is_file():
            raise CommandError(f"{file} is not there.")
        if not options["yes"]:
            raise CommandError(
                "What is in the database now will be lost. Say --yes if you mean it."
            )
        _restore(file)
        call_command("migrate", verbosity=0, interactive=False)
        broken = first_broken()
        stopped = disarm(why="a restored backup", now=database_now())
        last = head()
        self.stdout.write(f"Restored from {file}.")
        if broken:
            self.stdout.write(f"The journal is NOT whole: entry {broken.position} was changed.")
        else:
            self.stdout.write(f"The journal is whole: {last.position if last else 0} entries.")
        self.stdout.write(
            f"STOP is on for: {', '.join(stopped)}. Look on the networks at what is out already, "
            "then resume on the launch wall."
            if stopped
            else "No campaign could send."
        )
        if broken:
            raise SystemExit(1)


def _restore(file: Path) -> None:
    if connection.vendor == "sqlite":
        if file.read_bytes()[:15] != b"SQLite format 3":
            raise CommandError(f"{file} is no backup of SQLite.")
        name = Path(connection.settings_dict["NAME"])
        connection.close()
        for beside in ("-wal", "-shm"):
            name.with_name(name.name + beside).unlink(missing_ok=True)
        shutil.copyfile(file, name)
        return
    command = [
        *(program("pg_restore"), "--clean", "--if-exists", "--no-owner", "--exit-on-error"),
        *("--single-transaction", "--dbname", connection.settings_dict["NAME"], str(file)),
    ]
    connection.close()
    done = subprocess.run(
        command, env=environment_of(connection.settings_dict), capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode().strip().splitlines()
        raise CommandError(f"Nothing was changed. pg_restore: {said[0] if said else 'failed'}")
