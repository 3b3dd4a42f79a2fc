"""How allauth keeps second steps here: sealed in the database, named in plain words."""

import base64
import secrets
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

NONCE_BYTES: Final = 12


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """What an app's codes and recovery codes grow from opens with SECRET_KEY alone.

    So a copy of the database, or of a backup, is no second step.
    """

    def encrypt(self, text: str) -> str:
        """Sealed."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return base64.b64encode(nonce + _box().encrypt(nonce, text.encode(), None)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Opened; what another SECRET_KEY sealed becomes something that no code ever matches."""
        try:
            sealed = base64.b64decode(encrypted_text, validate=True)
            return _box().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode()
        except (ValueError, InvalidTag):
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def get_totp_issuer(self) -> str:
        """What the app calls it: the site's own host."""
        return self._site()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002, ANN401
        """What a new passkey is called unless its owner says otherwise."""
        del user, type
        return _("My passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the address that people know, whatever host a request names."""
        return {"id": self._site(), "name": self._site()}

    @staticmethod
    def _site() -> str:
        return urlsplit(settings.PUBLIC_URL).hostname or ""


def _box() -> AESGCM:
    key = HKDF(SHA256(), 32, salt=None, info=b"coalition second step")
    return AESGCM(key.derive(settings.SECRET_KEY.encode()))
