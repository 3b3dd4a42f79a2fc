"""Sealing credentials. Whoever holds the public key can seal; only a worker's private key opens.

X25519 agreement with a fresh key a seal, HKDF, AES-256-GCM. The address (organisation, network,
account, field, key id) is associated data: a ciphertext moved to another row does not open.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from coalition.members.models import Account

KEY_BYTES, NONCE_BYTES = 32, 12


class SealedShutError(Exception):
    """This vault can't open that: another key, another row, or no private key at all."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret at rest."""

    key_id: str
    data: bytes


def address(account: Account, field: str = "credential") -> bytes:
    """Where a secret belongs; it opens nowhere else."""
    return json.dumps([account.organisation_id, account.network, account.pk, field]).encode()


def whose(at: bytes) -> tuple[int, str, int]:
    """The organisation, network and account of an address."""
    organisation, network, account, _field = json.loads(at)
    return organisation, network, account


class Vault:
    """Seals with the newest key, opens with whichever key sealed it."""

    def __init__(
        self, sealing: tuple[str, X25519PublicKey], opening: Mapping[str, X25519PrivateKey]
    ) -> None:
        """A web process has nothing to open with."""
        self._sealing, self._opening = sealing, opening

    @classmethod
    def from_settings(cls, public: str, private: Sequence[str]) -> Self:
        """Keys written `id:base64`; the first private key also seals if there is no public one."""
        opening = {
            key_id: X25519PrivateKey.from_private_bytes(raw)
            for key_id, raw in (_parse(text) for text in private)
        }
        if public:
            key_id, raw = _parse(public)
            return cls((key_id, X25519PublicKey.from_public_bytes(raw)), opening)
        key_id, private_key = next(iter(opening.items()))
        return cls((key_id, private_key.public_key()), opening)

    @property
    def newest(self) -> str:
        """The key that seals from now on."""
        return self._sealing[0]

    def opens(self, key_id: str) -> bool:
        """Whether what this key sealed can be opened here."""
        return key_id in self._opening

    def seal(self, secret: Mapping[str, Any], at: bytes) -> Sealed:
        """Seal for one address."""
        key_id, public = self._sealing
        fresh = X25519PrivateKey.generate()
        ephemeral = fresh.public_key().public_bytes_raw()
        nonce = secrets.token_bytes(NONCE_BYTES)
        key = _derive(fresh.exchange(public), ephemeral)
        box = AESGCM(key).encrypt(nonce, json.dumps(dict(secret)).encode(), _bind(at, key_id))
        return Sealed(key_id, ephemeral + nonce + box)

    def open(self, sealed: Sealed, at: bytes) -> dict[str, Any]:
        """Open at the address that it was sealed for; SealedShutError anywhere else."""
        private = self._opening.get(sealed.key_id)
        if private is None:
            message = f"no private key {sealed.key_id} here"
            raise SealedShutError(message)
        ephemeral, rest = sealed.data[:KEY_BYTES], sealed.data[KEY_BYTES:]
        key = _derive(private.exchange(X25519PublicKey.from_public_bytes(ephemeral)), ephemeral)
        try:
            plain = AESGCM(key).decrypt(
                rest[:NONCE_BYTES], rest[NONCE_BYTES:], _bind(at, sealed.key_id)
            )
        except InvalidTag:
            message = "sealed for another row, or changed"
            raise SealedShutError(message) from None
        opened: dict[str, Any] = json.loads(plain)
        return opened


def new_key_pair(key_id: str) -> tuple[str, str]:
    """A fresh (public, private) pair, each written `id:base64`."""
    private = X25519PrivateKey.generate()
    return tuple(  # type: ignore[return-value]
        f"{key_id}:{urlsafe_b64encode(raw).decode()}"
        for raw in (private.public_key().public_bytes_raw(), private.private_bytes_raw())
    )


def _parse(text: str) -> tuple[str, bytes]:
    key_id, _, encoded = text.partition(":")
    return key_id, urlsafe_b64decode(encoded)


def _derive(shared: bytes, ephemeral: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=ephemeral, info=b"coalition credential").derive(shared)


def _bind(at: bytes, key_id: str) -> bytes:
    return at + b"|" + key_id.encode()
