"""The states of a post and the only arrows between them. Drawn in docs/architecture.md."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a post stands; what workers fight over."""

    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    SENDING = "sending", _("being sent")
    PUBLISHED = "published", _("published")
    REFUSED = "refused", _("refused")
    UNCERTAIN = "uncertain", _("uncertain")
    MISSED = "missed", _("missed")
    CANCELLED = "cancelled", _("cancelled")


class PostKind(TextChoices):
    """Words for one account at one hour."""

    FAREWELL = "farewell", _("farewell")
    ANNOUNCEMENT = "announcement", _("announcement")


class Move(TextChoices):
    """The lettered arrows. Their words stand in docs/architecture.md; no page shows them."""

    APPROVE = "a", "a second person approves exactly this"
    CLAIM = "b", "a worker claims it"
    PUBLISH = "c", "the network says published, with an id"
    TAKE_BACK = "d", "taken back, or edited"
    POSTPONE = "e", "nothing left; again later"
    REFUSE = "f", "the network refuses"
    TRY_AGAIN = "g", "a person tries again"
    LOSE_SIGHT = "h", "unknown, or the lease ran out"
    NOT_THERE = "i", "read back: not there"
    FOUND = "j", "read back: there; or a late answer"
    MISS = "k", "past the window"
    PROVE = "l", "posted by hand and its link proved"
    GIVE_UP = "m", "given up"
    DOUBT = "n", "it may be out, though nothing here says so"


ARROWS: Final[dict[Move, tuple[frozenset[State], State]]] = {
    Move.APPROVE: (frozenset({State.DRAFT}), State.APPROVED),
    Move.CLAIM: (frozenset({State.APPROVED}), State.SENDING),
    Move.PUBLISH: (frozenset({State.SENDING}), State.PUBLISHED),
    Move.TAKE_BACK: (frozenset({State.APPROVED}), State.DRAFT),
    Move.POSTPONE: (frozenset({State.SENDING}), State.APPROVED),
    Move.REFUSE: (frozenset({State.SENDING}), State.REFUSED),
    Move.TRY_AGAIN: (frozenset({State.REFUSED, State.MISSED}), State.APPROVED),
    Move.LOSE_SIGHT: (frozenset({State.SENDING}), State.UNCERTAIN),
    Move.NOT_THERE: (frozenset({State.UNCERTAIN}), State.APPROVED),
    Move.FOUND: (frozenset({State.UNCERTAIN}), State.PUBLISHED),
    Move.MISS: (frozenset({State.APPROVED}), State.MISSED),
    Move.PROVE: (frozenset({State.APPROVED, State.REFUSED, State.MISSED}), State.PUBLISHED),
    Move.GIVE_UP: (
        frozenset({State.DRAFT, State.APPROVED, State.REFUSED, State.MISSED}),
        State.CANCELLED,
    ),
    Move.DOUBT: (frozenset({State.APPROVED, State.REFUSED, State.MISSED}), State.UNCERTAIN),
}

SETTLED: Final = frozenset({State.PUBLISHED, State.CANCELLED})
"""Nothing leaves these."""
