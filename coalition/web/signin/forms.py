"""What a browser says of a passkey. allauth and fido2 trip over what no browser would say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature


@contextmanager
def _understood() -> Iterator[None]:
    """Whatever is made up gets the same sentence as what is wrong."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, InvalidSignature):
        raise get_adapter().validation_error("incorrect_code") from None


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A new one: always of the kind that signs in by itself."""

    passwordless = None

    def clean(self) -> Any:  # noqa: ANN401
        """One that this browser was just asked for."""
        with _understood():
            return super().clean()


class SignInForm(LoginWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """By the passkey alone."""

    def clean_credential(self) -> Any:  # noqa: ANN401
        """Whose it is, the passkey says itself."""
        with _understood():
            return super().clean_credential()


class SecondStepForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """After the code from a letter."""

    def clean_credential(self) -> Any:  # noqa: ANN401
        """This person's own."""
        with _understood():
            return super().clean_credential()


class ConfirmForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Once more, by who is signed in."""

    def clean_credential(self) -> Any:  # noqa: ANN401
        """This person's own."""
        with _understood():
            return super().clean_credential()
