"""Bluesky against a real PDS, through a proxy that fails: what the world can see afterwards."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from coalition.networks.bluesky.connect import Connected, sign_in
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.network import Bluesky
from coalition.networks.bluesky.record import freeze, new_record_key
from coalition.networks.bluesky.session import SignInRefusal
from coalition.networks.network import Draft, Secret, Session
from coalition.networks.outcome import Absent, Postponed, Published, Reason, Refused, Unknown
from coalition.networks.wire import Limits
from tests.testnet.faultproxy import Fault, FaultProxy, Mode
from tests.testnet.pds import Pds, Person

QUICK = Limits(connect=2, answer=2)
PUT = "com.atproto.repo.putRecord"

type Scene = Callable[[Bluesky, Session], Awaitable[None]]


@pytest.fixture(scope="module")
def person(pds: Pds) -> Person:
    return pds.person()


@pytest.fixture
def proxy(pds: Pds) -> Iterator[FaultProxy]:
    with FaultProxy(pds.port, host="localhost") as proxy:
        yield proxy


def hosts(pds: Pds) -> Hosts:
    return Hosts(plc=pds.plc.url, api=pds.url, private=frozenset({"localhost", "127.0.0.1"}))


def draft(person: Person, text: str = "Wij vertrekken 🦋 zie 11.be #samen") -> Draft:
    now = datetime.now(UTC)
    return Draft(
        post="1",
        account_id=person.did,
        handle=person.handle,
        text=text,
        record_key=new_record_key(now),
        record=freeze(text, ["nl"], {}, now),
    )


async def _keep(_: Secret) -> None:
    pass


def play(pds: Pds, person: Person, host: str, scene: Scene) -> None:
    """Sign in at `host`, then do what the scene says."""

    async def scenes() -> None:
        async with Bluesky(hosts(pds), QUICK) as network:
            secret = {"password": person.app_password, "host": host}
            opened = await network.prepare(draft(person), secret, _keep)
            assert isinstance(opened, Session)
            await scene(network, opened)

    asyncio.run(scenes())


def main_session(pds: Pds, person: Person) -> str:
    """The account's owner, signed in."""
    answer = pds.call(
        "com.atproto.server.createSession", identifier=person.did, password=person.password
    )
    return str(answer["accessJwt"])


def tell(pds: Pds, method: str, token: str, **body: str) -> None:
    """A procedure that answers nothing."""
    httpx.post(
        f"{pds.url}/xrpc/{method}", json=body, headers={"Authorization": f"Bearer {token}"}
    ).raise_for_status()


def standing(pds: Pds, post: Draft) -> list[object]:
    """Every record that the world sees with this post's text."""
    records = [record["value"] for record in pds.records(post.account_id)]
    return [value for value in records if value["text"] == post.text]


def test_a_post_goes_out_as_it_was_approved(pds: Pds, person: Person) -> None:
    post = draft(person, "Precies zo: ë 🦋 11.be")

    async def scene(network: Bluesky, session: Session) -> None:
        before = datetime.now(UTC)
        outcome = await network.publish(post, session)
        assert isinstance(outcome, Published)
        assert outcome.at is not None
        assert abs((outcome.at - before).total_seconds()) < 5
        sighting = await network.read_back(post, session, before)
        assert isinstance(sighting, Published)
        assert sighting.id == outcome.id

    play(pds, person, pds.url, scene)
    assert standing(pds, post) == [json.loads(post.record)]


def test_sent_twice_it_stands_once(pds: Pds, person: Person) -> None:
    post = draft(person, "Eén keer.")

    async def scene(network: Bluesky, session: Session) -> None:
        one, other = await asyncio.gather(*(network.publish(post, session) for _ in range(2)))
        assert {type(one), type(other)} <= {Published, Unknown}
        assert isinstance(await network.publish(post, session), Published)

    play(pds, person, pds.url, scene)
    assert len(standing(pds, post)) == 1


@pytest.mark.parametrize("mode", ["drop", "reset", "hang", "cut"])
def test_a_lost_answer_is_unknown_and_then_read_back(
    pds: Pds, person: Person, proxy: FaultProxy, mode: Mode
) -> None:
    post = draft(person, f"Antwoord kwijt: {mode}")

    async def scene(network: Bluesky, session: Session) -> None:
        proxy.arm(Fault(mode, match=PUT, seconds=3))
        assert isinstance(await network.publish(post, session), Unknown)
        assert isinstance(await network.read_back(post, session, datetime.now(UTC)), Published)
        assert isinstance(await network.publish(post, session), Published)  # the same key again

    play(pds, person, proxy.url, scene)
    assert len(standing(pds, post)) == 1


@pytest.mark.parametrize(
    "fault", [Fault("refuse", match=PUT), Fault("status", match=PUT, status=502)]
)
def test_a_lost_request_is_unknown_and_then_absent(
    pds: Pds, person: Person, proxy: FaultProxy, fault: Fault
) -> None:
    post = draft(person, f"Vraag kwijt: {fault.mode}")

    async def scene(network: Bluesky, session: Session) -> None:
        proxy.arm(fault)
        assert isinstance(await network.publish(post, session), Unknown)
        assert await network.read_back(post, session, datetime.now(UTC)) == Absent()
        assert isinstance(await network.publish(post, session), Published)

    play(pds, person, proxy.url, scene)
    assert len(standing(pds, post)) == 1


