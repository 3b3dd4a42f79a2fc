"""The environment, read once and refused in one clear line when it can't be used."""

import os
import secrets
import zoneinfo
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any, NoReturn

import environ
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey


def refuse(setting: str, problem: str, remedy: str) -> NoReturn:
    """End the process with one line: what is wrong, where, what to do. Never a traceback."""
    raise SystemExit(f"settings: {setting} {problem}. {remedy}")


class Environment:
    """Typed reads of environment variables that fail closed, each with its own sentence."""

    def __init__(self, env_file: Path) -> None:
        """Values of the process win over the file's."""
        if env_file.exists():
            environ.Env.read_env(str(env_file))
        self._env = environ.Env()

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = os.environ.get(name, "")
        if value:
            return value
        if default is None:
            refuse(name, "is missing", "Set it in the environment or in .env; see docs/settings.md")
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        """Yes or no."""
        value = os.environ.get(name, "").strip().lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        if value:
            refuse(name, f"is {value!r}", "Use true or false")
        return default

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        value = os.environ.get(name, "")
        if not value:
            return default
        if not value.isdecimal():
            refuse(name, f"is {value!r}", "Use a whole number")
        return int(value)

    def words(self, name: str, default: str = "") -> list[str]:
        """A list, separated by commas."""
        return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]

    def database(self, name: str = "DATABASE_URL") -> dict[str, Any]:
        """A PostgreSQL database, as Django wants it."""
        url = self.text(name)
        example = "Write postgres://user:password@host:5432/name"
        try:
            config: dict[str, Any] = environ.Env.db_url_config(url)
        except Exception:  # noqa: BLE001 — whatever the parser trips over, the person needs one line
            refuse(name, "can't be read", example)
        if config.get("ENGINE") != "django.db.backends.postgresql" or not config.get("NAME"):
            refuse(name, "is not a PostgreSQL address", example)
        return config

    def time_zone(self, name: str, default: str) -> str:
        """A time zone by its IANA name."""
        value = self.text(name, default)
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            refuse(name, f"is {value!r}, which no time zone is called", "Try Europe/Brussels")
        return value


def kept_key(folder: Path, name: str, make: str = "token") -> str:
    """A secret of the embedded run: made on first start, mode 0600, outside the database."""
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            value = secrets.token_urlsafe(48) if make == "token" else _new_vault_key()
            temporary = path.with_suffix(f".{os.getpid()}")
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(value)
            try:
                os.link(temporary, path)  # the first of two starting at once wins
            except FileExistsError:
                pass
            temporary.unlink()
        return path.read_text().strip()
    except OSError as error:
        refuse("DATA_DIR", f"can't hold {path.name} ({error.strerror})", "Choose a folder you own")


def _new_vault_key() -> str:
    raw = X25519PrivateKey.generate().private_bytes_raw()
    return f"k{secrets.token_hex(3)}:{urlsafe_b64encode(raw).decode()}"
