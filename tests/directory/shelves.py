"""A campaign whose list stands on a real PDS, and a shelf that a test can break anywhere."""

import os
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.directory.models import FollowList
from coalition.directory.sync import keep_lists
from coalition.members.actions import keep_secret
from coalition.members.models import Account, Organisation
from coalition.members.states import NetworkChoices
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.lists import ITEM, LIST, PACK, Shelf
from coalition.networks.wire import Reply
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, Visibility
from tests import factories
from tests.factories import NOW, T
from tests.testnet.pds import Pds, Person

MINUTE = timedelta(minutes=1)
AFTER = T + timedelta(hours=1)


class Crash(BaseException):
    """Everything ends here."""


def breaking(at: int, *, answered: bool, killed: bool = False) -> type[Shelf]:
    """A shelf whose process ends at its call number `at`: before it, or before its answer."""
    calls = Counter[str]()

    def end() -> None:
        if killed:
            os.kill(os.getpid(), signal.SIGKILL)
        raise Crash

    class Breaking(Shelf):
        async def _call(self, *args: Any, **named: Any) -> Reply:
            calls["all"] += 1
            if calls["all"] == at and not answered:
                end()
            reply = await super()._call(*args, **named)
            if calls["all"] == at:
                end()
            return reply

    return Breaking


@dataclass
class Scene:
    """The campaign, its account at the PDS, and whoever left."""

    pds: Pds
    person: Person
    campaign: Campaign
    account: Account
    now: datetime = AFTER
    organisations: list[Organisation] = field(default_factory=list)

    @property
    def hosts(self) -> Hosts:
        """All on loopback."""
        private = frozenset({"localhost", "127.0.0.1"})
        return Hosts(plc=self.pds.plc.url, api=self.pds.url, private=private)

    @property
    def held(self) -> FollowList:
        """As it is recorded."""
        return FollowList.objects.get(campaign=self.campaign)

    def leaves(self, count: int = 1) -> list[Pledge]:
        """So many more had left already, each with a home."""
        return [self._one() for _ in range(count)]

    def _one(self) -> Pledge:
        of = factories.organisation()
        self.organisations.append(of)
        factories.account(of, NetworkChoices.BLUESKY, network_id=did_of(of))
        return Pledge.objects.create(  # the solver has no say in who left already
            campaign=self.campaign,
            organisation=of,
            answered_at=NOW,
            confirmed_at=NOW,
            answer=Answer.ALREADY_LEFT,
            left_on=NOW.date(),
            visibility=Visibility.NAMED,
        )

    def turn(self, shelf: type[Shelf] = Shelf) -> int:
        """The clock goes on, and a worker has its turn."""
        self.now += timedelta(hours=2)
        return keep_lists(
            self.hosts, wiring.open_secret, wiring.seal_secret, now=self.now, shelf=shelf
        )

    def there(self, collection: str) -> dict[str, dict[str, Any]]:
        """What the world sees, by key."""
        records = self.pds.records(self.person.did, collection)
        return {one["uri"].rsplit("/", 1)[1]: one["value"] for one in records}

    def listed(self, name: str = "") -> list[str]:
        """Who stands on the list of all, or on the one behind a pack; doubles stay double."""
        purpose = "referencelist" if name else "curatelist"
        [key] = [
            key
            for key, value in self.there(LIST).items()
            if value["purpose"].endswith(purpose) and (not name or value["name"] == name)
        ]
        return sorted(
            one["subject"] for one in self.there(ITEM).values() if one["list"].endswith(key)
        )

    def packs(self) -> dict[str, list[str]]:
        """Who is in each starter pack, by its name."""
        behind = {value["list"]: value["name"] for value in self.there(PACK).values()}
        found: dict[str, list[str]] = {name: [] for name in behind.values()}
        for one in self.there(ITEM).values():
            if one["list"] in behind:
                found[behind[one["list"]]].append(one["subject"])
        return {name: sorted(subjects) for name, subjects in found.items()}

    def by_hand(self, method: str, **body: Any) -> Any:  # noqa: ANN401 — JSON
        """A person does something in the app."""
        opened = self.pds.call(
            "com.atproto.server.createSession",
            identifier=self.person.did,
            password=self.person.password,
        )
        answer = httpx.post(
            f"{self.pds.url}/xrpc/com.atproto.repo.{method}",
            json={"repo": self.person.did, **body},
            headers={"Authorization": f"Bearer {opened['accessJwt']}"},
        )
        return answer.raise_for_status().json()


def scene(pds: Pds, **words: str) -> Scene:
    """A campaign whose hour is over, and whose coalition has connected its account."""
    person = pds.person("koepel")
    home = factories.organisation("Koepel Voorbeeld")
    account = factories.account(
        home,
        NetworkChoices.BLUESKY,
        handle=person.handle,
        network_id=person.did,
        host=pds.url,
        language="en",
    )
    secret = {"kind": "app password", "password": person.app_password, "host": pds.url}
    keep_secret(account, secret, vault=wiring.vault(), now=NOW)
    said = {"name": "Together", "call": "We leave together.", **words}
    campaign = factories.campaign(words={"en": said})
    FollowList.objects.create(campaign=campaign, account=account, chosen_at=NOW, again_at=NOW)
    return Scene(pds, person, campaign, account)


def did_of(of: Organisation) -> str:
    """A made-up account that nobody else has."""
    return (
        f"did:plc:{of.pk:024d}".replace("0", "a")
        .replace("1", "b")
        .replace("8", "c")
        .replace("9", "d")
    )


def dids(organisations: Sequence[Organisation]) -> list[str]:
    """As they should be listed."""
    return sorted(did_of(one) for one in organisations)
