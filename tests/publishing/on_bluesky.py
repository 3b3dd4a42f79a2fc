"""A worker's hands on a real Bluesky server, reached through a proxy that can fail."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from coalition import wiring
from coalition.members.actions import keep_secret
from coalition.members.models import Account
from coalition.members.states import NetworkChoices
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.network import Bluesky
from coalition.networks.network import NetworkName
from coalition.networks.wire import Limits
from coalition.pledges.models import Pledge
from coalition.publishing.arming import Hands
from coalition.publishing.clock import database_now
from coalition.publishing.models import Post
from tests import factories
from tests.testnet.faultproxy import FaultProxy
from tests.testnet.pds import Pds, Person


@dataclass
class Place:
    """One account with its post, and the way there."""

    pds: Pds
    proxy: FaultProxy
    person: Person

    @property
    def hands(self) -> Hands:
        """They sign in with the account's app password."""
        hosts = Hosts(
            plc=self.pds.plc.url, api=self.pds.url, private=frozenset({"localhost", "127.0.0.1"})
        )
        secret = {"password": self.person.app_password, "host": self.proxy.url}
        return Hands(
            networks={NetworkName.BLUESKY: lambda: Bluesky(hosts, Limits(connect=2, answer=2))},
            open_secret=lambda _account: secret,
            keep_secret=lambda _account, _secret: None,
            worker="test",
        )

    def post(
        self, *colours: str, after: float = 2.0, pledge: Pledge | None = None, **fields: Any
    ) -> Post:
        """An approved announcement with these pictures, due so many seconds from now."""
        hour = database_now() + timedelta(seconds=after)
        pledge = pledge or factories.pledge(factories.going(exit_at=hour))
        account: Account = factories.account(
            pledge.organisation,
            NetworkChoices.BLUESKY,
            network_id=self.person.did,
            handle=self.person.handle,
        )
        keep_secret(account, {}, vault=wiring.vault(), now=factories.NOW)
        return factories.direct(pledge, on=account, colours=colours, **fields)

    def standing(self) -> list[dict[str, Any]]:
        """All posts that the world can see of it."""
        return [record["value"] for record in self.pds.records(self.person.did)]

    def asked(self, method: str) -> int:
        """How many calls of this method went through the proxy."""
        return sum(method in one.path for one in self.proxy.seen)
