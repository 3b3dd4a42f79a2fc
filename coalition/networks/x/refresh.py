"""New tokens from a refresh token that works once: the new pair is kept before anything uses it."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

import aiohttp

from coalition.networks.network import Keep, Secret, SupersededError
from coalition.networks.outcome import Postponed, Reason, Refused
from coalition.networks.wire import NeverLeft, PerhapsLeft, Reply, call, wait_asked

_SOON = 5.0
_LIFE_SECONDS = 7200


@dataclass(frozen=True, slots=True)
class Client:
    """Our app at X. With a client secret it is a confidential client."""

    id: str
    secret: str = field(default="", repr=False)


async def refresh(
    pool: aiohttp.ClientSession,
    host: str,
    client: Client,
    secret: Secret,
    keep: Keep,
    *,
    now: datetime,
) -> Secret | Refused | Postponed:
    """Call it under the account's lock: a refresh token used twice kills the whole family."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": str(secret.get("refresh_token", "")),
        "client_id": client.id,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", **_basic(client)}
    match await call(
        pool, "POST", f"{host}/2/oauth2/token", headers=headers, body=urlencode(form).encode()
    ):
        case Reply() as reply:
            pair = _pair(reply, secret, now)
            if not isinstance(pair, Refused | Postponed):
                try:
                    await keep(pair)
                except SupersededError:  # erased or connected anew meanwhile: nobody needs it
                    await revoke(pool, host, client, pair)
                    raise
            return pair
        case NeverLeft(detail) | PerhapsLeft(detail):
            return Postponed(_SOON, detail)  # if it was used up on the way, the next try says so


async def revoke(pool: aiohttp.ClientSession, host: str, client: Client, secret: Secret) -> bool:
    """Give both tokens back, each by itself: X does not say that one takes the other with it.

    A token that X does not know any more is as good as given back. The refresh token first: it
    lives for months, the other for two hours.
    """
    headers = {"Content-Type": "application/x-www-form-urlencoded", **_basic(client)}
    gone = True
    for name in ("refresh_token", "access_token"):
        if not (token := str(secret.get(name) or "")):
            continue
        form = {"token": token, "token_type_hint": name, "client_id": client.id}
        body = urlencode(form).encode()
        answer = await call(pool, "POST", f"{host}/2/oauth2/revoke", headers=headers, body=body)
        gone &= isinstance(answer, Reply) and _is_gone(answer)
    return gone


def _is_gone(reply: Reply) -> bool:
    """A 400 about our own app is no answer about the token."""
    error = str(reply.json().get("error", ""))
    ours = error in {"invalid_client", "unauthorized_client"}
    return reply.status == HTTPStatus.OK or (reply.status == HTTPStatus.BAD_REQUEST and not ours)


def _pair(reply: Reply, secret: Secret, now: datetime) -> Secret | Refused | Postponed:
    answer = reply.json()
    error = str(answer.get("error", ""))
    detail = f"refreshing: {reply.status} {error} {answer.get('error_description', '')}".strip()
    match reply.status:
        case 200 if answer.get("access_token"):
            life = answer.get("expires_in")
            ends = now + timedelta(seconds=life if isinstance(life, int) else _LIFE_SECONDS)
            return {
                **secret,
                "access_token": str(answer["access_token"]),
                "refresh_token": str(answer.get("refresh_token") or secret["refresh_token"]),
                "expires_at": ends.astimezone(UTC).isoformat(),
            }
        case 400 | 401 | 403 if error in {"invalid_client", "unauthorized_client"}:
            return Refused(Reason.APP, detail)
        case 400 | 401:
            return Refused(Reason.RECONNECT, detail)
        case 429:
            return Postponed(wait_asked(reply), detail)
        case _:
            return Postponed(_SOON, detail)


def _basic(client: Client) -> dict[str, str]:
    if not client.secret:
        return {}
    pair = base64.b64encode(f"{client.id}:{client.secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
