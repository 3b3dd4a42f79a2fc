"""What a host says of an account that can't be used now."""

from collections.abc import Mapping
from typing import Final

import aiohttp

from coalition.networks.outcome import Reason, Refused
from coalition.networks.wire import Reply, call

ERRORS: Final = {
    "AccountTakedown": Reason.SUSPENDED,
    "AccountSuspended": Reason.SUSPENDED,
    "RepoTakendown": Reason.SUSPENDED,
    "RepoSuspended": Reason.SUSPENDED,
    "AccountDeactivated": Reason.DEACTIVATED,
    "RepoDeactivated": Reason.DEACTIVATED,
}
NOT_ACTIVE: Final = "account not active"


def not_active(said: Mapping[str, object]) -> Refused | None:
    """A refusal when the answer names a reason, or says `active: false`; None when it is well."""
    error = str(said.get("error", ""))
    if error in ERRORS:
        return Refused(ERRORS[error], NOT_ACTIVE)
    if said.get("active") is False:
        off = said.get("status") == "deactivated"
        return Refused(Reason.DEACTIVATED if off else Reason.SUSPENDED, NOT_ACTIVE)
    return None


async def of_repository(pool: aiohttp.ClientSession, host: str, did: str) -> Refused | None:
    """What the host tells everybody about this account."""
    url = f"{host}/xrpc/com.atproto.sync.getRepoStatus"
    answer = await call(pool, "GET", url, params={"did": did})
    return not_active(answer.json()) if isinstance(answer, Reply) else None
