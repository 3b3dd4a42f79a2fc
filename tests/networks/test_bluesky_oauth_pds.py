"""OAuth against a real PDS: asking, saying yes, posting, renewing, and all that goes wrong."""

import asyncio
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine

from coalition.networks.bluesky.connect import Connected
from coalition.networks.bluesky.network import Bluesky
from coalition.networks.bluesky.oauth.client import NARROW, Client
from coalition.networks.bluesky.oauth.consent import Asked, answer, ask
from coalition.networks.network import Secret, Session, Whereabouts
from coalition.networks.outcome import Postponed, Published, Reason, Refused
from tests.networks.test_bluesky_pds import draft, hosts, main_session, standing, tell
from tests.testnet.faultproxy import Fault, FaultProxy
from tests.testnet.oauth_browser import OAuthBrowser
from tests.testnet.pds import Pds, Person
from tests.testnet.site import Site


@pytest.fixture(scope="module")
def person(oauth_pds: Pds) -> Person:
    return oauth_pds.person()


def asked(pds: Pds, site: Site, name: str, state: str, seed: bytes) -> Asked:
    told = asyncio.run(ask(name, state=state, seed=seed, client=site.client, hosts=hosts(pds)))
    assert isinstance(told, Asked), told
    return told


def connect(pds: Pds, site: Site, person: Person, name: str = "") -> object:
    """The whole way: asked for `name`, while `person` is the one who signs in."""
    state, seed = secrets.token_urlsafe(16), secrets.token_bytes(32)
    way = asked(pds, site, name or person.handle, state, seed)
    with OAuthBrowser(pds.url) as browser:
        back = browser.authorize(way.address, person.handle, person.password)
    assert back["state"] == state
    return asyncio.run(
        answer(
            way.details,
            code=back["code"],
            issuer=back["iss"],
            seed=seed,
            client=site.client,
            hosts=hosts(pds),
        )
    )


def opened(pds: Pds, site: Site, person: Person) -> dict[str, Any]:
    connected = connect(pds, site, person)
    assert isinstance(connected, Connected), connected
    return dict(connected.secret)


def old(secret: Secret) -> dict[str, Any]:
    """As it looks when its access token has run out."""
    return {**secret, "expires_at": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}


def on_its_disk(pds: Pds, statement: str, values: list[str]) -> list[Any]:
    """What the server itself remembers of its tokens."""
    with closing(sqlite3.connect(pds.home / "data" / "account.sqlite", timeout=10)) as database:
        found = database.execute(statement, values).fetchall()
        database.commit()
    return found


def prepared(
    pds: Pds, client: Client, person: Person, secret: Secret, *, post: bool = False
) -> tuple[Any, list[Secret]]:
    """What signing in with this secret says (and what posting then says), and what it kept."""
    kept: list[Secret] = []

    async def keep(renewed: Secret) -> None:
        kept.append(renewed)

    async def scene() -> Any:  # noqa: ANN401
        async with Bluesky(hosts(pds), client=client) as network:
            words = draft(person, secrets.token_hex(8))
            session = await network.prepare(words, secret, keep)
            if not (post and isinstance(session, Session)):
                return session
            outcome = await network.publish(words, session)
            assert len(await asyncio.to_thread(standing, pds, words)) == 1
            return outcome

    return asyncio.run(scene()), kept


def test_an_account_is_connected_and_posts(oauth_pds: Pds, site: Site, person: Person) -> None:
    connected = connect(oauth_pds, site, person)
    assert isinstance(connected, Connected), connected
    assert (connected.did, connected.host) == (person.did, oauth_pds.url)
    assert connected.secret["scope"] == NARROW
    told, kept = prepared(oauth_pds, site.client, person, connected.secret, post=True)
    assert isinstance(told, Published), told
    assert kept == []


