"""What we are to every authorization server: an address, a page about us, and keys (pure)."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qs, unquote

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from jwt.algorithms import ECAlgorithm

NARROW: Final = "atproto repo:app.bsky.feed.post?action=create&action=update blob:image/*"
"""What a post with pictures takes: writing it under our own key counts as an update too."""
PINNING: Final = f"{NARROW} repo:app.bsky.actor.profile?action=create&action=update"
"""And what a pin takes; asked only where somebody wants one."""
BROAD: Final = "atproto transition:generic"
"""For servers that know no narrower words yet."""
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
_ASSERTION_SECONDS: Final = 55  # servers take a minute at the most
_BEHIND: Final = 3  # their clock's seconds are rounded: never speak from their future


def key_from(seed: bytes, use: str) -> EllipticCurvePrivateKey:
    """The P-256 key that a seed stands for, another one for each use."""
    wide = b"".join(
        hmac.digest(seed, f"{use} {half}".encode(), hashlib.sha256) for half in ("one", "two")
    )
    return derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, SECP256R1())


def public_jwk(key: EllipticCurvePublicKey) -> dict[str, Any]:
    """The public half as everybody may see it."""
    found: dict[str, Any] = ECAlgorithm.to_jwk(key, as_dict=True)
    return found


@dataclass(frozen=True)
class Client:
    """Our app. `seeds` are its keys by id: the first one signs; all are shown, so that keys change.

    A session stays bound to the key that it was made with, as long as it lives.
    """

    site: str
    seeds: dict[str, bytes] = field(repr=False)

    @classmethod
    def of(cls, site: str, keys: Iterable[tuple[str, bytes]]) -> "Client":
        """With its keys, the newest first."""
        return cls(site.rstrip("/"), dict(keys))

    @property
    def id(self) -> str:
        """Where the page about us stands; servers fetch it."""
        return f"{self.site}/oauth-client-metadata.json"

    @property
    def callback(self) -> str:
        """Where people come back to."""
        return f"{self.site}/account/bluesky/callback/"

    @property
    def newest(self) -> str:
        """The id of the key that new sessions are made with."""
        return next(iter(self.seeds))

    @cached_property
    def keys(self) -> dict[str, EllipticCurvePrivateKey]:
        """Each key by its id."""
        return {key_id: key_from(seed, "client") for key_id, seed in self.seeds.items()}

    def metadata(self, name: str) -> dict[str, Any]:
        """The page about us."""
        return {
            "client_id": self.id,
            "client_name": name,
            "client_uri": self.site,
            "application_type": "web",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "redirect_uris": [self.callback],
            "scope": " ".join(dict.fromkeys(f"{PINNING} {BROAD}".split())),
            "dpop_bound_access_tokens": True,
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "jwks_uri": f"{self.site}/oauth-jwks.json",
        }

    def jwks(self) -> dict[str, Any]:
        """Our public keys."""
        return {
            "keys": [
                {**public_jwk(key.public_key()), "kid": key_id, "use": "sig", "alg": "ES256"}
                for key_id, key in self.keys.items()
            ]
        }

    def assertion(self, issuer: str, key_id: str, now: float) -> dict[str, str]:
        """The form fields that prove to one server that it is us; good once and for a minute."""
        at = int(now) - _BEHIND
        claims = {
            "iss": self.id,
            "sub": self.id,
            "aud": issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": at,
            "exp": at + _ASSERTION_SECONDS,
        }
        return {
            "client_id": self.id,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode(
                claims, self.keys[key_id], algorithm="ES256", headers={"kid": key_id}
            ),
        }


def allows_posting(scope: str) -> bool:
    """Whether what was granted is enough for a post with pictures."""
    return "transition:generic" in scope.split() or (
        _writes(scope, "app.bsky.feed.post")
        and any(
            kind == "blob" and {"image/*", "*/*"} & {*said.get("accept", [])}
            for kind, said in map(_parse, scope.split())
        )
    )


def _writes(scope: str, collection: str) -> bool:
    return any(
        kind == "repo"
        and {collection, "*"} & {*said.get("collection", [])}
        and {"create", "update"} <= {*said.get("action", ["create", "update"])}
        for kind, said in map(_parse, scope.split())
    )


_FIRST: Final = {"repo": "collection", "blob": "accept"}


def _parse(scope: str) -> tuple[str, dict[str, list[str]]]:
    """`kind:value?name=value&…`; the value after the colon has a name too."""
    head, _, query = scope.partition("?")
    kind, _, first = head.partition(":")
    said = parse_qs(query)
    if first:
        said.setdefault(_FIRST.get(kind, ""), []).append(unquote(first))
    return kind, said
