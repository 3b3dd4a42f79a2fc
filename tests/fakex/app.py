"""The server: reads a request whole, asks who calls, lets armed faults strike, answers."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage

from tests.fakex import control, media, oauth, oembed, posts, problems
from tests.fakex.exchange import Answer, Call
from tests.fakex.faults import Faults
from tests.fakex.grants import Grant
from tests.fakex.lines import JsonLines
from tests.fakex.world import World

BODY_MAX = 8 * 1024 * 1024
CONTROL = "/_control/"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of the API and the scopes it needs."""

    name: str
    act: Callable[[World, Call, Grant], Answer]
    scopes: frozenset[str]


READ, WRITE = (
    frozenset({"tweet.read", "users.read"}),
    frozenset({"tweet.read", "tweet.write", "users.read"}),
)
POST = Endpoint("post", posts.create, WRITE)
ME = Endpoint("me", posts.me, READ)
TIMELINE = Endpoint("timeline", posts.timeline, READ)
UPLOAD = Endpoint("media", media.upload, frozenset({"media.write"}))
METADATA = Endpoint("metadata", media.metadata, frozenset({"media.write"}))

ENDPOINTS = {
    ("POST", "/2/tweets"): POST,
    ("GET", "/2/users/me"): ME,
    ("POST", "/2/media/upload"): UPLOAD,
    ("POST", "/2/media/metadata"): METADATA,
}
SIGN_IN = {
    ("GET", "/i/oauth2/authorize"): ("consent page", oauth.consent_page),
    ("POST", "/i/oauth2/authorize"): ("consent", oauth.consent),
    ("POST", "/2/oauth2/token"): ("token", oauth.token),
    ("POST", "/2/oauth2/revoke"): ("revoke", oauth.revoke),
    ("GET", "/oembed"): ("oembed", oembed.oembed),  # to anybody
}


class FakeXApp:
    """One request at a time, as plain functions of the world; only waiting is asynchronous."""

    def __init__(self, world: World, requests_log: JsonLines | None) -> None:
        """Take the world to act on."""
        self.world = world
        self.faults = Faults()
        self.requests_log = requests_log

    def server(self) -> web.Server:
        """Build the server; it has no router, a dict is enough."""
        return web.Server(self.handle, request_factory=_request)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        call = Call(request, await request.read(), time.time())
        path = request.rel_url.raw_path
        if path.startswith(CONTROL):
            answer = control.handle(self.world, self.faults, path.removeprefix(CONTROL), call)
            return answer.response()
        answer = await self._answer(request.method, path, call)
        if self.requests_log is not None:
            self.requests_log.append(_entry(call, path, answer))
        return answer.response()

    async def _answer(self, method: str, path: str, call: Call) -> Answer:
        world = self.world
        endpoint = ENDPOINTS.get((method, path)) or _timeline(method, path)
        if endpoint is not None:
            header = call.request.headers.get("Authorization", "")
            call.grant = world.grants.bearer(header, world.now())
            user = call.grant.user if call.grant else ""
            name, act = endpoint.name, partial(self._act, endpoint, call)
        elif (method, path) in SIGN_IN:
            name, sign_in = SIGN_IN[method, path]
            user, act = oauth.holder(world, call), partial(sign_in, world, call)
        else:
            return problems.NOT_FOUND
        fault = self.faults.take(name, user) if self.faults.armed else None
        if fault is not None:
            return await self.faults.carry_out(fault, call, world.now(), act)
        answer = act()
        if world.settings.latency:
            await asyncio.sleep(world.settings.latency)
        return answer

    def _act(self, endpoint: Endpoint, call: Call) -> Answer:
        grant = call.grant
        if grant is None:
            return problems.UNAUTHORIZED
        if not endpoint.scopes.issubset(grant.scopes):
            return problems.FORBIDDEN
        if not self.world.settings.rate_limits:
            return endpoint.act(self.world, call, grant)
        fits, headers = self.world.limits.take(endpoint.name, grant.user, self.world.now())
        said = endpoint.act(self.world, call, grant) if fits else problems.TOO_MANY
        return Answer(said.status, said.body, said.headers | headers, said.content_type)


def _timeline(method: str, path: str) -> Endpoint | None:
    found = method == "GET" and path.startswith("/2/users/") and path.endswith("/tweets")
    return TIMELINE if found else None


def _entry(call: Call, path: str, answer: Answer) -> dict[str, Any]:
    return {
        "method": call.request.method,
        "path": path,
        "user": call.grant.user if call.grant else "",
        "status": answer.status,
        "received_at": round(call.received_at, 6),
        "answered_at": round(time.time(), 6),
        "client_request": call.request.headers.get("X-Client-Request-Id", ""),
    }


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    """Make a request as aiohttp would, but one that may carry a picture."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=BODY_MAX)