def test_an_old_token_is_renewed_and_kept_before_it_is_used(
    oauth_pds: Pds, site: Site, person: Person
) -> None:
    secret = opened(oauth_pds, site, person)
    told, kept = prepared(oauth_pds, site.client, person, old(secret), post=True)
    assert isinstance(told, Published), told
    [renewed] = kept
    assert renewed["refresh_token"] != secret["refresh_token"]
    assert renewed["access_token"] != secret["access_token"]


def test_a_refresh_token_used_twice_asks_for_a_new_connection(
    oauth_pds: Pds, site: Site, person: Person
) -> None:
    secret = opened(oauth_pds, site, person)
    _, [renewed] = prepared(oauth_pds, site.client, person, old(secret))
    told, kept = prepared(oauth_pds, site.client, person, old(secret))
    assert isinstance(told, Refused)
    assert told.reason is Reason.RECONNECT
    assert kept == []
    gone, _ = prepared(oauth_pds, site.client, person, renewed)
    assert isinstance(gone, Refused)  # the server has ended the whole session


@pytest.mark.parametrize(("days", "lives"), [(60, True), (89, True), (100, False)])
def test_a_sign_in_that_has_rested(
    oauth_pds: Pds, site: Site, person: Person, days: int, *, lives: bool
) -> None:
    secret = opened(oauth_pds, site, person)
    then = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
    then = then.replace("+00:00", "Z")
    on_its_disk(
        oauth_pds,
        "UPDATE token SET createdAt = ?, updatedAt = ?, expiresAt = ? WHERE did = ?",
        [then, then, then, person.did],
    )
    told, kept = prepared(oauth_pds, site.client, person, old(secret))
    assert isinstance(told, Session) is lives
    assert bool(kept) is lives
    if not lives:
        assert isinstance(told, Refused)
        assert told.reason is Reason.RECONNECT


def test_somebody_elses_account_is_refused_by_its_name(oauth_pds: Pds, site: Site) -> None:
    ours, theirs = oauth_pds.person(), oauth_pds.person()
    told = connect(oauth_pds, site, theirs, ours.handle)
    assert told == Refused(Reason.WRONG_ACCOUNT, theirs.handle)
    left = on_its_disk(oauth_pds, "SELECT count(*) FROM token WHERE did = ?", [theirs.did])
    assert left == [(0,)]  # what we were given for it by mistake was given back


def test_an_answer_of_another_server_is_not_believed(
    oauth_pds: Pds, site: Site, person: Person
) -> None:
    seed = secrets.token_bytes(32)
    way = asked(oauth_pds, site, person.handle, "state", seed)
    with OAuthBrowser(oauth_pds.url) as browser:
        back = browser.authorize(way.address, person.handle, person.password)
    told = asyncio.run(
        answer(
            way.details,
            code=back["code"],
            issuer="https://mallory.example.org",
            seed=seed,
            client=site.client,
            hosts=hosts(oauth_pds),
        )
    )
    assert isinstance(told, Refused)
    assert told.detail.startswith("answered by https://mallory")


def test_a_code_is_no_good_for_another_asking(oauth_pds: Pds, site: Site, person: Person) -> None:
    seed = secrets.token_bytes(32)
    way = asked(oauth_pds, site, person.handle, "state", seed)
    with OAuthBrowser(oauth_pds.url) as browser:
        back = browser.authorize(way.address, person.handle, person.password)
    told = asyncio.run(
        answer(
            way.details,
            code=back["code"],
            issuer=back["iss"],
            seed=secrets.token_bytes(32),  # another verifier, another key
            client=site.client,
            hosts=hosts(oauth_pds),
        )
    )
    assert not isinstance(told, Connected)


def test_a_new_key_of_ours_leaves_old_sessions_alive(
    oauth_pds: Pds, site: Site, person: Person
) -> None:
    secret = opened(oauth_pds, site, person)
    both = Client.of(site.url, [("two", b"2" * 32), ("one", b"1" * 32)])
    _, [renewed] = prepared(oauth_pds, both, person, old(secret))
    assert renewed["client_key"] == "one"
    told, _ = prepared(oauth_pds, Client.of(site.url, [("two", b"2" * 32)]), person, old(renewed))
    assert told == Refused(Reason.RECONNECT, "made with a key that we have no more")