def test_a_rate_limit_writes_nothing(pds: Pds, person: Person, proxy: FaultProxy) -> None:
    post = draft(person, "Te veel.")

    async def scene(network: Bluesky, session: Session) -> None:
        proxy.arm(Fault("status", match=PUT, status=429, headers={"Retry-After": "9"}))
        outcome = await network.publish(post, session)
        assert isinstance(outcome, Postponed)
        assert outcome.seconds >= 9

    play(pds, person, proxy.url, scene)
    assert standing(pds, post) == []


def test_another_record_under_our_key_is_a_conflict(pds: Pds, person: Person) -> None:
    ours = draft(person, "Van ons.")
    theirs = Draft(
        post="2",
        account_id=person.did,
        handle=person.handle,
        text="Van hen.",
        record_key=ours.record_key,
        record=freeze("Van hen.", [], {}, datetime.now(UTC)),
    )

    async def scene(network: Bluesky, session: Session) -> None:
        assert isinstance(await network.publish(theirs, session), Published)
        assert isinstance(await network.publish(ours, session), Unknown)
        sighting = await network.read_back(ours, session, datetime.now(UTC))
        assert isinstance(sighting, Refused)
        assert sighting.reason is Reason.CONFLICT

    play(pds, person, pds.url, scene)
    assert standing(pds, ours) == []


def test_a_text_that_is_too_long_is_refused(pds: Pds, person: Person) -> None:
    async def scene(network: Bluesky, session: Session) -> None:
        outcome = await network.publish(draft(person, "ë" * 301), session)
        assert isinstance(outcome, Refused)
        assert outcome.reason is Reason.TEXT

    play(pds, person, pds.url, scene)


def test_300_graphemes_are_taken(pds: Pds, person: Person) -> None:
    async def scene(network: Bluesky, session: Session) -> None:
        outcome = await network.publish(draft(person, "👍🏽" * 300), session)
        assert isinstance(outcome, Published)

    play(pds, person, pds.url, scene)


def test_a_kept_session_is_used_again_and_refreshed(pds: Pds, person: Person) -> None:
    kept: list[Secret] = []

    async def keep(secret: Secret) -> None:
        kept.append(secret)

    async def scene() -> None:
        async with Bluesky(hosts(pds), QUICK) as network:
            secret: Secret = {"password": person.app_password}  # the host comes from the directory
            assert isinstance(await network.prepare(draft(person), secret, keep), Session)
            [first] = kept
            assert first["host"] == pds.url
            assert isinstance(await network.prepare(draft(person), first, keep), Session)
            assert len(kept) == 1
            old = {**first, "password": "forgotten", "access_jwt": "gone"}
            assert isinstance(await network.prepare(draft(person), old, keep), Session)
            assert len(kept) == 2

    asyncio.run(scene())


def test_an_account_is_connected_and_known_by_its_did(pds: Pds, person: Person) -> None:
    for name in (f"@{person.handle.upper()}", person.did):
        found = asyncio.run(sign_in(name, person.app_password, hosts(pds)))
        assert isinstance(found, Connected)
        assert (found.did, found.handle, found.host) == (person.did, person.handle, pds.url)


def test_passwords_that_we_must_not_hold(pds: Pds) -> None:
    one = pds.person()
    owner = main_session(pds, one)
    privileged = pds.call(
        "com.atproto.server.createAppPassword",
        token=owner,
        name="reads messages",
        privileged=True,
    )["password"]

    def told(password: str) -> object:
        return asyncio.run(sign_in(one.did, password, hosts(pds)))

    assert told(one.password) == Refused(Reason.RECONNECT, SignInRefusal.MAIN_PASSWORD)
    assert told(privileged) == Refused(Reason.RECONNECT, SignInRefusal.PRIVILEGED_PASSWORD)
    assert told("wrong") == Refused(Reason.RECONNECT, SignInRefusal.WRONG_PASSWORD)


def test_a_deactivated_account_is_said_to_be_so(pds: Pds) -> None:
    one = pds.person()
    owner = main_session(pds, one)

    async def scene(network: Bluesky, session: Session) -> None:
        await asyncio.to_thread(tell, pds, "com.atproto.server.deactivateAccount", owner)
        outcome = await network.publish(draft(one), session)
        assert isinstance(outcome, Refused)
        assert outcome.reason is Reason.DEACTIVATED

    play(pds, one, pds.url, scene)
    again = asyncio.run(sign_in(one.did, one.app_password, hosts(pds)))
    assert again == Refused(Reason.DEACTIVATED, SignInRefusal.NOT_ACTIVE)


def test_a_deleted_app_password_must_be_connected_again(pds: Pds) -> None:
    one = pds.person()
    owner = main_session(pds, one)
    tell(pds, "com.atproto.server.revokeAppPassword", owner, name="tests")
    told = asyncio.run(sign_in(one.did, one.app_password, hosts(pds)))
    assert told == Refused(Reason.RECONNECT, SignInRefusal.WRONG_PASSWORD)


def test_an_unknown_handle_is_no_account(pds: Pds) -> None:
    told = asyncio.run(sign_in("nobody-at-all.test", "p", hosts(pds)))
    assert told == Refused(Reason.OTHER, SignInRefusal.NO_SUCH_ACCOUNT)
