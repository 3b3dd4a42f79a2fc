"""PostgreSQL's own programs, and how they reach our database."""

import os
import shutil
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError


def program(name: str) -> str:
    """The program's path."""
    found = shutil.which(name)
    if found is None:
        raise CommandError(
            f"{name} is not on this machine. Install PostgreSQL's client programs, or run it where "
            "the database runs: see docs/running.md, Backups."
        )
    return found


def environment_of(database: Mapping[str, Any]) -> dict[str, str]:
    """As libpq's programs read it: no password on a command line."""
    named = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    return {"PATH": os.defpath, **{name: str(value) for name, value in named.items() if value}}
