"""Signing in and connecting, from real sockets; the real PDS says the rest."""

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from coalition.networks.bluesky.connect import Connected, sign_in
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.network import Bluesky
from coalition.networks.bluesky.session import SignInRefusal
from coalition.networks.network import Secret, Session
from coalition.networks.outcome import (
    Postponed,
    Reason,
    Refused,
)
from tests.networks.loopback import CLOSE, HANG, RESET, Loopback, answer
from tests.networks.test_bluesky_answers import DID, DRAFT, QUICK, bluesky, error


def token(seconds: float = 7200, scope: str = "com.atproto.appPass", sub: str = DID) -> str:
    claims = json.dumps({"scope": scope, "sub": sub, "exp": int(time.time() + seconds)})
    return f"head.{base64.urlsafe_b64encode(claims.encode()).decode().rstrip('=')}.tail"


def opened(access: str = "", **more: object) -> bytes:
    pair = {"accessJwt": access or token(), "refreshJwt": "refresh", "did": DID, "active": True}
    return answer(200, {**pair, **more})


def prepared_with(
    kept: Mapping[str, str], **answers: bytes | list[bytes]
) -> tuple[Any, list[Secret], list[str]]:
    async def scene() -> tuple[Any, list[Secret], list[str]]:
        secrets: list[Secret] = []

        async def keep(secret: Secret) -> None:
            secrets.append(secret)

        async with Loopback(**answers) as server, bluesky(server.url) as network:
            secret = {"kind": "app password", "password": "p", "host": server.url, **kept}
            told = await network.prepare(DRAFT, secret, keep)
            return told, secrets, [request.path.rpartition(".")[2] for request in server.requests]

    return asyncio.run(scene())


def test_a_password_opens_a_session_that_is_kept() -> None:
    access = token()
    told, secrets, asked = prepared_with({}, createSession=opened(access))
    assert isinstance(told, Session)
    assert told.headers == {"Authorization": f"Bearer {access}"}
    assert access not in repr(told)
    [secret] = secrets
    assert (secret["access_jwt"], secret["refresh_jwt"]) == (access, "refresh")
    assert secret["password"] == "p"
    assert asked == ["createSession"]


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ({"access_jwt": token()}, ["getSession"]),
        ({"access_jwt": token(600), "refresh_jwt": "r"}, ["refreshSession"]),
        ({"access_jwt": token(600)}, ["createSession"]),
        ({"access_jwt": "nonsense", "refresh_jwt": "r"}, ["refreshSession"]),
        ({"access_jwt": token(sub="did:plc:other")}, ["createSession"]),
        ({"access_jwt": token(scope="com.atproto.access")}, ["createSession"]),
    ],
)
def test_a_kept_session_serves_while_it_is_fresh(kept: dict[str, str], asked: list[str]) -> None:
    told, _, calls = prepared_with(
        kept, getSession=answer(200), refreshSession=opened(), createSession=opened()
    )
    assert isinstance(told, Session)
    assert calls == asked


def test_a_revoked_session_is_noticed_before_t() -> None:
    told, _, calls = prepared_with(
        {"access_jwt": token(), "refresh_jwt": "r"},
        getSession=error(400, "InvalidToken"),
        refreshSession=error(400, "ExpiredToken"),
        createSession=opened(),
    )
    assert isinstance(told, Session)
    assert calls == ["getSession", "refreshSession", "createSession"]


@pytest.mark.parametrize(
    ("prepared", "reason", "detail"),
    [
        (
            opened(token(scope="com.atproto.access")),
            Reason.RECONNECT,
            SignInRefusal.MAIN_PASSWORD,
        ),
        (
            opened(token(scope="com.atproto.appPassPrivileged")),
            Reason.RECONNECT,
            SignInRefusal.PRIVILEGED_PASSWORD,
        ),
        (opened(token(scope="new")), Reason.RECONNECT, "a session with the scope new"),
        (opened("nonsense"), Reason.RECONNECT, "a session with the scope None"),
        (opened(did="did:plc:other"), Reason.WRONG_ACCOUNT, SignInRefusal.OTHER_ACCOUNT),
        (
            opened(token(sub="did:plc:other")),
            Reason.WRONG_ACCOUNT,
            SignInRefusal.OTHER_ACCOUNT,
        ),
        (opened(active=False), Reason.SUSPENDED, SignInRefusal.NOT_ACTIVE),
        (error(401, "AccountTakedown"), Reason.SUSPENDED, SignInRefusal.NOT_ACTIVE),
        (error(401, "AuthenticationRequired"), Reason.RECONNECT, SignInRefusal.WRONG_PASSWORD),
        (error(401, "AuthFactorTokenRequired"), Reason.RECONNECT, SignInRefusal.MAIN_PASSWORD),
    ],
)
def test_these_sign_ins_are_refused(prepared: bytes, reason: Reason, detail: str) -> None:
    told, secrets, _ = prepared_with({}, createSession=prepared)
    assert told == Refused(reason, detail)
    assert secrets == []


