"""The one place where settings become networks and a vault."""

import asyncio
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from coalition.members.keeping import (
    given_back,
    keep_renewed,
    to_give_back,
)
from coalition.members.models import Account
from coalition.members.vault import Sealed, SealedShutError, Vault, address
from coalition.networks.network import Network, NetworkName, Secret
from coalition.networks.rehearsal import Rehearsal, Step
from coalition.publishing.arming import Hands
from coalition.publishing.clock import database_now
from coalition.publishing.crash import point

if TYPE_CHECKING:
    from coalition.networks.bluesky.hosts import Hosts
    from coalition.networks.bluesky.oauth.client import Client
    from coalition.networks.x.identity import PostLink
    from coalition.networks.x.sight import Sight

type Script = Mapping[str, Iterable[Step]]


@cache
def vault() -> Vault:
    """Seals in every process; opens only where the private keys are."""
    return Vault.from_settings(settings.VAULT_PUBLIC_KEY, settings.VAULT_PRIVATE_KEYS)


def networks() -> dict[NetworkName, Callable[[], Network]]:
    """What posts may reach. Off: nothing. Rehearsal: what sends nothing. Live: the real ones."""
    if settings.NETWORKS == "rehearsal":
        return {name: lambda name=name: rehearsal(name) for name in NetworkName}  # type: ignore[misc]
    if settings.NETWORKS == "live":
        return _live()
    return {}


def _live() -> dict[NetworkName, Callable[[], Network]]:
    # imported here: these bring the networks' own libraries, which only a sender needs
    from coalition.networks.bluesky.network import Bluesky
    from coalition.networks.x.network import X
    from coalition.networks.x.refresh import Client

    client = bluesky_client()
    found: dict[NetworkName, Callable[[], Network]] = {
        NetworkName.BLUESKY: lambda: Bluesky(bluesky_hosts(), client=client)
    }
    if settings.X_CLIENT_ID:
        found[NetworkName.X] = lambda: X(
            Client(settings.X_CLIENT_ID, settings.X_CLIENT_SECRET), host=settings.X_API
        )
    return found


def whose_on_x(link: "PostLink | None", handle: str) -> "Sight | None":
    """What X shows of a post, asked without a key; none where nothing may be asked.

    In a rehearsal X shows whatever the link says. `handle`: whose it should be.
    """
    from coalition.networks.x.oembed import look_at
    from coalition.networks.x.sight import Shown

    if link is None or settings.NETWORKS == "off":
        return None
    if settings.NETWORKS == "rehearsal":
        return Shown(link.handle or handle)
    return asyncio.run(look_at(handle, link.id, host=settings.X_PUBLISH))


def bluesky_hosts() -> "Hosts":
    """The fixed services of Bluesky, and the hosts that tests and closed networks allow."""
    from coalition.networks.bluesky.hosts import Hosts

    return Hosts(
        plc=settings.BLUESKY_PLC,
        api=settings.BLUESKY_API,
        dns=settings.DNS_SERVER,
        private=frozenset(settings.BLUESKY_PRIVATE_HOSTS),
    )


_rehearsals: dict[NetworkName, Rehearsal] = {}


def rehearsal(name: NetworkName, script: Script | None = None) -> Rehearsal:
    """This process's rehearsal of a network: one, so that its script runs through once."""
    if name not in _rehearsals or script is not None:
        settings.REHEARSAL_DIR.mkdir(parents=True, exist_ok=True)
        _rehearsals[name] = Rehearsal(
            name,
            effects=settings.REHEARSAL_DIR / "effects.jsonl",
            latency=0.05,
            script=script,
        )
    return _rehearsals[name]


def open_secret(account: Account) -> Secret:
    """An account's secret; only a worker can. A rehearsal needs none."""
    if settings.NETWORKS == "rehearsal":
        return {}
    credential = account.credential
    opened: dict[str, Any] = vault().open(
        Sealed(credential.key_id, bytes(credential.sealed)), address(account)
    )
    return opened


def seal_secret(account: Account, secret: Secret) -> None:
    """Keep a renewed secret, before it is used for anything."""
    keep_renewed(account, secret, vault=vault(), now=database_now())


def give_secrets_back() -> int:
    """Tell networks which sessions of theirs we have erased; how many of them know now.

    One that can't be told holds up no other, and is forgotten with the rest of its row in time.
    """
    known, reached = 0, networks()
    for one in to_give_back(database_now()):
        network = reached.get(NetworkName(one.network))
        told = False
        if network:
            with suppress(SealedShutError):
                secret = vault().open(Sealed(one.key_id, bytes(one.sealed)), bytes(one.address))
                told = asyncio.run(_give_back(network, secret))
        point("after give back")
        given_back(one, told=told, now=database_now())
        known += told
    return known


async def _give_back(network: Callable[[], Network], secret: Secret) -> bool:
    async with network() as opened:
        return await opened.give_back(secret)


def bluesky_client() -> "Client | None":
    """Our app at Bluesky's servers; they must be able to read its page, so only over https."""
    from coalition.networks.bluesky.oauth.client import Client

    keys = [key.partition(":") for key in settings.BLUESKY_CLIENT_KEYS]
    if not keys or not settings.HTTPS:
        return None
    return Client.of(
        settings.PUBLIC_URL, [(key_id, urlsafe_b64decode(raw)) for key_id, _, raw in keys]
    )


def sent() -> Path | None:
    """The file that knows, outside the database, what this machine has sent. Off: none."""
    return None if settings.NETWORKS == "off" else settings.DATA_DIR / "sent"


def hands() -> Hands:
    """What this worker works with."""
    return Hands(
        networks=networks(),
        open_secret=open_secret,
        keep_secret=seal_secret,
        at_once=settings.SENDS_AT_ONCE,
        lease=timedelta(seconds=settings.SEND_LEASE_SECONDS),
        look_again=timedelta(seconds=settings.LOOK_AGAIN_SECONDS),
        sent=sent(),
    )
