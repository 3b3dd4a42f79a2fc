"""Asking a domain whose account it names, and a website which accounts it links to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote, urlsplit

import aiohttp
import dns.exception
import dns.resolver

from coalition.networks import addresses
from coalition.networks.bluesky import resolve
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.identity import is_did
from coalition.networks.network import NetworkName
from coalition.networks.wire import Limits, NeverLeft, PerhapsLeft, Reply, call, open_pool

_PATIENCE = Limits(connect=4, answer=6, connections=4)
_DNS_PATIENCE = 5.0
_LONGEST_FILE: Final = 2048
_LONGEST_PAGE: Final = 1 << 20
_PROFILES: Final = {
    "bsky.app": NetworkName.BLUESKY,
    "x.com": NetworkName.X,
    "twitter.com": NetworkName.X,
}


class Why(StrEnum):
    """Why a way tells nothing that can be used."""

    FOUND = ""
    NOTHING = "nothing there"
    SEVERAL = "several answers"
    NOT_AN_ACCOUNT = "not an account"
    REDIRECTS = "redirects"
    TOO_LONG = "too long"
    FORBIDDEN = "not a public address"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Told:
    """What one way says: an account's DID, or why not. `seen`: what stands there instead."""

    did: str = ""
    why: Why = Why.FOUND
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Pointing:
    """Both ways in which a domain can name an account; one is enough, two must agree."""

    txt: Told
    file: Told
    names_back: bool = False

    @property
    def did(self) -> str:
        """The account; empty when there is none, or when the two contradict each other."""
        named = {told.did for told in (self.txt, self.file) if told.did}
        return named.pop() if len(named) == 1 else ""

    @property
    def by_file(self) -> bool:
        """Whether the website alone names it."""
        return not self.txt.did


def file_of(domain: str) -> str:
    """Where a website names its account."""
    return f"https://{domain}/.well-known/atproto-did"


async def ask_domain(domain: str, hosts: Hosts, *, origin: str = "") -> Pointing:
    """Ask DNS and the website. `origin`: where the website answers, if not at https://domain."""
    txt = await _txt(domain, hosts)
    async with open_pool(_PATIENCE, resolver=_guard(hosts)) as pool:
        file = await _file(pool, hosts, origin or f"https://{domain}")
        found = Pointing(txt, file)
        if not found.did:
            return found
        try:
            names = await resolve.names_of(pool, hosts, found.did)
        except resolve.UnresolvedError as unresolved:
            why = Why.NO_ANSWER if unresolved.again else Why.NOT_AN_ACCOUNT
            return Pointing(Told(why=why, seen=found.did), Told(why=why, seen=found.did))
    return Pointing(txt, file, names_back=domain in names)


def _guard(hosts: Hosts) -> addresses.PublicResolver:
    return addresses.PublicResolver(hosts.private, server=hosts.dns)


async def _txt(domain: str, hosts: Hosts) -> Told:
    resolver = addresses.resolver_at(hosts.dns)
    try:
        answer = await resolver.resolve(f"_atproto.{domain}", "TXT", lifetime=_DNS_PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return Told(why=Why.NOTHING)
    except (dns.exception.DNSException, OSError):
        return Told(why=Why.NO_ANSWER)
    texts = [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    named = [text.removeprefix("did=").strip() for text in texts if text.startswith("did=")]
    if not named:
        return Told(why=Why.NOTHING, seen=" ".join(texts)[:100])
    return _account(named)


async def _file(pool: aiohttp.ClientSession, hosts: Hosts, origin: str) -> Told:
    match await _fetch(pool, hosts, f"{origin}/.well-known/atproto-did", _LONGEST_FILE):
        case Told() as told:
            return told
        case body:
            return _account([body.decode("utf-8", "replace").strip()])


def _account(named: list[str]) -> Told:
    if len(set(named)) > 1:
        return Told(why=Why.SEVERAL, seen=" ".join(named)[:200])
    (did,) = set(named)
    return Told(did=did) if is_did(did) else Told(why=Why.NOT_AN_ACCOUNT, seen=did[:100])


async def _fetch(pool: aiohttp.ClientSession, hosts: Hosts, url: str, most: int) -> bytes | Told:
    """A body, from a public address only, without following anything."""
    try:
        addresses.check(url, hosts.private)
    except addresses.ForbiddenAddressError:
        return Told(why=Why.FORBIDDEN)
    match await call(pool, "GET", url, most=most):
        case Reply(HTTPStatus.OK) as reply:
            return reply.body
        case Reply(status) as reply if HTTPStatus.MULTIPLE_CHOICES <= status < 400:  # noqa: PLR2004
            return Told(why=Why.REDIRECTS, seen=reply.headers.get("Location", "")[:200])
        case Reply(HTTPStatus.TOO_MANY_REQUESTS):
            return Told(why=Why.NO_ANSWER)
        case Reply() as reply if reply.blames_us:
            return Told(why=Why.NOTHING)
        case PerhapsLeft(detail) if "endless" in detail:
            return Told(why=Why.TOO_LONG)
        case NeverLeft(detail) if addresses.NOT_PUBLIC in detail:
            return Told(why=Why.FORBIDDEN)
        case _:
            return Told(why=Why.NO_ANSWER)


async def ask_name(name: str, hosts: Hosts) -> Told:
    """Which account a name on Bluesky means now, if that account says so too."""
    async with open_pool(_PATIENCE, resolver=_guard(hosts)) as pool:
        try:
            did = await resolve.resolve_handle(pool, hosts, name.lower())
            names = await resolve.names_of(pool, hosts, did)
        except resolve.UnresolvedError as unresolved:
            return Told(why=Why.NO_ANSWER if unresolved.again else Why.NOTHING)
    return Told(did) if name.lower() in names else Told(why=Why.NOT_AN_ACCOUNT, seen=did)


@dataclass(frozen=True, slots=True)
class Linked:
    """The accounts that a page links to: network and name (or DID), in small letters."""

    accounts: frozenset[tuple[NetworkName, str]]


async def ask_page(url: str, hosts: Hosts) -> Linked | Told:
    """Which accounts a page names by a link, or why it can't be read."""
    async with open_pool(_PATIENCE, resolver=_guard(hosts)) as pool:
        match await _fetch(pool, hosts, url, _LONGEST_PAGE):
            case Told() as told:
                return told
            case body:
                return Linked(frozenset(_profiles(body.decode("utf-8", "replace"))))


def _profiles(html: str) -> Iterable[tuple[NetworkName, str]]:
    links = _Links()
    links.feed(html)
    for link in links.found:
        try:
            parts = urlsplit(link.strip())
        except ValueError:
            continue
        host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.")
        path = [unquote(part).lower().removeprefix("@") for part in parts.path.split("/") if part]
        network = _PROFILES.get(host)
        if network is NetworkName.BLUESKY and path[:1] == ["profile"] and len(path) > 1:
            yield network, path[1]
        elif network is NetworkName.X and path:
            yield network, path[0]


class _Links(HTMLParser):
    """Every link of a page: what a visitor can click, and what its head declares."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of a link."""
        if tag in {"a", "link"}:
            self.found += [value for name, value in attrs if name == "href" and value]
