"""A whole deployment on real servers, and the members that live on its networks."""

import contextlib
import itertools
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from coalition import wiring
from coalition.celery import app
from coalition.members.actions import keep_secret
from coalition.members.models import Account, Organisation, User
from coalition.members.states import NetworkChoices
from tests import factories
from tests.fakex.seen import FakeUser
from tests.fakex.server import FakeX
from tests.scene import database_url
from tests.testnet.faultproxy import FaultProxy
from tests.testnet.hands import ROOT, Beat, Desk, Hands, Worker
from tests.testnet.pds import Pds, Person
from tests.testnet.server import Server
from tests.testnet.servers import Postgres, Valkey

LEASE = 6
CLOCK = Path(__file__).with_name("clock")


class Crew(Worker):
    """A worker with enough children that one which hangs holds up no other."""

    part = (
        *("worker", "--pool", "prefork", "--concurrency", "8", "--queues", "celery"),
        *("--loglevel", "INFO"),
    )


class Loner(Hands):
    """One process on a queue of its own: what is handed to it, it must do alone."""

    name = "loner"
    part = ("worker", "--pool", "solo", "--loglevel", "INFO", "--without-mingle")
    ready = "ready."
    numbers: ClassVar[Iterator[int]] = itertools.count(1)

    def __init__(self, database: str, broker: str, **settings: str) -> None:
        super().__init__(database, broker, **settings)
        self.queue = f"alone-{next(self.numbers)}"

    def command(self) -> list[str]:
        """It hears nothing but what is meant for it."""
        return [*super().command(), "--queues", self.queue]


@dataclass
class Member:
    """One organisation with an account on each network."""

    organisation: Organisation
    writer: User
    x: Account
    user: FakeUser
    bluesky: Account
    person: Person
    line: FaultProxy | None = None

    def account(self, network: NetworkChoices) -> Account:
        """Its account there."""
        return self.x if network == NetworkChoices.X else self.bluesky


@dataclass(kw_only=True)
class Town:
    """Both networks, and members that live on them."""

    pds: Pds
    fake_x: FakeX
    open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    starters: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(12))
    starting: list[Future[object]] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        """A live deployment whose networks are ours."""
        return {
            "NETWORKS": "live",
            "X_API": self.fake_x.url,
            "X_CLIENT_ID": self.fake_x.client_id,
            "X_CLIENT_SECRET": self.fake_x.client_secret,
            "BLUESKY_PLC": self.pds.plc.url,
            "BLUESKY_API": self.pds.url,
            "BLUESKY_PRIVATE_HOSTS": "localhost,127.0.0.1",
            "SEND_LEASE_SECONDS": str(LEASE),
            "LOOK_AGAIN_SECONDS": "1",
        }

    def member(self, *, line: bool = False, expires_at: str = "") -> Member:
        """A member with fresh accounts; `line`: a way to Bluesky of its own, that can fail."""
        organisation = factories.organisation()
        writer = factories.representative(organisation)
        person = self.pds.person()
        user = self.fake_x.add_user(f"ngo_{secrets.token_hex(5)}")
        x = factories.account(organisation, network_id=user.id, handle=user.username)
        bluesky = factories.account(
            organisation, NetworkChoices.BLUESKY, network_id=person.did, handle=person.handle
        )
        proxy = None
        if line:
            proxy = self.open.enter_context(FaultProxy(self.pds.port, host="localhost"))
        member = Member(organisation, writer, x, user, bluesky, person, proxy)
        self.keep(bluesky, self.app_password(member))
        ends = {"expires_at": expires_at} if expires_at else {}
        self.keep(x, self.tokens(user) | ends)
        return member

    def app_password(self, member: Member) -> dict[str, str]:
        """The secret of its Bluesky account."""
        return {
            "kind": "app password",
            "password": member.person.app_password,
            "host": member.line.url if member.line else self.pds.url,
        }

    def tokens(self, user: FakeUser) -> dict[str, str]:
        """The secret of an X account."""
        tokens = self.fake_x.issue(user)
        return {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_at": datetime.fromtimestamp(tokens.expires_at, UTC).isoformat(),
        }

    @staticmethod
    def keep(account: Account, secret: dict[str, str]) -> None:
        """Sealed, as when it was connected."""
        keep_secret(account, secret, vault=wiring.vault(), now=datetime.now(UTC))

    def start_all(self, hands: Sequence[Server]) -> None:
        """Side by side, on threads that stay."""
        list(self.starters.map(lambda one: one.start(), hands))

    def soon(self, act: Callable[[], object]) -> None:
        """Beside the day's other acts: a process takes seconds to start or to end."""
        self.starting.append(self.starters.submit(act))

    def rest(self) -> None:
        """Until all that was begun is done: a process that starts can't be killed or started."""
        while self.starting:
            self.starting.pop().result()


@dataclass(kw_only=True)
class House(Town):
    """Servers, two workers, a desk, a beat; a loner is started where a test wants one."""

    postgres: Postgres
    valkey: Valkey
    crew: list[Crew] = field(default_factory=list)
    desks: list[Desk] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)

    @property
    def hands(self) -> list[Hands]:
        """All of Celery's processes."""
        return [*self.beats, *self.desks, *self.crew]

    def __enter__(self) -> Self:
        self.crew = [Crew(database_url(), self.valkey.url, **self.settings) for _ in range(2)]
        self.beats = [Beat(database_url(), self.valkey.url, **self.settings)]
        self.desks = [Desk(database_url(), self.valkey.url, **self.settings)]
        self.start_all(self.hands)
        self.fake_x.allow_duplicates()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.rest()
        for hands in self.hands:
            hands.kill()  # nothing is left to end in good order
            hands.close()
        self.open.close()
        self.starters.shutdown()  # last: a process ends with the thread that started it

    def loner(self, *, line: int = 0, off: float = 0, **environment: str) -> Loner:
        """Made, not started. `line`: the port of its own way to the database; `off`: hours."""
        database = database_url()
        if line:
            database = database.replace(f":{self.postgres.port}/", f":{line}/")
        clock = wrong_clock(off) if off else {}
        made = Loner(database, self.valkey.url, **{**self.settings, **clock, **environment})
        self.open.callback(made.close)
        return made

    def another_beat(self) -> Beat:
        """One beat too many; not started."""
        made = Beat(database_url(), self.valkey.url, **self.settings)
        self.open.callback(made.close)
        return made

    def send(self, task: str, *arguments: object, queue: str = "celery") -> None:
        """A message to workers, as anybody on the broker could send it."""
        with app.connection_for_write(self.valkey.url) as broker:
            app.send_task(f"coalition.{task}", arguments, connection=broker, queue=queue)


def wrong_clock(hours: float) -> dict[str, str]:
    """The environment of a machine whose clock is off."""
    return {
        "PYTHONPATH": os.pathsep.join([str(CLOCK), str(ROOT)]),
        "CLOCK_OFFSET": str(hours * 3600),
    }


def in_seconds(seconds: float) -> datetime:
    """A whole second, that far from now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds + 1)).replace(microsecond=0)
