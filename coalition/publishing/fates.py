"""How a post would end, as a rehearsal saw it, and what to do about it."""

from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.publishing.compose import text_problems
from coalition.publishing.models import Post
from coalition.publishing.states import State


class Fate(TextChoices):
    """The worst first."""

    NOTHING = "nothing", _("has no post at all")
    NOT_WRITTEN = "not written", _("not written")
    NOT_FITTING = "does not fit", _("doesn't fit its network")
    NOT_APPROVED = "not approved", _("not approved")
    OTHER_HOUR = "other hour", _("approved for another hour")
    NOT_CONNECTED = "not connected", _("we post, but the account isn't connected")
    SIGN_IN = "sign-in", _("the network would turn us away")
    REFUSED = "refused", _("would be refused")
    MISSED = "missed", _("would miss its window")
    UNCERTAIN = "uncertain", _("uncertain from before")
    NOBODY = "nobody", _("by hand, and nobody to do it")
    WAITS = "waits for others", _("waits for others")
    NO_PHONE = "no phone", _("by hand, without a phone number")
    BY_HAND = "by hand", _("by hand")
    GOES = "goes", _("goes")
    OUT = "out already", _("out already")

    @property
    def colour(self) -> str:
        """Red, amber or green, in the words of the readiness board."""
        if self in WELL:
            return "ready"
        return "shaky" if self in SHAKY else "fails"

    @property
    def advice(self) -> str | Promise:
        """What to do, in one sentence."""
        return ADVICE.get(self, "")


WELL: Final = frozenset({Fate.BY_HAND, Fate.GOES, Fate.OUT})
SHAKY: Final = frozenset({Fate.WAITS, Fate.NO_PHONE})
ADVICE: Final[dict[Fate, Promise]] = {
    Fate.NOTHING: _("Ask them for their accounts and a text."),
    Fate.NOT_WRITTEN: _("Ask them to write it."),
    Fate.NOT_FITTING: _("Ask them to mend what their page marks."),
    Fate.NOT_APPROVED: _("Ask a second person there to approve it."),
    Fate.OTHER_HOUR: _("The hour has moved: ask them to approve it again."),
    Fate.NOT_CONNECTED: _("Ask them to connect it, or to post by hand."),
    Fate.SIGN_IN: _("Ask them to connect the account again, or to post by hand."),
    Fate.REFUSED: _("Read why; have it approved anew, or posted by hand."),
    Fate.MISSED: _("It waits for something that does not come, mostly for their announcement."),
    Fate.UNCERTAIN: _("Look at the account first; it is on the launch wall."),
    Fate.NOBODY: _("Invite somebody of theirs who can post it."),
    Fate.WAITS: _("Their condition isn't met yet; the pledge board says what is missing."),
    Fate.NO_PHONE: _("Ask for a number on which somebody answers at that hour."),
}


def fate_of(post: Post, *, hour_stands: bool, people: bool, phone: bool) -> Fate:
    """How a post ended that a rehearsal has been through."""
    match State(post.state):
        case State.PUBLISHED if not post.fence:
            return Fate.OUT
        case State.PUBLISHED:  # a rehearsal's network takes any length
            return Fate.NOT_FITTING if text_problems(post) else Fate.GOES
        case State.DRAFT if not post.text:
            return Fate.NOT_WRITTEN
        case State.DRAFT:
            return Fate.NOT_FITTING if text_problems(post) else Fate.NOT_APPROVED
        case State.REFUSED:
            return Fate.SIGN_IN if post.reason in {"reconnect", "suspended"} else Fate.REFUSED
        case State.MISSED:
            return Fate.MISSED if post.account.connected_at else Fate.NOT_CONNECTED
        case State.APPROVED:
            return _resting(post, hour_stands=hour_stands, people=people, phone=phone)
        case State.SENDING | State.UNCERTAIN | State.CANCELLED:
            return Fate.UNCERTAIN


def _resting(post: Post, *, hour_stands: bool, people: bool, phone: bool) -> Fate:
    """Approved, and no machine took it."""
    if not hour_stands:
        return Fate.OTHER_HOUR
    if post.pledge.holds_since is None:
        return Fate.WAITS
    if text_problems(post):
        return Fate.NOT_FITTING
    if post.route == "direct":
        return Fate.MISSED
    if not people:
        return Fate.NOBODY
    return Fate.BY_HAND if phone else Fate.NO_PHONE
