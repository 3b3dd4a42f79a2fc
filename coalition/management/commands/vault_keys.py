"""`manage.py vault_keys`: the secrets of a new deployment, printed or written into files."""

import os
import secrets
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coalition.members.vault import new_key_pair


class Command(BaseCommand):
    """A pair of vault keys: everybody seals with the public one, only workers open."""

    help = "Make a new pair of vault keys; with --into, write all secrets of a deployment."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--into", type=Path, metavar="DIR", help="write files there, mode 0600")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the pair, or write it beside a secret key and a database password."""
        key_id = f"k{datetime.now(UTC):%Y%m}{secrets.token_hex(2)}"
        public, private = new_key_pair(key_id)
        folder: Path | None = options["into"]
        if folder is None:
            self.stdout.write(
                f"VAULT_PUBLIC_KEY={public}\n"
                "  for every process: it seals, and opens nothing\n"
                f"BLUESKY_CLIENT_KEYS={new_key_pair(key_id)[1]}\n"
                "  for web and workers: our app's own key at Bluesky's servers\n"
                f"VAULT_PRIVATE_KEYS={private}\n"
                "  for workers alone: it opens. To change keys, put this one before the older "
                "ones, with a comma;\n"
                "  then docs/running.md, “Another vault key”\n"
                "Keep a copy of the private key away from the database's backups: without it, "
                "every account must be connected again."
            )
            return
        _write(
            folder,
            {
                "vault_public_key": public,
                "vault_private_keys": private,
                "bluesky_client_keys": new_key_pair(key_id)[1],
                "secret_key": secrets.token_urlsafe(64),
                "database_password": secrets.token_urlsafe(32),
            },
        )
        self.stdout.write(
            f"Written into {folder}: vault_public_key, vault_private_keys (workers alone), "
            "bluesky_client_keys, secret_key, database_password.\n"
            f"They belong to {os.getuid()}:{os.getgid()}; docker compose needs that in .env: "
            f"RUN_AS={os.getuid()}:{os.getgid()}\n"
            "Keep a copy of them away from the database's backups."
        )


def _write(folder: Path, files: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        taken = [name for name in files if (folder / name).exists()]
        if taken:
            raise CommandError(
                f"{folder} already holds {', '.join(taken)}: nothing was written. "
                "Keys that are in use must not be lost; choose another folder"
            )
        for name, value in files.items():
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{value}\n")
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}; choose a folder you own") from None
