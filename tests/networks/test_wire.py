"""One call, told as what it was; and where it may go."""

import asyncio
import contextlib
import time
from email.utils import formatdate

import aiohttp
import pytest

from coalition.networks import addresses
from coalition.networks.addresses import ForbiddenAddressError, PublicResolver
from coalition.networks.wire import Call, Limits, NeverLeft, PerhapsLeft, Reply, call, wait_asked
from coalition.networks.wire import open_pool as pool_of
from tests.networks.loopback import CLOSE, HANG, RESET, Loopback, answer, closed_port

QUICK = Limits(connect=1, answer=0.3)


def ask(prepared: bytes) -> Call:
    """What one POST to a server that answers so is told as."""

    async def scene() -> Call:
        async with Loopback(**{"/": prepared}) as server, pool_of(QUICK) as pool:
            return await call(pool, "POST", f"{server.url}/", body=b"{}")

    return asyncio.run(scene())


def reach(url: str) -> Call:
    async def scene() -> Call:
        async with pool_of(QUICK) as pool:
            return await call(pool, "POST", url, body=b"{}")

    return asyncio.run(scene())


def test_a_whole_answer_is_a_reply() -> None:
    told = ask(answer(418, {"a": "ë"}))
    assert isinstance(told, Reply)
    assert (told.status, told.json()) == (418, {"a": "ë"})


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"x"', b"\xff", b'{"a":', b"[" * 9000])
def test_what_is_no_object_reads_as_an_empty_one(body: bytes) -> None:
    assert Reply(200, {}, body).json() == {}


@pytest.mark.parametrize(
    "prepared",
    [
        HANG,
        RESET,
        CLOSE,
        answer(201, {"data": {}}, {"Content-Length": "9999"}),  # cut
        b"HTTP/1.1 2",
        b"nonsense\r\n\r\n",
        answer(200, b"x" * (1 << 20) + b"x"),
    ],
)
def test_after_the_request_left_all_that_fails_is_perhaps(prepared: bytes) -> None:
    assert isinstance(ask(prepared), PerhapsLeft)


@pytest.mark.parametrize(
    "url",
    [
        f"http://127.0.0.1:{closed_port()}/",
        "http://no-such-host.invalid/",
        f"https://127.0.0.1:{closed_port()}/",
        "http://",
    ],
)
def test_before_a_connection_stands_nothing_left(url: str) -> None:
    assert isinstance(reach(url), NeverLeft)


def test_a_failed_handshake_sends_nothing() -> None:
    async def scene() -> Call:
        async with Loopback(**{"/": CLOSE}) as server, pool_of(QUICK) as pool:
            return await call(pool, "POST", server.url.replace("http:", "https:"), body=b"{}")

    assert isinstance(asyncio.run(scene()), NeverLeft)


def test_a_full_pool_sends_nothing() -> None:
    async def scene() -> list[Call]:
        limits = Limits(connect=0.1, answer=0.2, connections=1)
        async with Loopback(**{"/": HANG}) as server, pool_of(limits) as pool:
            first = asyncio.create_task(call(pool, "POST", server.url))
            waiting = [asyncio.create_task(call(pool, "POST", server.url)) for _ in range(3)]
            told = await asyncio.gather(first, *waiting)
            assert sum(isinstance(each, PerhapsLeft) for each in told) == len(server.requests)
            return list(told)

    told = asyncio.run(scene())
    assert isinstance(told[0], PerhapsLeft)
    assert any(isinstance(each, NeverLeft) for each in told)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    async def scene() -> None:
        async with Loopback(**{"/": answer(200)}) as elsewhere:
            moved = answer(status, headers={"Location": elsewhere.url})
            async with Loopback(**{"/": moved}) as server, pool_of(QUICK) as pool:
                told = await call(pool, "POST", server.url, headers={"Authorization": "x"})
                assert isinstance(told, Reply)
                assert told.status == status
            assert elsewhere.requests == []

    asyncio.run(scene())


def test_a_fresh_pool_opens_a_connection_for_each_call() -> None:
    async def connections(*, fresh: bool) -> int:
        async with Loopback(**{"/": answer(200)}) as server:
            async with pool_of(QUICK, fresh=fresh) as pool:
                for _ in range(3):
                    await call(pool, "GET", server.url)
            return len(server._connections)

    assert asyncio.run(connections(fresh=True)) == 3
    assert asyncio.run(connections(fresh=False)) == 1


def test_cookies_are_not_kept() -> None:
    async def scene() -> None:
        baked = answer(200, headers={"Set-Cookie": "a=b"})
        async with Loopback(**{"/": baked}) as server, pool_of(QUICK) as pool:
            named = server.url.replace("127.0.0.1", "localhost")
            for _ in range(2):
                await call(pool, "GET", named)
            assert "cookie" not in server.requests[1].headers

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": formatdate(1_800_000_030, usegmt=True)}, 30),
        ({"RateLimit-Reset": "1800000040"}, 40),
        ({"x-rate-limit-reset": "1800000050"}, 50),
        ({"x-rate-limit-reset": "0"}, 1),
        ({"x-rate-limit-reset": "9999999999"}, 3600),
        ({"Retry-After": "nan"}, 60),
        ({"Retry-After": "inf"}, 60),
        ({"Retry-After": "soon"}, 60),
        ({}, 60),
    ],
)
def test_we_wait_as_long_as_they_ask_by_their_clock(
    headers: dict[str, str], seconds: float
) -> None:
    date = {"Date": formatdate(1_800_000_000, usegmt=True)}
    assert seconds <= wait_asked(Reply(429, {**date, **headers}, b"")) <= seconds + 2


