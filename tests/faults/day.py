"""A day on which things go wrong: every fault has its own campaign, its hour and its promise."""

import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, connection

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import is_going
from coalition.members.states import NetworkChoices, Route
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.faults.house import House, Loner, Member, in_seconds
from tests.faults.oracle import Due, End, Finding, Logs, Wrong, end_of, judge

X, BLUESKY = NetworkChoices.X, NetworkChoices.BLUESKY
BOTH = (BLUESKY, X)
_words = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Wish:
    """A post that a fault wants, and what it may come to."""

    member: Member
    network: NetworkChoices
    ends: frozenset[End]
    allowed: frozenset[Wrong]
    offset: int


@dataclass
class Case:
    """One fault: who posts, what is done to them when, and what must come of it."""

    name: str
    house: House
    pool: list[Member]
    window: int = 900
    wishes: list[Wish] = field(default_factory=list)
    acts: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    checks: list[Callable[[], bool]] = field(default_factory=list)
    afters: list[Callable[[], object]] = field(default_factory=list)
    alone: Loner | None = None
    hold: float = 15  # seconds after T for which the loner has the posts to itself
    room: int = 5  # seconds until the next case's T
    exit_at: datetime = field(init=False)
    campaign: Campaign = field(init=False)
    posts: list[Post] = field(default_factory=list)

    def wants(
        self,
        *members: Member,
        networks: Iterable[NetworkChoices] = BOTH,
        ends: Iterable[End] = (End.PUBLISHED,),
        allowed: Iterable[Wrong] = (),
        offset: int = 0,
    ) -> None:
        """A post for each of these members on each of these networks."""
        self.wishes += [
            Wish(member, network, frozenset(ends), frozenset(allowed), offset)
            for member in members
            for network in networks
        ]

    def crowd(self, ends: Iterable[End] = (End.PUBLISHED,)) -> None:
        """Everybody whose accounts are in order posts on both networks."""
        self.wants(*self.pool, ends=ends)

    def at(self, seconds: float, act: Callable[[], object]) -> None:
        """Do this so long after T; before it when negative."""
        self.acts.append((seconds, act))

    def really(self, happened: Callable[[], bool]) -> None:
        """The fault must have struck, or the case shows nothing."""
        self.checks.append(happened)

    def begin(self, exit_at: datetime, campaign: Campaign | None = None) -> Campaign:
        """Make its rows; the words of every post are its own."""
        self.exit_at = exit_at
        self.campaign = campaign or factories.going(exit_at=exit_at, window_seconds=self.window)
        pledges = {
            wish.member.organisation.pk: factories.pledge(self.campaign, wish.member.organisation)
            for wish in {wish.member.organisation.pk: wish for wish in self.wishes}.values()
        }
        self.posts = [
            factories.direct(
                pledges[wish.member.organisation.pk],
                wish.network,
                wish.member.account(wish.network),
                text=f"{next(_words)}. {self.name}: wij gaan. {time.time_ns()}",
                offset_seconds=wish.offset,
                armed_until=exit_at + timedelta(seconds=self.hold) if self.alone else None,
            )
            for wish in self.wishes
        ]
        if self.alone:
            self._hand_to(self.alone)
        return self.campaign

    def _hand_to(self, loner: Loner) -> None:
        ids = [post.pk for post in self.posts]
        self.house.send("release", ids, queue=loner.queue)

    def waits(self) -> bool:
        """Whether any post is still on its way, or its people not told yet."""
        self.campaign.refresh_from_db()
        mine = Post.objects.filter(pk__in=[post.pk for post in self.posts])
        for post in mine.select_related("pledge"):
            moving = post.state in {State.SENDING, State.UNCERTAIN} and not post.needs_person
            standing = post.state == State.APPROVED and post.stands_for(self.campaign)
            due = standing and is_going(self.campaign) and bool(post.pledge.holds_since)
            if moving or (due and post.route == Route.DIRECT) or end_of(post) is None:
                return True
        return False

    def findings(self, logs: Logs) -> list[Finding]:
        """What the networks' logs hold against it."""
        dues = [
            Due(
                post.pk,
                self.exit_at + timedelta(seconds=wish.offset),
                timedelta(seconds=self.window),
                wish.ends,
                wish.allowed,
            )
            for post, wish in zip(self.posts, self.wishes, strict=True)
        ]
        return judge(dues, logs)

    def post(self, network: NetworkChoices, number: int = 0) -> Post:
        """One of its posts as it stands now."""
        of_network = [post for post in self.posts if post.network == network]
        return Post.objects.select_related("campaign", "account", "pledge").get(
            pk=of_network[number].pk
        )


@dataclass
class Day:
    """Cases at hours some seconds apart, over one house; each is judged when all has settled."""

    house: House
    cases: list[Case]
    together: bool = False  # one campaign for all: each fault is one member's own
    room: int | None = None  # in place of each case's own
    lead: float = 4.0
    patience: float = 90.0

    def run(self) -> None:
        """Live it through."""
        self.house.start_all([case.alone for case in self.cases if case.alone])
        first = in_seconds(self.lead + 0.1 * sum(len(case.wishes) for case in self.cases))
        campaign = None
        for case in self.cases:
            made = case.begin(first, campaign)
            campaign = made if self.together else None
            room = case.room if self.room is None else self.room
            first += timedelta(seconds=room)
        plan = [
            (case.exit_at.timestamp() + seconds, number, act)
            for number, case in enumerate(self.cases)
            for seconds, act in case.acts
        ]
        for moment, _number, act in sorted(plan, key=lambda item: item[:2]):
            time.sleep(max(0.0, moment - time.time()))
            act()
        self.house.rest()
        self._settle()

    def tidy(self) -> None:
        """As it was before."""
        for case in self.cases:
            for after in case.afters:
                after()

    def _settle(self) -> None:
        last = max(case.exit_at for case in self.cases).timestamp()
        time.sleep(max(0.0, last + 1 - time.time()))
        deadline = time.monotonic() + self.patience
        while any(after_all(case.waits) for case in self.cases):
            if time.monotonic() > deadline:
                return  # the oracle says which, and where they stand
            time.sleep(0.3)

    def logs(self) -> Logs:
        """What the networks say now."""
        members = {wish.member.bluesky.network_id for case in self.cases for wish in case.wishes}
        return Logs.of(self.house.fake_x, self.house.pds, members)


def after_all(look: Callable[[], bool]) -> bool:
    """A look at our tables that a database on its way up may answer late."""
    try:
        return look()
    except DatabaseError:
        connection.close()
        return True


def failures(cases: Sequence[Case], logs: Logs) -> dict[str, list[str]]:
    """By case: broken promises, and faults that never struck."""
    said = {}
    for case in cases:
        found = [str(finding) for finding in case.findings(logs)]
        if not all(check() for check in case.checks):
            found.append("the fault never struck")
        said[case.name] = found
    return said
