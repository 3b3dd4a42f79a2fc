"""Where a post made by hand stands, and so what its person should do or leave now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from coalition.campaigns.phases import is_going
from coalition.members.states import NetworkChoices, Route
from coalition.networks.bluesky import compose as bluesky
from coalition.networks.x import compose as x
from coalition.publishing.queries import by_hand_posts
from coalition.publishing.states import State
from coalition.publishing.waves import delay_of
from coalition.web.place import Place

if TYPE_CHECKING:
    from coalition.publishing.models import Post


class Stage(StrEnum):
    """What the page says; each is one heading and at most one thing to do."""

    OUT = "out"
    GIVEN_UP = "given up"
    CALLED_OFF = "called off"
    WITHDRAWN = "withdrawn"
    LOOKING = "looking"
    FAILED = "failed"
    UNREADY = "unready"
    MOVED = "moved"
    WE_POST = "we post"
    WAITING = "waiting"
    EARLY = "early"
    HELD = "held"
    UNSAID = "unsaid"
    OPEN = "open"
    LATE = "late"


CHANGES: Final = frozenset({Stage.EARLY, Stage.HELD, Stage.LOOKING, Stage.UNSAID})
"""These pass by themselves: the page asks now and then."""
NOW: Final = frozenset({Stage.OPEN, Stage.LATE})
PROVABLE: Final = frozenset({State.APPROVED, State.REFUSED, State.MISSED})


@dataclass(frozen=True, slots=True)
class Hand:
    """One post's page at one moment."""

    stage: Stage
    opens_at: datetime | None
    left: timedelta | None
    compose: str
    provable: bool

    @property
    def open(self) -> bool:
        """Whether it may be posted now."""
        return self.stage in NOW

    @property
    def changes(self) -> bool:
        """Whether waiting changes the page."""
        return self.stage in CHANGES

    @property
    def can_be_scheduled(self) -> bool:
        """Whether X's own composer could be told the hour."""
        return self.stage == Stage.EARLY

    @property
    def key(self) -> str:
        """What an open page compares: while it is the same, nothing on it has changed."""
        return f"{self.stage} {self.opens_at.isoformat() if self.opens_at else ''}"


def hand_of(here: Place, post: "Post") -> Hand:
    """Open exactly when the release itself would call it due."""
    exit_at = here.asked.exit_at
    opens_at = exit_at + delay_of(post, here.asked) if exit_at else None
    stage = _stage(here, post, opens_at)
    compose = x.compose_link if post.network == NetworkChoices.X else bluesky.compose_link
    doubtful = post.state == State.UNCERTAIN and post.needs_person
    return Hand(
        stage=stage,
        opens_at=opens_at,
        left=opens_at - here.now if opens_at and opens_at > here.now else None,
        compose=compose(post.text) if stage in NOW else "",
        provable=post.state in PROVABLE or doubtful,
    )


def _stage(here: Place, post: "Post", opens_at: datetime | None) -> Stage:
    settled = _settled(here, post)
    if settled:
        return settled
    campaign = here.asked
    if opens_at is None or post.state == State.DRAFT:
        return Stage.UNREADY
    if not post.stands_for(campaign):
        return Stage.MOVED
    if post.route == Route.DIRECT:
        return Stage.WE_POST
    if post.pledge.holds_since is None:
        return Stage.WAITING
    if campaign.stopped_at or campaign.no_go_at:
        return Stage.HELD
    if opens_at > here.now:
        return Stage.EARLY
    if not is_going(campaign):
        return Stage.HELD
    if not by_hand_posts(campaign, here.now).filter(pk=post.pk).exists():
        return Stage.UNSAID  # it waits for its announcement
    window = timedelta(seconds=campaign.window_seconds)
    return Stage.LATE if here.now > opens_at + window else Stage.OPEN


def _settled(here: Place, post: "Post") -> Stage | None:
    """What no hour changes any more."""
    match State(post.state):
        case State.PUBLISHED:
            return Stage.OUT
        case State.CANCELLED:
            return Stage.WITHDRAWN if post.pledge.withdrawn_at else Stage.GIVEN_UP
        case State.SENDING | State.UNCERTAIN:
            return Stage.LOOKING
        case _:
            pass
    if here.asked.called_off_at:
        return Stage.CALLED_OFF
    if post.pledge.withdrawn_at:
        return Stage.WITHDRAWN
    return Stage.FAILED if post.state in {State.REFUSED, State.MISSED} else None
