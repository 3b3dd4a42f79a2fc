"""The count: everything that the public page says about one campaign, in one value."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import accumulate
from zoneinfo import ZoneInfo

from django.db import Error

from coalition.campaigns.models import Campaign, CampaignWords
from coalition.campaigns.phases import Phase, phase
from coalition.campaigns.queries import words_in
from coalition.directory.queries import Home, homes
from coalition.evidence.labels import Standing, When, when
from coalition.evidence.queries import standings
from coalition.evidence.states import GONE, GONE_FROM, Label
from coalition.members.models import Organisation
from coalition.members.states import Kind, Language, Membership
from coalition.pledges.models import Pledge
from coalition.pledges.queries import public_pledges
from coalition.pledges.states import Answer, Visibility
from coalition.press.embargo import is_public

COMING = frozenset({Label.PLEDGED, Label.LEAVING})


@dataclass(frozen=True, slots=True)
class Row:
    """One named organisation on the public list."""

    slug: str
    name: str
    kind: Kind
    language: Language
    member: bool
    standing: Standing
    home: Home | None
    joined_at: datetime
    domain: str = ""

    @property
    def label(self) -> Label:
        """The public label."""
        return self.standing.label


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A named organisation whose promise the public could read, and that took it back."""

    slug: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Dot:
    """One organisation on the chart; `day` is None while it is still to come."""

    label: Label
    day: date | None
    name: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the page says, and as of when. `total` counts the coalition's members.

    `left` is `before` + `on_the_day` + `since`: who comes later never swells the day's number.
    """

    campaign: Campaign
    words: CampaignWords | None
    phase: Phase
    as_of: datetime
    total: int
    left: int
    coming: int
    partly: int
    already_left: int
    followers: int
    rows: tuple[Row, ...]
    dots: tuple[Dot, ...]
    grown: tuple[tuple[date, int], ...] = ()  # how many members' promises stood after each day
    withdrawals: tuple[Withdrawal, ...] = ()
    press_is_public: bool = False
    before: int = 0
    on_the_day: int = 0
    since: int = 0

    @property
    def zone(self) -> ZoneInfo:
        """The campaign's own time zone."""
        return ZoneInfo(self.campaign.time_zone)

    @property
    def exit_day(self) -> date | None:
        """The day of T, in the campaign's own time zone."""
        return self.campaign.exit_at.astimezone(self.zone).date() if self.campaign.exit_at else None


def open_campaigns(now: datetime) -> list[Campaign]:
    """What the public may know of, newest first."""
    return list(
        Campaign.objects.filter(opened_at__lte=now).select_related("follow_list", "press_kit")
    )


