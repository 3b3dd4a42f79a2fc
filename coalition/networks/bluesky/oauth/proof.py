"""DPoP: each request carries a fresh proof, by the account's own key, that the token is ours."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from coalition.networks.bluesky.oauth.client import public_jwk
from coalition.networks.wire import Call, NeverLeft, Reply, call, their_now

_CLOCK: Final = {"invalid_dpop_proof", "invalid_client"}
"""What servers say of a proof from the future or the past: our clock may be wrong."""
_OFF_SECONDS: Final = 5.0
_TRIES: Final = 3  # their clock, their nonce, and then it counts


class Proofs:
    """One account's proofs. Remembers each server's last nonce, and how its clock stands.

    Only answers that say "nothing was done, ask again with this" are asked again.
    """

    def __init__(self, key: EllipticCurvePrivateKey) -> None:
        self._key = key
        self._jwk = public_jwk(key.public_key())
        self._nonces: dict[str, str] = {}
        self._ahead: dict[str, float] = {}

    def now(self, url: str) -> float:
        """What time it is where this address is served."""
        return time.time() + self._ahead.get(_origin(url), 0.0)

    def proof(self, method: str, url: str, token: str = "") -> str:
        """For one request."""
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url.partition("?")[0].partition("#")[0],
            "iat": int(self.now(url)),
        }
        if nonce := self._nonces.get(_origin(url)):
            claims["nonce"] = nonce
        if token:
            claims["ath"] = _b64(hashlib.sha256(token.encode()).digest())
        headers = {"typ": "dpop+jwt", "jwk": self._jwk}
        return jwt.encode(claims, self._key, algorithm="ES256", headers=headers)

    def learn(self, url: str, reply: Reply) -> bool:
        """Take what this answer teaches; whether it was refused only for want of that."""
        origin, before = _origin(url), self._nonces.get(_origin(url))
        nonce = reply.headers.get("DPoP-Nonce", "")
        if nonce:
            self._nonces[origin] = nonce
        ahead, was = their_now(reply) - time.time(), self._ahead.get(origin, 0.0)
        self._ahead[origin] = ahead
        error = str(reply.json().get("error", ""))
        if error == "use_dpop_nonce" or "use_dpop_nonce" in reply.headers.get(
            "WWW-Authenticate", ""
        ):
            return bool(nonce) and nonce != before
        return error in _CLOCK and abs(ahead - was) > _OFF_SECONDS

    async def call(
        self,
        pool: aiohttp.ClientSession,
        method: Literal["GET", "POST"],
        url: str,
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
        body: Callable[[], bytes] | None = None,
    ) -> Call:
        """Make the call, with another proof where the server asks for one; `body` is made anew."""
        answer: Call = NeverLeft("not tried")
        for _ in range(_TRIES):
            proved = {**(headers or {}), "DPoP": self.proof(method, url, token)}
            if token:
                proved["Authorization"] = f"DPoP {token}"
            content = body() if body else None
            answer = await call(pool, method, url, headers=proved, body=content)
            if not (isinstance(answer, Reply) and self.learn(url, answer)):
                break
        return answer


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
