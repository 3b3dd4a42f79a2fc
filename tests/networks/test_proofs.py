"""Asking a domain and a website, over real sockets on loopback."""

import asyncio

import pytest

from coalition.networks.addresses import ForbiddenAddressError, PublicResolver
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.network import NetworkName
from coalition.networks.proofs import Linked, Pointing, Told, Why, ask_domain, ask_page
from tests.networks.loopback import CLOSE, RESET, Loopback, answer
from tests.testnet.names import NameServer

DID = "did:plc:aaaabbbbccccddddeeeeffff"
OTHER = "did:plc:aaaabbbbccccddddeeeegggg"
DOMAIN = "waterput.be"


def document(did: str = DID, name: str = DOMAIN) -> bytes:
    return answer(200, {"id": did, "alsoKnownAs": [f"at://{name}"]})


def ask(texts: list[str], file: bytes, plc: bytes | None = None) -> Pointing:
    async def scene() -> Pointing:
        website = Loopback(**{"atproto-did": file})
        directory = Loopback(**{"did:plc": plc or document()})
        async with website, directory:
            with NameServer({f"_atproto.{DOMAIN}": texts}) as names:
                hosts = Hosts(
                    plc=directory.url, dns=names.address, private=frozenset({"127.0.0.1"})
                )
                return await ask_domain(DOMAIN, hosts, origin=website.url)

    return asyncio.run(scene())


NOT_FOUND = answer(404)


def test_a_dns_record_is_enough() -> None:
    assert ask([f"did={DID}"], NOT_FOUND) == Pointing(
        Told(DID), Told(why=Why.NOTHING), names_back=True
    )


def test_a_file_is_enough() -> None:
    found = ask([], answer(200, f"{DID}\n".encode()))
    assert (found.did, found.names_back, found.txt.why) == (DID, True, Why.NOTHING)


def test_a_record_among_others_in_pieces_is_read() -> None:
    assert ask(["v=spf1 -all", f"did={DID}"], NOT_FOUND).did == DID


def test_two_that_contradict_each_other_name_nobody() -> None:
    assert ask([f"did={DID}"], answer(200, OTHER.encode())).did == ""
    found = ask([f"did={DID}", f"did={OTHER}"], NOT_FOUND)
    assert (found.did, found.txt.why) == ("", Why.SEVERAL)


def test_an_account_that_has_another_name_does_not_name_back() -> None:
    found = ask([f"did={DID}"], NOT_FOUND, document(name="other.be"))
    assert (found.did, found.names_back) == (DID, False)


def test_a_document_of_somebody_else_is_no_account() -> None:
    found = ask([f"did={DID}"], NOT_FOUND, document(did=OTHER))
    assert (found.did, found.txt.why) == ("", Why.NOT_AN_ACCOUNT)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (NOT_FOUND, Why.NOTHING),
        (answer(302, headers={"Location": "http://169.254.169.254/"}), Why.REDIRECTS),
        (answer(200, b"<html>"), Why.NOT_AN_ACCOUNT),
        (answer(200, b"d" * 3000), Why.TOO_LONG),
        (answer(500), Why.NO_ANSWER),
        (answer(429), Why.NO_ANSWER),
        (RESET, Why.NO_ANSWER),
        (CLOSE, Why.NO_ANSWER),
    ],
)
def test_what_a_website_says_instead(file: bytes, why: Why) -> None:
    found = ask([], file)
    assert (found.did, found.file.why) == ("", why)


def test_a_name_server_that_is_silent_leaves_it_open() -> None:
    async def scene() -> Pointing:
        async with Loopback(**{"atproto-did": NOT_FOUND}) as website:
            with NameServer({}, broken=True) as names:
                hosts = Hosts(dns=names.address, private=frozenset({"127.0.0.1"}))
                return await ask_domain(DOMAIN, hosts, origin=website.url)

    found = asyncio.run(scene())
    assert found.txt.why is Why.NO_ANSWER


INSIDE = [
    "http://waterput.be",
    "https://127.0.0.1",
    "https://[::1]",
    "https://2130706433",
    "https://0x7f.1",
    "https://017700000001",
    "https://169.254.169.254",
    "https://[fd00::1]",
    "https://[::ffff:10.0.0.1]",
    "https://[64:ff9b::7f00:1]",
    "https://user@127.0.0.1",
    "https://waterput.be@127.0.0.1",
    "https://localhost",
    "https://waterput.be:6379",
    "file:///etc/passwd",
]


@pytest.mark.parametrize("origin", INSIDE)
def test_no_request_of_ours_reaches_an_inner_address(origin: str) -> None:
    with NameServer({}) as names:
        found = asyncio.run(ask_domain(DOMAIN, Hosts(dns=names.address), origin=origin))
        page = asyncio.run(ask_page(f"{origin}/", Hosts(dns=names.address)))
    assert found.file.why is Why.FORBIDDEN
    assert page == Told(why=Why.FORBIDDEN)


def page(html: str) -> Linked | Told:
    async def scene() -> Linked | Told:
        async with Loopback(**{"/": answer(200, html.encode())}) as website:
            return await ask_page(f"{website.url}/", Hosts(private=frozenset({"127.0.0.1"})))

    return asyncio.run(scene())


@pytest.mark.parametrize(
    ("html", "accounts"),
    [
        ('<a href="https://bsky.app/profile/Waterput.be">', {("bluesky", "waterput.be")}),
        (f'<a href="https://bsky.app/profile/{DID}?x=1">', {("bluesky", DID)}),
        ("<a href=https://x.com/Waterput>us</a>", {("x", "waterput")}),
        ('<A HREF="https://www.twitter.com/@waterput/">', {("x", "waterput")}),
        ('<link rel="me" href="https://x.com/waterput">', {("x", "waterput")}),
        ("https://x.com/waterput", set()),
        ("<!-- <a href='https://x.com/waterput'> -->", set()),
        ('<a href="https://x.com.evil.example/waterput">', set()),
        ('<a href="https://evil.example/https://x.com/waterput">', set()),
        ('<a href="https://[broken">', set()),
    ],
)
def test_only_what_a_visitor_can_click_counts(html: str, accounts: set[tuple[str, str]]) -> None:
    found = page(html)
    assert isinstance(found, Linked)
    assert {(NetworkName(network).value, name) for network, name in found.accounts} == accounts


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"),
        *("2002:7f00:1::", "2001:db8::1", "::", "64:ff9b:1::1", "2001::1", "100::1"),
    ],
)
def test_a_public_name_with_an_inner_address_is_not_connected_to(address: str) -> None:
    with NameServer({}, {DOMAIN: [address]}) as names:
        found = asyncio.run(ask_domain(DOMAIN, Hosts(dns=names.address)))
    assert found.file.why is Why.FORBIDDEN


def test_a_name_that_changes_its_mind_is_looked_at_again() -> None:
    async def scene() -> list[str]:
        with NameServer({}, {DOMAIN: ["1.1.1.1", "127.0.0.1"]}) as names:
            resolver = PublicResolver(server=names.address)
            first = await resolver.resolve(DOMAIN, 443)
            with pytest.raises(ForbiddenAddressError):
                await resolver.resolve(DOMAIN, 443)
            return [one["host"] for one in first]

    assert asyncio.run(scene()) == ["1.1.1.1"]
