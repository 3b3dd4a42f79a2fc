"""By OAuth against a real PDS: pictures with what a post takes, a pin only with what was asked."""

import asyncio
import secrets

import pytest

from coalition.networks.bluesky.connect import Connected
from coalition.networks.bluesky.network import Bluesky
from coalition.networks.bluesky.oauth.client import NARROW, PINNING
from coalition.networks.bluesky.oauth.consent import Asked, answer, ask
from coalition.networks.bluesky.record import record_uri
from coalition.networks.network import Secret, Session
from coalition.networks.outcome import Pinned, Published, Refused
from tests.networks.test_bluesky_pds import hosts
from tests.networks.test_bluesky_pictures import draft, drawn, picture, reading, standing
from tests.testnet.oauth_browser import OAuthBrowser
from tests.testnet.pds import Pds, Person
from tests.testnet.site import Site


def connect(pds: Pds, site: Site, person: Person, *, pinning: bool) -> Connected:
    state, seed, at = secrets.token_urlsafe(16), secrets.token_bytes(32), hosts(pds)
    way = asyncio.run(
        ask(person.did, state=state, seed=seed, client=site.client, hosts=at, pinning=pinning)
    )
    assert isinstance(way, Asked), way
    with OAuthBrowser(pds.url) as browser:
        back = browser.authorize(way.address, person.handle, person.password)
    code, issuer = back["code"], back["iss"]
    found = asyncio.run(
        answer(way.details, code=code, issuer=issuer, seed=seed, client=site.client, hosts=at)
    )
    assert isinstance(found, Connected), found
    return found


@pytest.mark.parametrize(
    ("pinning", "scope", "told"), [(True, PINNING, Pinned), (False, NARROW, Refused)]
)
def test_pictures_go_and_a_pin_stands_where_it_was_asked_for(
    oauth_pds: Pds, site: Site, *, pinning: bool, scope: str, told: type
) -> None:
    person, content = oauth_pds.person(), drawn("teal")
    secret = connect(oauth_pds, site, person, pinning=pinning).secret
    assert set(str(secret["scope"]).split()) == set(scope.split())
    post = draft(person, "Wij zijn hier.", picture(content))

    async def keep(_renewed: Secret) -> None:
        pass

    async def scene() -> None:
        async with Bluesky(hosts(oauth_pds), client=site.client) as network:
            session = await network.prepare(post, secret, keep)
            assert isinstance(session, Session)
            assert await network.bring(post, session, reading(content)) == session
            assert isinstance(await network.publish(post, session), Published)
            uri = record_uri(person.did, post.record_key)
            assert isinstance(await network.pin(session, uri, "Weg van X."), told)

    asyncio.run(scene())
    assert len(standing(oauth_pds, post)) == 1
