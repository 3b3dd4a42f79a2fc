"""As many worker machines as are asked for: each on a wire of its own where one can be laid."""

from typing import ClassVar

from benchmarks.parts.deployment import Deployment
from tests.testnet import wire
from tests.testnet.hands import Desk, Worker
from tests.testnet.server import Server


class Machine(Worker):
    """A worker of its own name, with one child: it takes one share, and leaves the others alone."""

    part: ClassVar[tuple[str, ...]] = (
        *("worker", "--pool", "prefork", "--concurrency", "1", "--queues", "celery"),
        *("--loglevel", "INFO"),
    )

    def __init__(self, number: int, database: str, broker: str) -> None:
        super().__init__(database, broker)
        self._number = number

    def command(self) -> list[str]:
        """Two of one name would not both be given work."""
        command = [*super().command(), "--hostname", f"machine{self._number}@%h"]
        return wire.on_machine(self._number, command) if Server.address == wire.HERE else command

    @property
    def sent(self) -> int:
        """What its own file says that was sent."""
        file = self.home / "sent"
        return int(file.read_text("ascii")) if file.exists() else 0


class Machines(Deployment):
    """Rows, queue, desk and clock are shared; whatever has no file of its own, too."""

    def __init__(self, number: int, in_flight: int = 200, **settings: str) -> None:
        super().__init__(2 * in_flight // number)  # calls in flight, all together
        self.settings |= {"SEND_SHARES": str(number), **settings}
        for replaced in (*self.workers, self.desk):
            replaced.close()
        database = self.settings["DATABASE_URL"]
        self.machines = [Machine(each, database, self.valkey.url) for each in range(number)]
        self.workers = list(self.machines)
        self.desk = Desk(database, self.valkey.url)
