"""A pin on a real PDS: every other field stays, and what is lost or stale is asked for again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest

from coalition.networks.bluesky.network import Bluesky
from coalition.networks.bluesky.profile import PROFILE, with_line
from coalition.networks.bluesky.record import record_uri
from coalition.networks.network import Session
from coalition.networks.outcome import Pinned, Postponed, Published, Reason, Refused
from tests.networks.test_bluesky_pds import PUT, main_session
from tests.networks.test_bluesky_pictures import draft, play
from tests.testnet.faultproxy import Fault, FaultProxy, Mode
from tests.testnet.pds import Pds, Person


@pytest.fixture(scope="module")
def person(pds: Pds) -> Person:
    return pds.person()


@pytest.fixture
def proxy(pds: Pds) -> Iterator[FaultProxy]:
    with FaultProxy(pds.port, host="localhost") as proxy:
        yield proxy


def profile_of(pds: Pds, person: Person) -> dict[str, Any]:
    where = {"repo": person.did, "collection": PROFILE, "rkey": "self"}
    answer = httpx.get(f"{pds.url}/xrpc/com.atproto.repo.getRecord", params=where)
    found: dict[str, Any] = answer.json().get("value", {})
    return found


def with_profile(pds: Pds, person: Person, **fields: Any) -> dict[str, Any]:
    value = {"$type": PROFILE, **fields}
    pds.call(
        PUT,
        token=main_session(pds, person),
        repo=person.did,
        collection=PROFILE,
        rkey="self",
        record=value,
    )
    return value


def pinning(
    pds: Pds, person: Person, host: str, then: Callable[[Bluesky, Session, str], Awaitable[None]]
) -> None:
    post = draft(person, "Wij zijn hier.")

    async def scene(network: Bluesky, session: Session) -> None:
        assert isinstance(await network.publish(post, session), Published)
        await then(network, session, record_uri(person.did, post.record_key))

    play(pds, person, host, post, scene)


def test_a_pin_keeps_every_other_field_and_adds_one_line(pds: Pds) -> None:
    person = pds.person()
    before = with_profile(
        pds, person, displayName="De Waterput", description="Water voor iedereen.", extra={"a": 1}
    )

    async def then(network: Bluesky, session: Session, uri: str) -> None:
        for _ in range(2):  # a second time changes nothing
            assert await network.pin(session, uri, "Sinds 20 januari niet meer op X.") == Pinned()
            found = profile_of(pds, person)
            assert found.pop("pinnedPost")["uri"] == uri
            whole = "Water voor iedereen.\n\nSinds 20 januari niet meer op X."
            assert found == {**before, "description": whole}

    pinning(pds, person, pds.url, then)


def test_an_account_without_a_profile_gets_one_with_the_pin_alone(pds: Pds) -> None:
    person = pds.person()

    async def then(network: Bluesky, session: Session, uri: str) -> None:
        assert await network.pin(session, uri, "") == Pinned()
        found = profile_of(pds, person)
        assert found.pop("pinnedPost")["uri"] == uri
        assert found == {"$type": PROFILE}

    pinning(pds, person, pds.url, then)


@pytest.mark.parametrize("mode", ["drop", "reset", "cut", "refuse"])
def test_a_lost_pin_is_asked_for_again_and_stands_once(
    pds: Pds, proxy: FaultProxy, mode: Mode
) -> None:
    person = pds.person()

    async def then(network: Bluesky, session: Session, uri: str) -> None:
        proxy.arm(Fault(mode, match=PUT))
        assert isinstance(await network.pin(session, uri, "Weg van X."), Postponed)
        assert await network.pin(session, uri, "Weg van X.") == Pinned()
        assert profile_of(pds, person)["description"] == "Weg van X."

    pinning(pds, person, proxy.url, then)


def test_a_profile_that_changed_meanwhile_is_read_anew(pds: Pds, proxy: FaultProxy) -> None:
    person = pds.person()
    with_profile(pds, person, displayName="Oud")

    async def then(network: Bluesky, session: Session, uri: str) -> None:
        proxy.arm(Fault("delay", match=PROFILE, seconds=1))
        pin = asyncio.create_task(network.pin(session, uri, ""))
        await asyncio.sleep(0.4)
        await asyncio.to_thread(with_profile, pds, person, displayName="Nieuw")
        assert isinstance(await pin, Postponed)
        assert profile_of(pds, person) == {"$type": PROFILE, "displayName": "Nieuw"}
        assert await network.pin(session, uri, "") == Pinned()
        assert profile_of(pds, person)["displayName"] == "Nieuw"

    pinning(pds, person, proxy.url, then)


def test_a_post_that_was_taken_away_is_not_pinned(pds: Pds, person: Person) -> None:
    async def then(network: Bluesky, session: Session, uri: str) -> None:
        gone = uri[:-1] + ("2" if uri[-1] != "2" else "3")
        told = await network.pin(session, gone, "")
        assert told == Refused(Reason.OTHER, "the post is not there any more")

    pinning(pds, person, pds.url, then)


def test_a_line_without_room_is_left_out_and_told(pds: Pds) -> None:
    person = pds.person()
    with_profile(pds, person, description="x" * 250)

    async def then(network: Bluesky, session: Session, uri: str) -> None:
        assert await network.pin(session, uri, "Weg van X.") == Pinned(worded=False)
        assert profile_of(pds, person)["description"] == "x" * 250

    pinning(pds, person, pds.url, then)


def test_a_line_is_added_once() -> None:
    once = with_line("Hallo.", "Weg.")
    assert once == "Hallo.\n\nWeg."
    assert with_line(once, "Weg.") == once
    assert with_line("", "Weg.") == "Weg."
    assert with_line("Hallo.", "") is None
