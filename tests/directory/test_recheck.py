"""Looking again at proofs, over real sockets: what stands, what is gone, and who can't tell."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from coalition.directory.recheck import recheck_proofs
from coalition.members.models import Account, Organisation
from coalition.members.states import NetworkChoices, Proof
from coalition.networks.bluesky.hosts import Hosts
from tests import factories
from tests.factories import NOW
from tests.networks.loopback import Loopback, answer
from tests.testnet.names import NameServer

pytestmark = pytest.mark.django_db
DID = "did:plc:aaaabbbbccccddddeeeeffff"
HOUR = timedelta(hours=1)


@contextmanager
def directory(name: str = "waterput.be", **more: bytes) -> Iterator[str]:
    """A PLC directory in a thread of its own, that knows one account; `more`: what else it is."""
    ready, done = threading.Event(), asyncio.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        document = answer(200, {"id": DID, "alsoKnownAs": [f"at://{name}"]})
        async with Loopback(**{**more, "did:plc": document}) as server:
            found.update(url=server.url, loop=asyncio.get_running_loop())
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield str(found["url"])
    finally:
        found["loop"].call_soon_threadsafe(done.set)
        thread.join(10)


def look(
    now: datetime,
    texts: Sequence[str] = (f"did={DID}",),
    *,
    name: str = "waterput.be",
    broken: bool = False,
) -> int:
    with (
        directory(name) as plc,
        NameServer({"_atproto.waterput.be": texts}, broken=broken) as names,
    ):
        hosts = Hosts(plc=plc, dns=names.address, private=frozenset({"127.0.0.1"}))
        return recheck_proofs(hosts, now=now)


@pytest.fixture
def proved() -> Account:
    one = factories.organisation(domain="waterput.be")
    factories.representative(one)
    return factories.account(
        one,
        NetworkChoices.BLUESKY,
        handle="waterput.be",
        network_id=DID,
        proof=Proof.DOMAIN,
        proof_checked_at=NOW - 25 * HOUR,
        recheck_at=NOW - HOUR,
    )


def test_what_stands_is_kept_and_looked_at_tomorrow(proved: Account) -> None:
    assert look(NOW) == 0
    proved.refresh_from_db()
    assert (proved.proof, proved.proof_checked_at) == (Proof.DOMAIN, NOW)
    assert proved.recheck_at == NOW + 24 * HOUR


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ((), "waterput.be"),
        (("did=did:plc:aaaabbbbccccddddeeeegggg",), "waterput.be"),
        ((f"did={DID}",), "somebody-else.be"),
    ],
)
def test_what_is_gone_is_lost(proved: Account, texts: Sequence[str], name: str) -> None:
    assert look(NOW, texts, name=name) == 1
    proved.refresh_from_db()
    assert proved.proof == Proof.CLAIMED


def test_a_name_that_means_another_account_now_proves_nothing(proved: Account) -> None:
    Account.objects.filter(pk=proved.pk).update(network_id="did:plc:aaaabbbbccccddddeeeegggg")
    assert look(NOW) == 1
    proved.refresh_from_db()
    assert proved.proof == Proof.CLAIMED


def test_a_name_under_a_domain_that_is_not_on_file_any_more_proves_nothing(
    proved: Account,
) -> None:
    Organisation.objects.filter(pk=proved.organisation_id).update(domain="elsewhere.be")
    assert look(NOW) == 1
    proved.refresh_from_db()
    assert proved.proof == Proof.CLAIMED


def test_a_silent_website_takes_nothing_away_that_it_had_proved(proved: Account) -> None:
    Account.objects.filter(pk=proved.pk).update(
        proof_page="https://waterput.be/.well-known/atproto-did"
    )
    assert look(NOW, ()) == 0
    proved.refresh_from_db()
    assert (proved.proof, proved.recheck_at) == (Proof.DOMAIN, NOW + HOUR / 6)


def test_silence_takes_nothing_away(proved: Account) -> None:
    assert look(NOW, broken=True) == 0
    proved.refresh_from_db()
    assert (proved.proof, proved.recheck_at) == (Proof.DOMAIN, NOW + HOUR / 6)


def test_nothing_is_asked_before_its_time(proved: Account) -> None:
    Account.objects.filter(pk=proved.pk).update(recheck_at=NOW + HOUR, proof_checked_at=NOW)
    assert look(NOW, ()) == 0
    proved.refresh_from_db()
    assert proved.proof_checked_at == NOW


@pytest.mark.parametrize(("before", "looked"), [(2 * HOUR, False), (HOUR / 2, True)])
def test_in_the_hour_before_t_everybody_is_looked_at_once_more(
    proved: Account,
    before: timedelta,
    looked: bool,  # noqa: FBT001
) -> None:
    exit_ = factories.campaign(exit_at=NOW + before)
    factories.pledge(exit_, proved.organisation)
    Account.objects.filter(pk=proved.pk).update(
        proof_checked_at=NOW - 5 * HOUR, recheck_at=NOW + 19 * HOUR
    )
    look(NOW)
    proved.refresh_from_db()
    assert (proved.proof_checked_at == NOW) is looked
