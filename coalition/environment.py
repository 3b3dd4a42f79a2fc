"""The environment, read once and refused in one clear line when it can't be used."""

import os
import secrets
import zoneinfo
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

import environ
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

KEY_BYTES: Final = 32
MAKE_KEYS: Final = "Make a pair with: python3 run.py manage vault_keys"
CUT_OFF_SECONDS: Final = 15
"""Until a machine that is cut off from the database notices, and what it locked is free again.
By themselves either may take the two hours that TCP allows, and a STOP would wait for that long."""
CUT_OFF: Final[dict[str, Any]] = {
    "connect_timeout": CUT_OFF_SECONDS,
    "tcp_user_timeout": CUT_OFF_SECONDS * 1000,
    "keepalives_idle": CUT_OFF_SECONDS // 3,
    "keepalives_interval": CUT_OFF_SECONDS // 3,
    "keepalives_count": 2,
    "options": f"-c idle_in_transaction_session_timeout={CUT_OFF_SECONDS}s",
}


def refuse(setting: str, problem: str, remedy: str) -> NoReturn:
    """End the process with one line: what is wrong, where, what to do. Never a traceback."""
    raise SystemExit(f"settings: {setting} {problem}. {remedy}")


class Environment:
    """Typed reads of environment variables that fail closed, each with its own sentence.

    NAME_FILE names a file whose content is the value of NAME: a secret then stands in no
    environment, which any process of the same person could read.
    """

    def __init__(self, env_file: Path | None) -> None:
        """Values of the process win over the file's."""
        if env_file and env_file.exists():
            if not (env_file.is_file() and os.access(env_file, os.R_OK)):
                refuse(str(env_file), "can't be read", "Make it a file of yours")
            environ.Env.read_env(str(env_file))

    def _read(self, name: str, default: str = "") -> str:
        value, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
        if not file:
            return value or default
        if value:
            refuse(name, f"and {name}_FILE are both set", "Keep one of them")
        try:
            content = Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            refuse(f"{name}_FILE", f"names {file}, which can't be read ({why})", "Make it")
        if not content:
            refuse(f"{name}_FILE", f"names {file}, which is empty", "Write the value into it")
        return content

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = self._read(name, default or "")
        if not value and default is None:
            refuse(name, "is missing", "Set it in the environment or in .env; see docs/settings.md")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Yes or no."""
        value = self._read(name).strip().lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        if value:
            refuse(name, f"is {value!r}", "Use true or false")
        return default

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        value = self._read(name, str(default))
        if not value.isdecimal():
            refuse(name, f"is {value!r}", "Use a whole number")
        return int(value)

    def words(self, name: str, default: str = "") -> list[str]:
        """A list, separated by commas."""
        return [word.strip() for word in self._read(name, default).split(",") if word.strip()]

    def keys(self, name: str) -> list[str]:
        """Keys of the vault, each written `id:base64`; never repeated in the sentence."""
        found = self.words(name)
        for key in found:
            key_id, _, encoded = key.partition(":")
            try:
                fits = key_id and len(urlsafe_b64decode(encoded)) == KEY_BYTES
            except ValueError:
                fits = False
            if not fits:
                refuse(name, "is not a key of the form id:base64", MAKE_KEYS)
        return found

    def database(self, name: str, *, password: str = "") -> dict[str, Any]:
        """A PostgreSQL database, as Django wants it; the password may come from elsewhere."""
        url = self.text(name)
        example = "Write postgres://user:password@host:5432/name"
        if not url.startswith(("postgres://", "postgresql://")):
            refuse(name, "is not a PostgreSQL address", example)
        try:
            config: dict[str, Any] = environ.Env.db_url_config(url)
        except Exception:  # noqa: BLE001 — whatever the parser trips over, the person needs one line
            refuse(name, "can't be read", example)
        if not config.get("NAME"):
            refuse(name, "names no database", example)
        if password and config.get("PASSWORD"):
            refuse(name, "holds a password, and so does DATABASE_PASSWORD", "Keep one of them")
        config["OPTIONS"] = {**CUT_OFF, **config.get("OPTIONS", {})}
        return {**config, "PASSWORD": password or config.get("PASSWORD", "")}

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
            temporary = path.with_suffix(f".{secrets.token_hex(4)}")
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(value)
            with suppress(FileExistsError):
                os.link(temporary, path)  # the first of two starting at once wins
            temporary.unlink()
        return path.read_text().strip()
    except OSError as error:
        refuse("DATA_DIR", f"can't hold {path.name} ({error.strerror})", "Choose a folder you own")


def _new_vault_key() -> str:
    raw = X25519PrivateKey.generate().private_bytes_raw()
    return f"k{secrets.token_hex(3)}:{urlsafe_b64encode(raw).decode()}"
