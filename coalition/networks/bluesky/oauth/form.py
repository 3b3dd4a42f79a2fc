"""A form to an authorization server: with proof of who we are, and of the account's key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp

from coalition.networks.bluesky.oauth.client import Client
from coalition.networks.bluesky.oauth.proof import Proofs
from coalition.networks.wire import Call

_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Line:
    """Us, for one account, on its way to its server."""

    pool: aiohttp.ClientSession
    client: Client
    proofs: Proofs

    async def post(self, address: str, form: Mapping[str, str], asked: Mapping[str, Any]) -> Call:
        """To the server and with the key of `asked`; each try brings a fresh assertion."""

        def body() -> bytes:
            issuer, key = str(asked["issuer"]), str(asked["client_key"])
            mine = self.client.assertion(issuer, key, self.proofs.now(address))
            return urlencode({**form, **mine}).encode()

        return await self.proofs.call(self.pool, "POST", address, headers=_FORM, body=body)
