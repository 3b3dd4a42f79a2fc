"""Who may act for whom: apps, codes and tokens, as plain memory that a journal can rebuild."""

from dataclasses import dataclass, field

CODE_SECONDS = 30
ACCESS_SECONDS = 2 * 3600
REFRESH_SECONDS = 183 * 24 * 3600


@dataclass(frozen=True, slots=True)
class App:
    """A developer's app; without a secret it is a public client."""

    client_id: str
    client_secret: str = ""
    redirect_uris: tuple[str, ...] = ()  # empty: any


DEFAULT_APP = App("fake-x-client", "fake-x-secret")
PUBLIC_APP = App("fake-x-public")


@dataclass(frozen=True, slots=True)
class Code:
    """What the consent page hands out: good once, for 30 seconds."""

    code: str
    client_id: str
    redirect_uri: str
    challenge: str
    user: str
    scopes: tuple[str, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Grant:
    """An access token and its refresh token; `family` is everything that grew from one consent."""

    access: str
    refresh: str
    family: str
    client_id: str
    user: str
    scopes: tuple[str, ...]
    at: float


@dataclass
class Grants:
    """Every token that was ever handed out."""

    apps: dict[str, App] = field(
        default_factory=lambda: {app.client_id: app for app in (DEFAULT_APP, PUBLIC_APP)}
    )
    codes: dict[str, Code] = field(default_factory=dict)
    by_access: dict[str, Grant] = field(default_factory=dict)
    by_refresh: dict[str, Grant] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)

    def add(self, grant: Grant, replaces: str = "") -> None:
        """Take up a new pair; the refresh token that paid for it is spent."""
        self.by_access[grant.access] = grant
        if grant.refresh:
            self.by_refresh[grant.refresh] = grant
        if replaces:
            self.spent.add(replaces)

    def bearer(self, header: str, now: float) -> Grant | None:
        """Find whose token an Authorization header carries, when it is still good."""
        grant = self.by_access.get(header.removeprefix("Bearer "))
        if grant is None or grant.family in self.dead or now >= grant.at + ACCESS_SECONDS:
            return None
        return None if grant.access in self.revoked else grant
