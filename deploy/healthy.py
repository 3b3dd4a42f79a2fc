"""Whether a service of docker-compose.yml is well: exit 0 or 1. Cheap, for it runs all day long.

Usage: python -m deploy.healthy web|clock|snapshots
"""

import os
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

LATE_SECONDS = 5 * 60
STALE_SECONDS = 10 * 60  # beat writes its schedule down every three minutes


def web(port: int = 8000) -> bool:
    """It answers, and so does its database; asked by the name that it goes by."""
    name = os.environ.get("PUBLIC_URL", "")
    hosts = os.environ.get("ALLOWED_HOSTS", "").split(",")
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/healthz", headers={"Host": hosts[0] or urlsplit(name).netloc})
    return connection.getresponse().status == 200  # noqa: PLR2004 — HTTP's own word


def snapshots() -> bool:
    """They are written at least once a minute."""
    file = Path(os.environ.get("DATA_DIR", "/data")) / "snapshots" / "live" / "answers.json"
    return file.exists() and time.time() - file.stat().st_mtime < LATE_SECONDS


def clock() -> bool:
    """Beat has written its schedule lately."""
    files = Path(os.environ.get("DATA_DIR", "/data")).glob("beat-schedule*")
    written = [file.stat().st_mtime for file in files]
    return bool(written) and time.time() - max(written) < STALE_SECONDS


if __name__ == "__main__":
    try:
        sys.exit(0 if {"web": web, "clock": clock, "snapshots": snapshots}[sys.argv[1]]() else 1)
    except (OSError, HTTPException) as error:
        sys.exit(f"not well: {error}")
