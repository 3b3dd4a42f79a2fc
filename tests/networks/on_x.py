"""X at a real socket that answers as a test prepared it, and a post for it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Outcome
from coalition.networks.wire import Limits
from coalition.networks.x.network import X
from coalition.networks.x.refresh import Client
from tests.networks.loopback import Loopback, answer

NOW = datetime(2027, 1, 20, 10, 50, tzinfo=UTC)
ID = "1880000000000000000"
DRAFT = Draft(post="1", account_id="77", handle="ngo", text="Wij gaan. “ë” & 🦋")
QUICK = Limits(connect=1, answer=0.3)
CREATED = answer(201, {"data": {"id": ID, "text": "x"}})


def x(url: str) -> X:
    return X(Client("client-id", "client-secret"), host=url, limits=QUICK, clock=lambda: NOW)


def session(url: str, token: str) -> Session:
    return Session("77", url, {"Authorization": f"Bearer {token}"})


def refusing(status: int, **problem: Any) -> bytes:
    return answer(status, problem)


def kind(name: str) -> str:
    return f"https://api.twitter.com/2/problems/{name}"


def post(prepared: bytes) -> Outcome:
    """What X is told as when it answers a post so."""

    async def scene() -> Outcome:
        async with Loopback(tweets=prepared) as server, x(server.url) as network:
            return await network.publish(DRAFT, session(server.url, "old"))

    return asyncio.run(scene())
