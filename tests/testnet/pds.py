"""A real Bluesky server: the PDS and its directory of identities, from their own npm packages."""

import fcntl
import hashlib
import platform
import secrets
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.testnet.missing import Missing, program
from tests.testnet.server import Server

HERE = Path(__file__).resolve().parent
SETUP_LOG = HERE.parents[1] / "var" / "test" / "pds-setup.log"
KIND = "Bluesky's server"


@dataclass(frozen=True, slots=True)
class Person:
    """An account on the PDS, with the main password and one app password."""

    did: str
    handle: str
    password: str = field(repr=False)
    app_password: str = field(repr=False)


def healthy(url: str) -> bool:
    """Whether a part of the testnet answers."""
    try:
        return httpx.get(f"{url}/_health", timeout=2).is_success
    except httpx.TransportError:
        return False


def node(part: str) -> list[str]:
    """A part in the node that its package brings; the machine's own may be too old."""
    return [str(HERE / "node_modules" / ".bin" / "node"), str(HERE / "start.mjs"), part]


class Plc(Server):
    """The directory of identities. It forgets everything when it stops, so it stays up."""

    name = "plc"
    seconds_to_start = 120

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"

    def prepare(self) -> None:
        """Its packages, once a machine."""
        set_up()

    def command(self) -> list[str]:
        """The directory alone."""
        return node("plc")

    def environment(self) -> dict[str, str]:
        """Its port."""
        return {**super().environment(), "PLC_PORT": str(self.port)}

    def answers(self) -> bool:
        """It is up."""
        return healthy(self.url)


class Pds(Server):
    """The PDS, with a directory that stays up while it is killed. A test makes fresh accounts."""

    name = "pds"
    seconds_to_start = 120

    def __init__(self, *, home: Path | None = None, **options: str) -> None:
        """`options` are start.mjs's own, e.g. `PDS_RATE_LIMITS_ENABLED="true"`."""
        super().__init__(home=home)
        self.plc = Plc()
        self.options = options

    @property
    def url(self) -> str:
        """Where it answers, and the name it is known by."""
        return f"http://localhost:{self.port}"

    def prepare(self) -> None:
        """Its directory comes first."""
        if self.plc.process is None:
            self.plc.start()

    def close(self) -> None:
        """Both."""
        super().close()
        self.plc.close()

    def command(self) -> list[str]:
        """The server alone."""
        return node("pds")

    def environment(self) -> dict[str, str]:
        """A fixed port and a kept folder, so that a restart finds everything again."""
        return {
            **super().environment(),
            "PDS_PORT": str(self.port),
            "PLC_PORT": str(self.plc.port),
            "PDS_DATA": str(self.home / "data"),
            **self.options,
        }

    def answers(self) -> bool:
        """It is up."""
        return healthy(f"{self.url}/xrpc")

    def call(self, method: str, *, token: str = "", **body: Any) -> Any:  # noqa: ANN401 — JSON
        """A procedure of the PDS; its answer."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = httpx.post(f"{self.url}/xrpc/{method}", json=body, headers=headers, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def person(self, name: str = "") -> Person:
        """A new account with an app password."""
        handle = f"{name or 'ngo'}-{secrets.token_hex(3)}.test"
        password = secrets.token_urlsafe(12)
        account = self.call(
            "com.atproto.server.createAccount",
            email=f"{handle}@example.org",
            handle=handle,
            password=password,
        )
        app = self.call(
            "com.atproto.server.createAppPassword", token=account["accessJwt"], name="tests"
        )
        return Person(account["did"], handle, password, app["password"])

    def records(self, did: str, collection: str = "app.bsky.feed.post") -> list[dict[str, Any]]:
        """All records of an account, the oldest first: what the world can see."""
        found: list[dict[str, Any]] = []
        query = {"repo": did, "collection": collection, "limit": "100", "reverse": "true"}
        while True:
            answer = httpx.get(
                f"{self.url}/xrpc/com.atproto.repo.listRecords", params=query, timeout=20
            ).raise_for_status()
            page = answer.json()
            found += page["records"]
            if not page["records"] or "cursor" not in page:
                return found
            query["cursor"] = page["cursor"]


def is_set_up() -> bool:
    """Whether setup.sh has left its stamp for these very packages."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    return (HERE / "node_modules" / f".built-{lock[:12]}").exists()


def set_up() -> None:
    """Install and build the packages, once a machine: about a minute and a half."""
    if is_set_up():
        return
    place = f"{platform.system()} {platform.machine()}"
    if place != "Linux x86_64":
        raise Missing(KIND, f"its node is not packed for {place}", "use Linux on x86_64")
    for tool in ("npm", "g++", "make"):
        program(KIND, (tool,), "npm g++ make python3")
    SETUP_LOG.parent.mkdir(parents=True, exist_ok=True)
    with SETUP_LOG.open("a+") as log:
        fcntl.flock(log, fcntl.LOCK_EX)  # the script sees what another run has done meanwhile
        log.truncate(0)
        if subprocess.call(["sh", str(HERE / "setup.sh")], stdout=log, stderr=subprocess.STDOUT):
            words = SETUP_LOG.read_text("utf-8", "replace").strip().splitlines() or ["no words"]
            raise Missing(KIND, f"set-up failed ({words[-1]})", "sh tests/testnet/setup.sh")
