"""An app password's session is ended at its server; the password itself only its people end."""

import asyncio

import httpx

from coalition.networks.bluesky.network import Bluesky
from coalition.networks.network import Secret, Session
from tests.networks.test_bluesky_pds import QUICK, draft, hosts
from tests.testnet.pds import Pds


def test_a_session_of_an_app_password_is_ended_when_it_is_given_back(
    pds: Pds,
) -> None:
    person = pds.person()
    kept: list[Secret] = []

    async def keep(secret: Secret) -> None:
        kept.append(secret)

    async def scene() -> None:
        async with Bluesky(hosts(pds), QUICK) as network:
            secret = {"kind": "app password", "password": person.app_password, "host": pds.url}
            assert await network.give_back(secret)  # never opened: there is nothing to end
            assert isinstance(await network.prepare(draft(person), secret, keep), Session)
            assert await network.give_back(kept[-1])
            assert await network.give_back(kept[-1])

    asyncio.run(scene())
    again = httpx.post(
        f"{pds.url}/xrpc/com.atproto.server.refreshSession",
        headers={"Authorization": f"Bearer {kept[-1]['refresh_jwt']}"},
    )
    assert again.status_code == 400
