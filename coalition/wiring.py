"""The one place where settings become networks and a vault."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from coalition.members.actions import keep_secret
from coalition.members.models import Account
from coalition.members.vault import Sealed, Vault, address
from coalition.networks.network import Network, NetworkName, Secret
from coalition.networks.rehearsal import Rehearsal, Step
from coalition.publishing.arming import Hands

if TYPE_CHECKING:
    from coalition.networks.bluesky.hosts import Hosts

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

    found: dict[NetworkName, Callable[[], Network]] = {
        NetworkName.BLUESKY: lambda: Bluesky(bluesky_hosts())
    }
    if settings.X_CLIENT_ID:
        found[NetworkName.X] = lambda: X(
            Client(settings.X_CLIENT_ID, settings.X_CLIENT_SECRET), host=settings.X_API
        )
    return found


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
    """Keep a rotated secret, before it is used for anything."""
    keep_secret(account, secret, vault=vault(), now=datetime.now(UTC))


def hands() -> Hands:
    """What this worker works with."""
    return Hands(
        networks=networks(),
        open_secret=open_secret,
        keep_secret=seal_secret,
        at_once=settings.SENDS_AT_ONCE,
        lease=timedelta(seconds=settings.SEND_LEASE_SECONDS),
        look_again=timedelta(seconds=settings.LOOK_AGAIN_SECONDS),
    )
