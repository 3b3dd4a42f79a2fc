"""Who there is, and what a line of the table in doors.py can say of an address."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NOBODY, STRANGER = "nobody", "stranger"
OWNER, WRITER, APPROVER = "owner", "writer", "approver"
OTHERS, EX_MEMBER, OFF = "owner of another", "ex-member", "switched off"
COORDINATOR, EX_COORDINATOR = "coordinator", "ex-coordinator"

ROLES = (
    *(NOBODY, STRANGER, OWNER, WRITER, APPROVER, OTHERS, EX_MEMBER, OFF),
    *(COORDINATOR, EX_COORDINATOR),
)

ALL = frozenset(ROLES)
SIGNED_IN = ALL - {NOBODY, OFF}
TEAM = frozenset({OWNER, WRITER, APPROVER})
OWNERS = frozenset({OWNER})
WRITERS = frozenset({OWNER, WRITER})
APPROVERS = frozenset({OWNER, APPROVER})
STAFF = frozenset({COORDINATOR})
NONE: frozenset[str] = frozenset()


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Door:
    """Who may look, who may act, and what an empty request answers them."""

    get: frozenset[str] = NONE
    post: frozenset[str] = NONE
    got: int = 200
    posted: int = 302
    at: str = ""
    """What `pk` or `token` in the address names: an attribute or a token of town.py."""
    remembers: bool = False
    """Looking keeps something in the visitor's own session."""
    tokenless: bool = False
    """It acts on nobody's session and sets no cookie: there is nothing to forge."""
    got_by_others: int = 0
    """What GET answers those who are of no organisation, where that differs."""
    headers: Mapping[str, str | None] = field(default_factory=dict)
    """Other headers than every page has (tests/web/test_headers.py): an embed may be framed."""

    def expected(self, role: str, method: str) -> set[int]:
        """What may be answered. Signed out is asked to sign in, others find nothing there."""
        if self.sends_to_the_sign_in(role):
            return {302}
        may, answer = {
            "GET": (self.get, self.got),
            "HEAD": (self.get, self.got),
            "POST": (self.post, self.posted),
        }.get(method, (NONE, 405))
        if role in may:
            own = self.got_by_others if role not in TEAM | {OTHERS} else 0
            return {own or answer}
        if not may:  # a method that this address doesn't take, if there is such an address
            return {405} if role in self.get | self.post else {404, 405}
        return {404}

    def sends_to_the_sign_in(self, role: str) -> bool:
        """Nothing here is public, and this person is not signed in."""
        return NOBODY not in self.get | self.post and role in {NOBODY, OFF}


@dataclass(frozen=True, slots=True)
class Theirs:
    """A page of allauth: one answer a method, signed out and signed in, and no role matters."""

    signed_out: str
    signed_in: str
    remembers: bool = True
    at: str = ""
    get: frozenset[str] = NONE
    headers: Mapping[str, str | None] = field(default_factory=dict)

    def expected(self, role: str, method: str) -> set[int]:
        """The answers stand in the order of METHODS."""
        answers = self.signed_out if role in {NOBODY, OFF} else self.signed_in
        return {int(answers.split()[METHODS.index(method)])}


def page(
    *, get: frozenset[str] = ALL, got: int = 200, at: str = "", remembers: bool = False
) -> Door:
    """What anyone may look at and nobody acts on."""
    return Door(get=get, got=got, at=at, remembers=remembers)


@dataclass(frozen=True, slots=True)
class Shared:
    """What everybody may take along, from any site: whoever asks, whatever writes is refused."""

    answers: str
    remembers: bool = False
    at: str = ""
    get: frozenset[str] = ALL
    headers: Mapping[str, str | None] = field(
        default_factory=lambda: {"Cross-Origin-Resource-Policy": "cross-origin"}
    )

    def expected(self, _role: str, method: str) -> set[int]:
        """The answers stand in the order of METHODS."""
        return {int(self.answers.split()[METHODS.index(method)])}
