"""What X's problem documents say, whichever host their types are named by (pure)."""

import re
from http import HTTPStatus
from typing import NamedTuple

from coalition.networks.wire import Reply

_APP_KINDS = frozenset(
    {
        "usage-capped",
        "client-forbidden",
        "client-not-enrolled",
        "oauth1-permissions",
        "unsupported-authentication",
        "credits",
    }
)
# by the word: a user who is "suspended" holds a "spend"
_APP_WORDS = re.compile(
    r"\bspend(?:ing)? ?(?:cap|limit)|\bcredits\b|\bbilling cycle\b", re.IGNORECASE
)
_SUSPENDED_KINDS = frozenset({"user-suspended", "account-suspended"})
_DUPLICATE = "duplicate content"


class XProblem(NamedTuple):
    """One problem, in X's own words; `kind` is its type's last path segment."""

    status: int
    kind: str
    detail: str

    @property
    def of_the_app(self) -> bool:
        """No account can post through this app now."""
        if self.status == HTTPStatus.PAYMENT_REQUIRED:
            return True
        return self.kind in _APP_KINDS or _APP_WORDS.search(self.detail) is not None

    @property
    def suspended(self) -> bool:
        """The account is suspended or locked."""
        return self.kind in _SUSPENDED_KINDS

    @property
    def of_media(self) -> bool:
        """It is about a picture: not ours, or run out."""
        return "media id" in self.detail.lower()

    @property
    def duplicate(self) -> bool:
        """The account has posted this text already: perhaps by our own lost attempt."""
        return _DUPLICATE in self.detail.lower()

    def __str__(self) -> str:
        return f"{self.status} {self.kind} {self.detail}".strip()


def problem(reply: Reply) -> XProblem:
    """The problem that an answer names."""
    answer = reply.json()
    kind = str(answer.get("type") or "").rstrip("/").rpartition("/")[2]
    words = [str(answer.get(key) or "") for key in ("title", "detail", "reason")]
    words += [
        str(error.get("message") or error.get("detail") or "")
        for error in _listed(answer.get("errors"))
        if isinstance(error, dict)
    ]
    return XProblem(reply.status, kind, " ".join(dict.fromkeys(filter(None, words))))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