_seen: ContextVar[dict[str, Progress | None] | None] = ContextVar("seen", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Inside it each campaign is counted once: whatever is written says the same, and is quick."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def public_progress(slug: str, *, language: str, now: datetime) -> Progress | None:
    """What the public may know of the campaign at this address; None: it may know of none."""
    seen = _seen.get()
    if seen is None:
        return _looked(slug, language, now)
    if slug not in seen:
        seen[slug] = _looked(slug, language, now)
    state = seen[slug]
    return state and replace(state, words=words_in(state.campaign, language))


def _looked(slug: str, language: str, now: datetime) -> Progress | None:
    for found in open_campaigns(now):
        if found.slug == slug:
            return public_state(found, language=language, now=now)
    return None


def legible_progress(slug: str, *, now: datetime) -> Progress | None:
    """The same in no particular language; None also where a row of it can't be read."""
    try:
        return public_progress(slug, language="en", now=now)
    except Error:
        raise  # without its database nothing is known of any
    except Exception:  # noqa: BLE001 — one campaign's broken row must not hold up the others
        return None


def state_of_the_count(now: datetime) -> str:
    """Changes with whatever a row of the list says, and not with time."""
    said = []
    for found in open_campaigns(now):
        state = legible_progress(found.slug, now=now)
        columns = [getattr(found, one.attname) for one in found._meta.concrete_fields]  # noqa: SLF001 — Django's own, and public
        said.append((columns, state and (state.phase, state.rows)))
    return sha256(repr(said).encode()).hexdigest()


def public_state(campaign: Campaign, *, language: str, now: datetime) -> Progress:
    """The count as it is shown: after a call-off only who has left stays to be seen."""
    state = progress(campaign, language=language, now=now)
    return _without_promises(state) if state.phase is Phase.CALLED_OFF else state


def _without_promises(state: Progress) -> Progress:
    return replace(
        state,
        coming=0,
        grown=(),
        rows=tuple(row for row in state.rows if row.label in GONE_FROM),
        dots=tuple(dot for dot in state.dots if dot.label in GONE_FROM),
        followers=sum(1 for row in state.rows if not row.member and row.label in GONE_FROM),
    )


def progress(campaign: Campaign, *, language: str, now: datetime) -> Progress:
    """The whole public state of a campaign; a fixed number of queries."""
    pledges = public_pledges(campaign)
    labels = standings(campaign, pledges)
    new_homes = homes(labels)
    rows: list[Row] = []
    dots: list[Dot] = []
    members: Counter[Label] = Counter()
    promised: Counter[date] = Counter()
    gone_when: Counter[When] = Counter()
    followers = 0
    zone = ZoneInfo(campaign.time_zone)
    for pledge in pledges:
        standing = labels.get(pledge.organisation_id)
        if standing is None:
            continue
        organisation = pledge.organisation
        member = organisation.membership == Membership.MEMBER
        if member:
            members[standing.label] += 1
            if standing.label in GONE:
                gone_when[when(standing, campaign.exit_at, zone)] += 1
            if standing.label in COMING | GONE | {Label.PARTLY}:
                given_at = pledge.holds_since or pledge.answered_at
                promised[given_at.astimezone(zone).date()] += 1
        else:
            followers += 1
        named = pledge.visibility == Visibility.NAMED
        dots.append(_dot(organisation if named else None, standing, zone))
        if named:
            home = new_homes.get(organisation.pk)
            rows.append(_row(pledge, standing, home))
    return Progress(
        campaign=campaign,
        words=words_in(campaign, language),
        phase=phase(campaign, now),
        as_of=now,
        total=Organisation.objects.filter(
            membership=Membership.MEMBER, left_coalition_at__isnull=True
        ).count(),
        left=sum(members[label] for label in GONE),
        before=gone_when[When.BEFORE],
        on_the_day=gone_when[When.ON_THE_DAY],
        since=gone_when[When.SINCE],
        coming=sum(members[label] for label in COMING),
        partly=members[Label.PARTLY],
        already_left=members[Label.ALREADY_LEFT],
        followers=followers,
        rows=tuple(sorted(rows, key=_by_arrival)),
        dots=tuple(sorted(dots, key=lambda dot: (dot.day or date.max, dot.name.lower()))),
        grown=_summed(promised),
        withdrawals=tuple(
            Withdrawal(pledge.organisation.slug, pledge.organisation.name, pledge.withdrawn_at)
            for pledge in pledges
            if pledge.withdrawn_at and pledge.organisation_id not in labels and _was_seen(pledge)
        ),
        press_is_public=is_public(campaign, now),
    )


def _was_seen(pledge: Pledge) -> bool:
    """Whether a promise, now taken back, had stood on the page.

    Of a promise that waited for others in private nothing tells that afterwards: it stays private.
    """
    seen = pledge.answer == Answer.LEAVE or (
        pledge.answer == Answer.LEAVE_IF and pledge.condition_public
    )
    opened_at, confirmed_at = pledge.campaign.opened_at, pledge.confirmed_at
    return bool(
        seen
        and pledge.visibility == Visibility.NAMED
        and pledge.withdrawn_at
        and opened_at
        and confirmed_at
        and max(opened_at, confirmed_at) <= pledge.withdrawn_at
    )


def _summed(by_day: Counter[date]) -> tuple[tuple[date, int], ...]:
    days = sorted(by_day)
    return tuple(zip(days, accumulate(by_day[day] for day in days), strict=True))


def _row(pledge: Pledge, standing: Standing, home: Home | None) -> Row:
    organisation = pledge.organisation
    known = (pledge.holds_since or pledge.confirmed_at, pledge.campaign.opened_at)
    return Row(
        slug=organisation.slug,
        name=organisation.name,
        kind=Kind(organisation.kind),
        language=Language(organisation.language),
        member=organisation.membership == Membership.MEMBER,
        standing=standing,
        home=home,
        joined_at=max(at for at in known if at),
        domain=organisation.domain,
    )


def _dot(organisation: Organisation | None, standing: Standing, zone: ZoneInfo) -> Dot:
    day = standing.on or (standing.at.astimezone(zone).date() if standing.at else None)
    if organisation is None:
        return Dot(standing.label, day)
    return Dot(standing.label, day, organisation.name, organisation.slug)


def _by_arrival(row: Row) -> tuple[int, float, str]:
    order = list(Label).index(row.label)
    left = row.label in GONE or row.label is Label.PARTLY
    at = row.standing.at.timestamp() if row.standing.at else 0.0
    return (0 if left else 1 + order, at if left else 0.0, row.name.lower())
