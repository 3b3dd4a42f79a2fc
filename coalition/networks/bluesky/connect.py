"""Connecting an account: who it is, and a first sign-in that proves it."""

from dataclasses import dataclass, field

from coalition.networks.addresses import PublicResolver
from coalition.networks.bluesky import resolve, session
from coalition.networks.bluesky.hosts import Hosts
from coalition.networks.bluesky.identity import tidy
from coalition.networks.network import Secret
from coalition.networks.outcome import Postponed, Reason, Refused
from coalition.networks.wire import Limits, open_pool

_PATIENCE = Limits(connect=5, answer=10, connections=4)
_SOON = 5.0


@dataclass(frozen=True, slots=True)
class Connected:
    """An account that its password really opened; `secret` is what is to be sealed."""

    did: str
    handle: str
    host: str
    secret: Secret = field(repr=False)


async def sign_in(
    handle_or_did: str, password: str, hosts: Hosts | None = None
) -> Connected | Refused | Postponed:
    """Find the account and open it once. What a person can mend has a `SignInRefusal` as detail."""
    hosts = hosts or Hosts()
    async with open_pool(_PATIENCE, resolver=PublicResolver(hosts.private)) as pool:
        try:
            name = tidy(handle_or_did)
            did = (
                name if name.startswith("did:") else await resolve.resolve_handle(pool, hosts, name)
            )
            found = await resolve.resolve(pool, hosts, did)
        except resolve.UnresolvedError as unresolved:
            if unresolved.again:
                return Postponed(_SOON, str(unresolved))
            return Refused(Reason.OTHER, session.SignInRefusal.NO_SUCH_ACCOUNT)
        tokens = await session.sign_in(pool, found.host, found.did, password)
    if not isinstance(tokens, session.Tokens):
        return tokens
    secret = {
        "kind": "app password",
        "password": password,
        "host": found.host,
        "access_jwt": tokens.access,
        "refresh_jwt": tokens.refresh,
    }
    return Connected(found.did, found.handle, found.host, secret)
