"""What tests are handed: accounts, tokens, effects."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FakeUser:
    """An account on the fake X."""

    id: str
    username: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token pair, as the token endpoint would have handed it out."""

    access_token: str
    refresh_token: str
    scope: str
    expires_at: float  # Unix time

    @property
    def headers(self) -> dict[str, str]:
        """The header that a call of this user carries."""
        return {"Authorization": f"Bearer {self.access_token}"}


@dataclass(frozen=True, slots=True)
class Effect:
    """A post that became visible: one line of the effect log."""

    id: str
    user: str
    username: str
    text: str
    text_sha256: str
    received_at: float
    applied_at: float
    client_request: str
    media: tuple[dict[str, str], ...] = ()
