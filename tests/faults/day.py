"""A day on which things go wrong: every fault has its own campaign, its hour and its promise."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPException

import httpx
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import is_going
from coalition.members.states import NetworkChoices, Route
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.fakex.server import FakeXError
from tests.faults.house import House, Loner, Member, Town, in_seconds
from tests.faults.oracle import Due, End, Finding, Logs, Wrong, end_of, judge

X, BLUESKY = NetworkChoices.X, NetworkChoices.BLUESKY
BOTH = (BLUESKY, X)
LEAD = 3.0
"""Seconds before T at which its rows are there: a tick hands them out, a worker signs them in."""
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
    sent_now_at: float = 0.0  # seconds after T at which people last said: send it now
    wishes: list[Wish] = field(default_factory=list)
    acts: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    asides: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    checks: list[Callable[[], bool]] = field(default_factory=list)
    afters: list[Callable[[], object]] = field(default_factory=list)
    alone: Loner | None = None
    company: bool = False  # other faults strike at the same hour
    shift: float = 0.0  # seconds by which all its acts come later
    hold: float = 10  # seconds after T for which the loner has the posts to itself
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

    def aside(self, seconds: float, act: Callable[[], object]) -> None:
        """The same for what waits until something has happened; it must start no process."""
        self.asides.append((seconds, act))

    def until(self, holds: Callable[[], bool], seconds: float = 60) -> bool:
        """Wait for it, not longer; whether it came."""
        deadline = time.monotonic() + seconds
        while after_all(lambda: not holds()):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def rows(self) -> QuerySet[Post]:
        """Its posts in our tables."""
        return Post.objects.filter(pk__in=[post.pk for post in self.posts])

    def in_company(self, shift: float) -> None:
        """Other faults strike at its hour: it may miss, and any honest end will do."""
        self.company, self.shift = True, shift
        self.checks.clear()
        honest = {End.PUBLISHED, End.TOLD}
        self.wishes = [replace(wish, ends=wish.ends | honest) for wish in self.wishes]

    def strike(self, act: Callable[[], object]) -> None:
        """Do it; in company, what it needs may be down at that moment."""
        try:
            act()
        except (OSError, HTTPException, httpx.HTTPError, FakeXError, DatabaseError):
            if not self.company:
                raise
            connection.close()

    def really(self, happened: Callable[[], bool]) -> None:
        """The fault must have struck, or the case shows nothing."""
        self.checks.append(happened)

    def begin(self, exit_at: datetime, campaign: Campaign | None = None) -> Campaign:
        """Make its rows; the words of every post are its own."""
        self.exit_at = exit_at
        self.campaign = campaign or factories.going(
            exit_at=exit_at, window_seconds=self.window, opened_at=exit_at - timedelta(days=1)
        )
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

    def moment(self, seconds: float) -> float:
        """So long after T, on the clock."""
        return self.exit_at.timestamp() + seconds + self.shift

    def last_hour(self) -> datetime:
        """Of its latest wave."""
        latest = max((wish.offset for wish in self.wishes), default=0)
        return self.exit_at + timedelta(seconds=latest)

    def waits(self) -> bool:
        """Whether any post is still on its way, or its people not told yet."""
        self.campaign.refresh_from_db()
        for post in self.rows().select_related("pledge"):
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
                timedelta(seconds=self.window + self.sent_now_at),
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
    """Cases over one house. Judged when all has settled."""

    house: Town
    cases: Sequence[Case]
    patience: float = 90.0

    def together(self, *, one_campaign: bool = False, apart: float = 0.0) -> None:
        """All at once, for what strikes one account or one worker: their hours so far `apart`."""
        self.house.start_all([case.alone for case in self.cases if case.alone])
        lead = LEAD + 0.1 * sum(len(case.wishes) for case in self.cases)
        first, campaign = in_seconds(lead), None
        for number, case in enumerate(self.cases):
            made = case.begin(first + timedelta(seconds=int(number * apart)), campaign)
            campaign = made if one_campaign else None
        self._act(self.cases)
        self._settle(self.cases)

    def one_by_one(self) -> None:
        """Each when the one before has settled, for what strikes everybody."""
        for case in self.cases:
            self.house.start_all([case.alone] if case.alone else [])
            earliest = min((moment for moment, _act in case.acts), default=0.0)
            case.begin(in_seconds(LEAD - min(0.0, earliest)))
            self._act([case])
            self._settle([case])

    def _act(self, cases: Sequence[Case]) -> None:
        asides = [
            threading.Thread(target=aside, args=(case.moment(seconds), partial(case.strike, act)))
            for case in cases
            for seconds, act in case.asides
        ]
        for each in asides:
            each.start()
        plan = [
            (case.moment(seconds), number, partial(case.strike, act))
            for number, case in enumerate(cases)
            for seconds, act in case.acts
        ]
        for moment, _number, act in sorted(plan, key=lambda item: item[:2]):
            time.sleep(max(0.0, moment - time.time()))
            act()
        for each in asides:
            each.join()
        self.house.rest()

    def _settle(self, cases: Sequence[Case]) -> None:
        last = max(case.last_hour() for case in cases).timestamp()
        time.sleep(max(0.0, last + 0.5 - time.time()))
        deadline = time.monotonic() + self.patience
        while any(after_all(case.waits) for case in cases):
            if time.monotonic() > deadline:
                return  # the oracle says which, and where they stand
            time.sleep(0.2)

    def tidy(self) -> None:
        """As it was before."""
        for case in self.cases:
            for after in case.afters:
                after()

    def logs(self) -> Logs:
        """What the networks say now."""
        return Logs.of(self.house.fake_x, self.house.pds)


def aside(moment: float, act: Callable[[], object]) -> None:
    """On a thread, and a connection, of its own."""
    time.sleep(max(0.0, moment - time.time()))
    try:
        act()
    finally:
        connection.close()


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