def test_without_their_clock_ours_must_do() -> None:
    asked = wait_asked(Reply(429, {"x-rate-limit-reset": str(int(time.time()) + 30)}, b""))
    assert 28 <= asked <= 32


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111"])
def test_public_addresses(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("::ffff:1.1.1.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1"),
        "2001:db8::1",
    ],
)
def test_all_other_addresses(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://pds.example.org", "https://127.0.0.1", "https://[::1]", "https://2130706433"),
        *("https://a@pds.example.org", "ftp://pds.example.org", "//pds.example.org", ""),
        *("https://0x7f.1", "https://127.1", "https://pds.example.org:22", "https://pds"),
    ],
)
def test_a_host_that_others_chose_must_be_a_name_over_https(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        addresses.check(url)


def test_our_own_hosts_may_stand_anywhere() -> None:
    addresses.check("https://pds.example.org")
    addresses.check("https://pds.example.org:443/")
    addresses.check("http://localhost:2583", {"localhost"})


def test_a_name_that_resolves_to_loopback_is_not_connected_to() -> None:
    async def scene() -> None:
        async with Loopback(**{"/": answer(200)}) as server:
            url = server.url.replace("127.0.0.1", "localhost")
            async with pool_of(QUICK, resolver=PublicResolver()) as pool:
                assert isinstance(await call(pool, "GET", url), NeverLeft)
            assert server.requests == []
            async with pool_of(QUICK, resolver=PublicResolver({"localhost"})) as pool:
                assert isinstance(await call(pool, "GET", url), Reply)

    asyncio.run(scene())


def test_nothing_of_the_body_shows() -> None:
    assert "secret" not in repr(Reply(200, {}, b"secret"))
    assert issubclass(aiohttp.ConnectionTimeoutError, TimeoutError)  # the order of excepts matters


def test_an_answer_without_end_is_cut_off() -> None:
    async def scene() -> Call:
        sent = 0

        async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            with contextlib.suppress(OSError):
                while sent < 64 << 20:
                    writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                    sent += 65536
                    await writer.drain()
            writer.close()

        server = await asyncio.start_server(pour, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, pool_of(Limits(connect=1, answer=20)) as pool:
            told = await call(pool, "GET", f"http://127.0.0.1:{port}/")
        assert sent < 32 << 20  # it was not read to its end
        return told

    told = asyncio.run(scene())
    assert isinstance(told, PerhapsLeft)
    assert "endless" in told.detail
