"""The coalition of the story, on real networks: what it writes, and what the world sees of it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from django.db import connection

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.members.actions import connect_account, keep_secret
from coalition.members.models import Account, Organisation, User
from coalition.members.states import NetworkChoices, Route
from coalition.pledges.actions import Wait
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer
from coalition.publishing.actions import approve, prepare_posts, write_post
from coalition.publishing.models import Attempt, Post
from coalition.publishing.states import State
from tests import environment, factories
from tests.fakex.seen import FakeUser
from tests.fakex.server import FakeX
from tests.testnet.hands import Worker
from tests.testnet.pds import Pds
from tests.testnet.server import children

ARRIVAL = "Hé, daar zijn we 🦋 samen met @{friend}! Lees https://exit.example.org/é #samenweg"
FAREWELLS = (
    "Wij sluiten deze deur en nemen het gesprek mee naar elders.",
    "Na elf jaar pakken we onze koffers. Haat krijgt onze stem niet meer.",
    "Nous partons aujourd’hui, sans regret, vers un ciel plus bleu.",
    "Onze nachtbus rijdt verder, maar niet langer langs dit plein.",
    "Un atelier se ferme ici, un autre s’ouvre ailleurs.",
    "De moestuin groeit voort waar het stiller is.",
    "Wie de draad kwijt is, vindt hem straks ergens anders weer.",
    "La lampe reste allumée, mais plus dans cette rue.",
)
TID = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass
class Scene:
    """A campaign, its organisations, and the networks they live on."""

    campaign: Campaign
    pds: Pds
    fake_x: FakeX
    friend: str = ""
    pledges: dict[str, Pledge] = field(default_factory=dict)
    writers: dict[str, User] = field(default_factory=dict)
    users: dict[str, FakeUser] = field(default_factory=dict)

    def joins(
        self, name: str, *waits: Wait, line: str = "", posts_on_x_by_hand: bool = False
    ) -> None:
        """An organisation gives its word; `line` is the way to Bluesky that its worker takes."""
        organisation = factories.organisation(name)
        self.writers[name] = factories.representative(organisation)
        self.arrives(organisation, line=line)
        account = factories.account(organisation)
        self.users[name] = self.fake_x.add_user(account.handle)
        if not posts_on_x_by_hand:
            self._connect_x(account, self.users[name])
        answer = Answer.LEAVE_IF if waits else Answer.LEAVE
        self.pledges[name] = factories.pledge(
            self.campaign, organisation, answer=answer, waits=waits
        )

    def arrives(self, organisation: Organisation, *, line: str = "") -> Account:
        """A fresh account on the real PDS, connected by an app password."""
        person = self.pds.person()
        account = factories.account(organisation, NetworkChoices.BLUESKY, handle=person.handle)
        self._pin(account, person.did)
        secret = {
            "kind": "app password",
            "password": person.app_password,
            "host": line or self.pds.url,
        }
        keep_secret(account, secret, vault=wiring.vault(), now=factories.NOW)
        return account

    def _connect_x(self, account: Account, user: FakeUser) -> None:
        tokens = self.fake_x.issue(user)
        self._pin(account, user.id)
        secret = {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_at": datetime.fromtimestamp(tokens.expires_at, UTC).isoformat(),
        }
        keep_secret(account, secret, vault=wiring.vault(), now=factories.NOW)

    @staticmethod
    def _pin(account: Account, network_id: str) -> None:
        connect_account(
            account,
            network_id=network_id,
            handle=account.handle,
            actor=factories.person(),
            now=factories.NOW,
        )
        Account.objects.filter(pk=account.pk).update(route=Route.DIRECT)

    def writes_and_approves(self) -> None:
        """Each writes its own words, and a second person of each approves exactly those."""
        for (name, pledge), farewell in zip(self.pledges.items(), FAREWELLS, strict=True):
            prepare_posts(pledge, now=factories.NOW)
            reader = factories.representative(pledge.organisation)
            for post in pledge.posts.all():
                arrives = post.network == NetworkChoices.BLUESKY
                text = ARRIVAL.format(friend=self.friend) if arrives else farewell
                write_post(post, text, actor=self.writers[name], now=factories.NOW)
                approve(post, actor=reader, now=factories.NOW)

    def goes_later(self, name: str, seconds: int) -> None:
        """Its wave comes after T."""
        self.pledges[name].posts.update(offset_seconds=seconds)

    def post(self, name: str, network: str) -> Post:
        """One of its two posts, as our database has it."""
        return self.pledges[name].posts.select_related("account", "campaign").get(network=network)

    def announcements(self, name: str) -> list[dict[str, Any]]:
        """What its repository on Bluesky really holds."""
        return self.pds.records(self.post(name, "bluesky").account.network_id)

    def farewells(self, name: str) -> list[str]:
        """What X really shows of it."""
        user = self.users[name].id
        return [effect.text for effect in self.fake_x.effects() if effect.user == user]

    def arrived_at(self, name: str) -> datetime:
        """When its repository was last written to, by the PDS's clock: it is in the revision."""
        did = self.post(name, "bluesky").account.network_id
        commit = httpx.get(
            f"{self.pds.url}/xrpc/com.atproto.sync.getLatestCommit", params={"did": did}
        ).json()
        number = 0
        for sign in commit["rev"]:
            number = number * 32 + TID.index(sign)
        return datetime.fromtimestamp((number >> 10) / 1_000_000, UTC)

    def posts_itself(self, name: str) -> str:
        """A person posts on X with their own hands, and copies the link."""
        user = self.users[name]
        answer = httpx.post(
            f"{self.fake_x.url}/2/tweets",
            json={"text": self.post(name, "x").text},
            headers=self.fake_x.issue(user).headers,
        )
        return f"https://x.com/{user.username}/status/{answer.json()['data']['id']}"

    def unsettled(self) -> list[str]:
        """Direct posts that are still on their way."""
        waits = Post.objects.filter(
            campaign=self.campaign,
            route=Route.DIRECT,
            pledge__holds_since__isnull=False,
            state__in=(State.APPROVED, State.SENDING, State.UNCERTAIN),
            needs_person=False,
        )
        return [str(post) for post in waits.select_related("account")]

    def live(self) -> dict[str, str]:
        """The settings of a deployment whose networks are these."""
        return {
            "NETWORKS": "live",
            "X_API": self.fake_x.url,
            "X_CLIENT_ID": self.fake_x.client_id,
            "X_CLIENT_SECRET": self.fake_x.client_secret,
            "BLUESKY_PLC": self.pds.plc.url,
            "BLUESKY_API": self.pds.url,
            "BLUESKY_PRIVATE_HOSTS": "localhost,127.0.0.1",
            "SEND_LEASE_SECONDS": "8",
        }


def database_url() -> str:
    """Where the test's own tables are, for other processes."""
    name = connection.settings_dict["NAME"]
    return f"postgres://postgres@127.0.0.1:{environment.POSTGRES_PORT}/{name}"


def who_is_sending(workers: Sequence[Worker]) -> Worker:
    """The worker one of whose children holds an open attempt."""
    pids = {
        int(worker.rsplit(":", 1)[1])
        for worker in Attempt.objects.filter(ended_at__isnull=True).values_list("worker", flat=True)
    }
    return next(
        worker
        for worker in workers
        if worker.process and pids & {worker.process.pid, *children(worker.process.pid)}
    )


def until(holds: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait for it, not longer."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.02)