@pytest.mark.parametrize(
    "prepared", [error(429, "RateLimitExceeded"), answer(503), answer(307), HANG, CLOSE, RESET]
)
def test_a_busy_host_disconnects_nobody(prepared: bytes) -> None:
    told, _, _ = prepared_with({}, createSession=prepared)
    assert isinstance(told, Postponed)
    told, _, calls = prepared_with(
        {"refresh_jwt": "r"}, refreshSession=prepared, createSession=opened()
    )
    assert isinstance(told, Postponed)
    assert calls == ["refreshSession"]


def test_a_password_goes_to_no_private_address() -> None:
    async def scene() -> None:
        async with Loopback(createSession=opened()) as server, Bluesky(limits=QUICK) as network:
            for host in (server.url, server.url.replace("127.0.0.1", "localhost")):
                told = await network.prepare(DRAFT, {"password": "p", "host": host}, _unused)
                assert isinstance(told, Refused)
            assert server.requests == []

    asyncio.run(scene())


async def _unused(_: Secret) -> None:
    raise AssertionError("nothing to keep")


# Connecting an account


def document(url: str, **more: object) -> bytes:
    service = {
        "id": "#atproto_pds",
        "type": "AtprotoPersonalDataServer",
        "serviceEndpoint": url,
    }
    return answer(200, {"id": DID, "alsoKnownAs": ["at://ngo.be"], "service": [service], **more})


def connect(name: str, **more: object) -> Connected | Refused | Postponed:
    async def scene() -> Connected | Refused | Postponed:
        resolved = more.pop("resolved", answer(200, {"did": DID}))
        assert isinstance(resolved, bytes)
        async with Loopback(resolveHandle=resolved, createSession=opened()) as server:
            server.answers["/did:plc:"] = [document(server.url, **more)]
            hosts = Hosts(plc=server.url, api=server.url, private=frozenset({"127.0.0.1"}))
            return await sign_in(name, "p", hosts)

    return asyncio.run(scene())


@pytest.mark.parametrize("name", ["ngo.be", "@NGO.be ", DID, "https://bsky.app/profile/ngo.be"])
def test_an_account_is_connected_by_handle_or_did(name: str) -> None:
    found = connect(name)
    assert isinstance(found, Connected)
    assert (found.did, found.handle) == (DID, "ngo.be")
    assert found.host.startswith("http://127.0.0.1:")
    assert found.secret["host"] == found.host
    assert found.secret["kind"] == "app password"
    assert "password" not in repr(found)


def test_a_document_without_names_still_connects() -> None:
    found = connect(DID, alsoKnownAs=1)
    assert isinstance(found, Connected)
    assert found.handle == "handle.invalid"


@pytest.mark.parametrize(
    "resolved", [answer(200, {"did": "did:plc:" + "b" * 24}), error(400, "HandleNotFound")]
)
def test_a_handle_that_does_not_point_back_is_not_shown(resolved: bytes) -> None:
    found = connect(DID, resolved=resolved)
    assert isinstance(found, Connected)
    assert found.handle == "handle.invalid"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("nonsense", {}),
        ("127.0.0.1", {}),
        ("did:key:z", {}),
        ("did:plc:../x", {}),
        ("did:web:127.0.0.2", {}),
        ("ngo.be", {"resolved": error(400, "HandleNotFound")}),
        ("ngo.be", {"resolved": answer(200, {"did": "did:plc:../../x"})}),
        (DID, {"id": "did:plc:" + "b" * 24}),
        (DID, {"service": []}),
        (DID, {"service": "x"}),
        (DID, {"alsoKnownAs": 1, "service": [1]}),
    ],
)
def test_no_such_account(name: str, more: dict[str, object]) -> None:
    assert connect(name, **more) == Refused(Reason.OTHER, SignInRefusal.NO_SUCH_ACCOUNT)


@pytest.mark.parametrize("inside", ["http://169.254.169.254", "http://localhost:9"])
def test_a_document_may_not_send_us_inside(inside: str) -> None:
    service = {
        "id": "#atproto_pds",
        "type": "AtprotoPersonalDataServer",
        "serviceEndpoint": inside,
    }
    assert connect(DID, service=[service]) == Refused(Reason.OTHER, SignInRefusal.NO_SUCH_ACCOUNT)


def test_a_directory_that_is_down_is_asked_again_later() -> None:
    assert isinstance(connect("ngo.be", resolved=answer(503)), Postponed)