def test_a_session_given_back_opens_nothing_any_more(
    oauth_pds: Pds, site: Site, person: Person
) -> None:
    secret = opened(oauth_pds, site, person)

    async def scene() -> bool:
        async with Bluesky(hosts(oauth_pds), client=site.client) as network:
            return await network.give_back(secret) and await network.give_back(secret)

    assert asyncio.run(scene())
    told, _ = prepared(oauth_pds, site.client, person, secret)
    assert isinstance(told, Refused)


def test_a_deactivated_account_is_told_from_one_to_connect_again(
    oauth_pds: Pds, site: Site
) -> None:
    one = oauth_pds.person()
    secret = opened(oauth_pds, site, one)
    tell(oauth_pds, "com.atproto.server.deactivateAccount", main_session(oauth_pds, one))
    told, _ = prepared(oauth_pds, site.client, one, secret)
    assert isinstance(told, Refused)
    assert told.reason is Reason.DEACTIVATED


def test_an_account_taken_down_is_suspended(oauth_pds: Pds, site: Site) -> None:
    one = oauth_pds.person()
    secret = opened(oauth_pds, site, one)
    httpx.post(
        f"{oauth_pds.url}/xrpc/com.atproto.admin.updateSubjectStatus",
        json={
            "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": one.did},
            "takedown": {"applied": True, "ref": "test"},
        },
        auth=("admin", "admin-pass"),
    ).raise_for_status()
    told, _ = prepared(oauth_pds, site.client, one, secret)
    assert isinstance(told, Refused)
    assert told.reason is Reason.SUSPENDED


def test_a_new_handle_is_followed(oauth_pds: Pds, site: Site) -> None:
    one = oauth_pds.person()
    secret, named = opened(oauth_pds, site, one), f"now-{secrets.token_hex(3)}.test"
    owner = main_session(oauth_pds, one)
    tell(oauth_pds, "com.atproto.identity.updateHandle", owner, handle=named)
    told, _ = prepared(oauth_pds, site.client, one, secret, post=True)
    assert isinstance(told, Published), told

    async def scene() -> object:
        async with Bluesky(hosts(oauth_pds), client=site.client) as network:
            return await network.whereabouts(one.did)

    assert asyncio.run(scene()) == Whereabouts(named, oauth_pds.url)


def test_a_server_that_was_killed_finds_the_session_again(
    oauth_pds: Pds, site: Site, person: Person
) -> None:
    secret = opened(oauth_pds, site, person)
    oauth_pds.kill()
    for kept in (secret, old(secret)):
        told, _ = prepared(oauth_pds, site.client, person, kept)
        assert isinstance(told, Postponed)  # away is not gone
    oauth_pds.start()
    told, renewed = prepared(oauth_pds, site.client, person, old(secret), post=True)
    assert isinstance(told, Published), told
    assert len(renewed) == 1


@pytest.mark.parametrize("hours", [-2, 2])
def test_our_clock_may_be_hours_off(oauth_pds: Pds, site: Site, person: Person, hours: int) -> None:
    secret = opened(oauth_pds, site, person)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
        told, _ = prepared(oauth_pds, site.client, person, old(secret))
    assert isinstance(told, Session), told


@pytest.mark.parametrize("status", [429, 500, 502])
def test_trouble_at_the_server_never_disconnects(
    oauth_pds: Pds, site: Site, person: Person, status: int
) -> None:
    secret = opened(oauth_pds, site, person)
    with FaultProxy(oauth_pds.port, host="localhost") as proxy:
        aside = {**old(secret), "token_endpoint": f"{proxy.url}/oauth/token"}
        proxy.arm(Fault("status", match="/oauth/token", status=status))
        told, kept = prepared(oauth_pds, site.client, person, aside)
    assert isinstance(told, Postponed), told
    assert kept == []
    told, _ = prepared(oauth_pds, site.client, person, old(secret))
    assert isinstance(told, Session), told
