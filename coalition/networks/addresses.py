"""Where we may connect to when somebody else chose the host: the public address we checked."""

import ipaddress
import re
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

import dns.asyncresolver
import dns.exception
import dns.resolver
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

NOT_PUBLIC = "not a public address"
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# a name, and no address in any of its spellings: the last label is a word
_NAMED = re.compile(
    r"(?:[a-z0-9-]+\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)(?::443)?", re.IGNORECASE | re.ASCII
)
_WRAPPED_IPV4 = tuple(
    map(ipaddress.ip_network, ("2002::/16", "2001::/32"))
)  # 6to4, Teredo: an inner address hides


class ForbiddenAddressError(OSError):
    """A host that is not, or does not resolve to, a public address."""

    def __init__(self, where: str) -> None:
        """`where`: the address or host that somebody else chose."""
        super().__init__(None, f"{NOT_PUBLIC}: {where}")


def is_public(address: str) -> bool:
    """Whether everybody on the internet means the same machine by this address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    return (
        ip.is_global
        and ip in _GLOBAL_UNICAST
        and not any(ip in network for network in _WRAPPED_IPV4)
    )


def check(url: str, private_hosts: Collection[str] = ()) -> None:
    """Refuse what a resolver never sees: plain http and bare addresses, off our own hosts."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in private_hosts:
        return
    if parts.scheme != "https" or not _NAMED.fullmatch(parts.netloc):
        raise ForbiddenAddressError(url)


class PublicResolver(AbstractResolver):
    """Resolves to public addresses only; the connection then goes to exactly these."""

    def __init__(self, private_hosts: Collection[str] = (), *, server: str = "") -> None:
        """`server`: the name server to ask, as address:port; else the system's way."""
        self._private_hosts = private_hosts
        self._resolver = _Asked(server) if server else ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The host's addresses; one that is not public forbids them all."""
        found = await self._resolver.resolve(host, port, family)
        if host not in self._private_hosts and not all(
            is_public(result["host"]) for result in found
        ):
            raise ForbiddenAddressError(host)
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._resolver.close()


class _Asked(AbstractResolver):
    """Asks one name server, and no hosts file."""

    def __init__(self, server: str) -> None:
        self._resolver = resolver_at(server)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of the family that is wanted; of both where either will do."""
        kinds = {socket.AF_INET: ("A",), socket.AF_INET6: ("AAAA",)}.get(family, ("A", "AAAA"))
        found = [(kind, text) for kind in kinds for text in await self._texts(host, kind)]
        if not found:
            raise OSError(None, f"{host} has no address")
        return [
            ResolveResult(
                hostname=host,
                host=text,
                port=port,
                family=socket.AF_INET if kind == "A" else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, text in found
        ]

    async def _texts(self, host: str, kind: str) -> list[str]:
        try:
            answer = await self._resolver.resolve(host, kind, lifetime=5.0)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise OSError(None, f"{host}: {error}") from error
        return [record.to_text() for record in answer]

    async def close(self) -> None:
        """Nothing is held."""


def resolver_at(server: str) -> dns.asyncresolver.Resolver:
    """Asks the name server at address:port; the system's when it is empty."""
    resolver = dns.asyncresolver.Resolver(configure=not server)
    if server:
        address, _colon, port = server.rpartition(":")
        resolver.nameservers, resolver.port = [address], int(port)
    return resolver
