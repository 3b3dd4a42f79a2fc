"""A real PDS with its own limits on: what it answers, and that we wait as long as it says."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from coalition.networks.bluesky.connect import sign_in
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.network import Bluesky
from coalition.networks.bluesky.record import freeze, new_record_key
from coalition.networks.network import Draft, Secret, Session
from coalition.networks.outcome import Absent, Postponed, Published
from tests.testnet.pds import Pds, Person

SIGN_INS = 30  # in five minutes, for one name from one address
POINTS, CREATE, BATCH = 5000, 3, 200  # write points an hour of one account
A_LITTLE = 5.0


@pytest.fixture(scope="module")
def strict() -> Iterator[Pds]:
    with Pds(PDS_RATE_LIMITS_ENABLED="true") as pds:
        yield pds


@pytest.fixture
def person(strict: Pds) -> Person:
    return strict.person()


def hosts(pds: Pds) -> Hosts:
    return Hosts(plc=pds.plc.url, api=pds.url, private=frozenset({"localhost", "127.0.0.1"}))


def draft(person: Person, text: str) -> Draft:
    now = datetime.now(UTC)
    record = freeze(text, ["nl"], {}, now)
    return Draft("1", person.did, person.handle, text, (), new_record_key(now), record)


def left(answer: httpx.Response) -> float:
    """How long until its window begins anew, by its own clock."""
    return int(answer.headers["RateLimit-Reset"]) - datetime.now(UTC).timestamp()


def asks(pds: Pds, person: Person) -> httpx.Response:
    return httpx.post(
        f"{pds.url}/xrpc/com.atproto.server.createSession",
        json={"identifier": person.did, "password": person.app_password},
        timeout=20,
    )


def test_a_sign_in_too_many_waits_as_long_as_it_is_told_and_nobody_else_does(
    strict: Pds, person: Person
) -> None:
    answers = [asks(strict, person).status_code for _ in range(SIGN_INS)]
    assert answers == [200] * SIGN_INS
    refused = asks(strict, person)
    assert refused.status_code == 429
    post = draft(person, "Wij gaan.")
    kept: list[Secret] = []

    async def keep(secret: Secret) -> None:
        kept.append(secret)

    async def scene() -> None:
        async with Bluesky(hosts(strict)) as network:
            secret = {"password": person.app_password, "host": strict.url}
            waits = await network.prepare(post, secret, keep)
            assert isinstance(waits, Postponed)
            assert left(refused) - 1 <= waits.seconds <= left(refused) + A_LITTLE
            other = strict.person()
            mine = {"password": other.app_password, "host": strict.url}
            opened = await network.prepare(draft(other, "Wij ook."), mine, keep)
            assert isinstance(opened, Session)

    asyncio.run(scene())
    told = asyncio.run(sign_in(person.did, person.app_password, hosts(strict)))
    assert isinstance(told, Postponed)  # on the page where somebody connects: try in a while
    assert len(kept) == 1


def test_a_session_that_is_kept_signs_in_no_more(strict: Pds, person: Person) -> None:
    """So that the weeks of checking sign-ins, and the last hour, never come near that limit."""
    kept: list[Secret] = [{"password": person.app_password, "host": strict.url}]

    async def keep(secret: Secret) -> None:
        kept.append(secret)

    async def scene() -> None:
        async with Bluesky(hosts(strict)) as network:
            for _ in range(SIGN_INS + 10):
                opened = await network.prepare(draft(person, "Wij gaan."), kept[-1], keep)
                assert isinstance(opened, Session)

    asyncio.run(scene())
    assert len(kept) == 2
    assert asks(strict, person).status_code == 200


def test_a_post_beyond_the_accounts_write_points_waits_and_has_not_left(
    strict: Pds, person: Person
) -> None:
    post = draft(person, "Eén te veel.")
    before = draft(person, "Nog net.")

    async def keep(_secret: Secret) -> None:
        pass

    async def scene() -> None:
        async with Bluesky(hosts(strict)) as network:
            secret = {"password": person.app_password, "host": strict.url}
            session = await network.prepare(post, secret, keep)
            assert isinstance(session, Session)
            assert isinstance(await network.publish(before, session), Published)
            last = spend(strict, person, session)
            waits = await network.publish(post, session)
            assert isinstance(waits, Postponed)
            assert waits.limited
            assert left(last) - 1 <= waits.seconds <= left(last) + A_LITTLE
            assert await network.read_back(post, session, datetime.now(UTC)) == Absent()

    asyncio.run(scene())
    texts = [record["value"]["text"] for record in strict.records(person.did)]
    assert "Nog net." in texts
    assert "Eén te veel." not in texts


def spend(pds: Pds, person: Person, session: Session) -> httpx.Response:
    """Write until it is refused; that answer."""
    write = {
        "$type": "com.atproto.repo.applyWrites#create",
        "collection": "app.bsky.feed.post",
        "value": {
            "$type": "app.bsky.feed.post",
            "text": "vol",
            "createdAt": datetime.now(UTC).isoformat(),
        },
    }
    size = BATCH
    for _ in range(2 * POINTS // (BATCH * CREATE) + 8):
        answer = httpx.post(
            f"{pds.url}/xrpc/com.atproto.repo.applyWrites",
            json={"repo": person.did, "writes": [write] * size},
            headers=dict(session.headers),
            timeout=60,
        )
        if answer.status_code == 429 and size == 1:
            return answer
        size = 1 if answer.status_code == 429 else size
    raise AssertionError("never refused")
