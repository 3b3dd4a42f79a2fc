"""What Django's settings read while tests run: all of it, so that no .env reaches a test."""

import os
import tempfile
from base64 import urlsafe_b64encode
from pathlib import Path

from tests.testnet.server import free_port

POSTGRES_PORT = free_port()
VALKEY_PORT = free_port()

BOTH = {
    "DJANGO_SETTINGS_MODULE": "coalition.settings",
    "ENV_FILE": "",
    "DEBUG": "true",  # static files by their own names; pytest-django turns the rest off
    "SECRET_KEY": "for tests only, and for nothing else in the whole wide world",
    "VAULT_PRIVATE_KEYS": f"test:{urlsafe_b64encode(b'for tests, and tests only, aha!!').decode()}",
    "PUBLIC_URL": "http://testserver",
    "NETWORKS": "off",
    "MAIL_FROM": "exit@example.org",
    "TIME_ZONE": "Europe/Brussels",
    "LOG_LEVEL": "WARNING",
}
SERVERS = {
    "DEPLOYMENT": "production",
    "DATABASE_URL": f"postgres://postgres@127.0.0.1:{POSTGRES_PORT}/coalition"
    "?options=-cidle_in_transaction_session_timeout%3D0",  # a test is one transaction; it may wait
    "REDIS_URL": f"redis://127.0.0.1:{VALKEY_PORT}/0",
}
UNSET = (  # whatever else settings read
    *("ALLOWED_HOSTS", "BLUESKY_API", "BLUESKY_CLIENT_KEYS", "BLUESKY_PLC", "DNS_SERVER"),
    *("BLUESKY_PRIVATE_HOSTS", "DATABASE_PASSWORD", "LOOK_AGAIN_SECONDS", "REHEARSAL_DIR"),
    *("SEND_LEASE_SECONDS", "SENDS_AT_ONCE", "SEND_SHARES"),
    *("DEADMAN_URL", "LOG_FORMAT", "METRICS_TOKEN"),
    *("SMTP_HOST", "SMTP_PASSWORD", "SMTP_PORT", "SMTP_TLS", "SMTP_USER", "STATIC_ROOT"),
    *(
        "TRUSTED_PROXIES",
        "VAULT_PUBLIC_KEY",
        "X_API",
        "X_BUDGET",
        "X_CLIENT_ID",
        "X_CLIENT_SECRET",
        "X_PUBLISH",
        "X_SITE",
    ),
)


def on_sqlite() -> bool:
    """Whether the same tests run on the embedded run's database: TEST_DATABASE=sqlite."""
    wanted = os.environ.get("TEST_DATABASE", "postgres")
    if wanted not in {"postgres", "sqlite"}:
        raise SystemExit(f"TEST_DATABASE is {wanted!r}; use postgres or sqlite.")
    return wanted == "sqlite"


def set_up() -> None:
    """Before Django reads its settings. The servers start when the first test wants them."""
    os.environ.update(BOTH)
    os.environ.update(dict.fromkeys(UNSET, ""))  # empty counts as missing
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="leave-together-")
    (Path(os.environ["DATA_DIR"]) / "static").mkdir()  # where collectstatic would have put files
    if on_sqlite():
        os.environ.pop("DATABASE_URL", None)
        os.environ["DEPLOYMENT"] = "embedded"
    else:
        os.environ.update(SERVERS)
