"""The hour, go and no-go, stop and resume: each said once, by somebody, in time."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from coalition.campaigns.actions import call_off, hour_in, open_campaign, resume, set_exit_at, stop
from coalition.campaigns.deciding import close, decide
from coalition.campaigns.models import Campaign, Decision
from coalition.campaigns.queries import decisions_about
from coalition.journal.models import Entry
from coalition.members.models import User
from coalition.refusals import Refusal
from tests import factories
from tests.database import at_once
from tests.factories import NOW, T

BRUSSELS = "Europe/Brussels"
DEADLINE = T - timedelta(minutes=30)
LATER = T + timedelta(days=1)
pytestmark = pytest.mark.django_db


wall = datetime.fromisoformat
"""An hour as a clock in the room shows it."""


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (wall("2027-01-20 11:11"), datetime(2027, 1, 20, 10, 11, tzinfo=UTC)),
        (wall("2027-07-01 11:11"), datetime(2027, 7, 1, 9, 11, tzinfo=UTC)),
        (wall("2027-03-28 01:59"), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (wall("2027-03-28 03:00"), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (wall("2027-10-31 01:59"), datetime(2027, 10, 30, 23, 59, tzinfo=UTC)),
        (wall("2027-10-31 03:00"), datetime(2027, 10, 31, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_hour_is_one_instant(shown: datetime, expected: datetime) -> None:
    assert hour_in(BRUSSELS, shown) == expected


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_an_hour_that_the_clocks_skip_is_refused(minute: int) -> None:
    with pytest.raises(Refusal, match="does not exist"):
        hour_in(BRUSSELS, wall(f"2027-03-28 02:{minute:02}"), later_of_two=True)


def test_an_hour_that_comes_twice_asks_which() -> None:
    twice = wall("2027-10-31 02:30")
    with pytest.raises(Refusal, match="comes twice"):
        hour_in(BRUSSELS, twice)
    first, second = (hour_in(BRUSSELS, twice, later_of_two=later) for later in (False, True))
    assert first == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert second - first == timedelta(hours=1)


@pytest.fixture
def campaign() -> Campaign:
    return factories.campaign()


@pytest.fixture
def one() -> User:
    return factories.coordinator()


@pytest.fixture
def other() -> User:
    return factories.coordinator()


def verbs() -> list[str]:
    quiet = ("coordinator added", "campaign created")
    return list(Entry.objects.exclude(verb__in=quiet).values_list("verb", flat=True))


def test_go_counts_at_the_quorum_and_each_person_once(
    campaign: Campaign, one: User, other: User
) -> None:
    decide(campaign, go=True, actor=one, now=NOW)
    assert campaign.go_at is None
    with pytest.raises(Refusal, match="already decided"):
        decide(campaign, go=True, actor=one, now=NOW)
    assert campaign.go_at is None
    decide(campaign, go=True, actor=other, now=DEADLINE)
    assert campaign.go_at == DEADLINE
    assert [said.decided_by for said in decisions_about(campaign)] == [one, other]
    decide(campaign, go=True, actor=factories.coordinator(), now=DEADLINE)
    assert campaign.go_at == DEADLINE


def test_one_no_go_holds_everything_before_and_after_the_quorum(
    campaign: Campaign, one: User, other: User
) -> None:
    third, fourth = factories.coordinator(), factories.coordinator()
    decide(campaign, go=False, reason="storm", actor=one, now=NOW)
    for person in (other, third):
        decide(campaign, go=True, actor=person, now=NOW)
    assert (campaign.go_at, campaign.no_go_at) == (None, NOW)
    again = factories.campaign()
    for person in (one, other):
        decide(again, go=True, actor=person, now=NOW)
    decide(again, go=False, actor=fourth, now=T)
    assert (again.go_at, again.no_go_at) == (None, T)


def test_go_has_a_deadline_and_no_go_has_none(campaign: Campaign, one: User, other: User) -> None:
    decide(campaign, go=True, actor=one, now=NOW)
    with pytest.raises(Refusal, match="deadline"):
        decide(campaign, go=True, actor=other, now=DEADLINE + timedelta(seconds=1))
    decide(campaign, go=False, actor=other, now=T)
    assert campaign.no_go_at == T


def test_nothing_is_decided_without_a_date_or_after_it_was_called_off(
    campaign: Campaign, one: User
) -> None:
    with pytest.raises(Refusal, match="no date"):
        decide(factories.campaign(exit_at=None), go=True, actor=one, now=NOW)
    call_off(campaign, actor=one, now=NOW)
    with pytest.raises(Refusal, match="called off"):
        decide(campaign, go=True, actor=one, now=NOW)


def test_what_was_said_about_an_hour_falls_with_it_and_does_not_come_back_with_it(
    campaign: Campaign, one: User, other: User
) -> None:
    decide(campaign, go=True, actor=one, now=NOW)
    decide(campaign, go=False, actor=other, now=NOW)
    for hour in (LATER, T):
        set_exit_at(campaign, hour, actor=one, now=NOW)
        assert (campaign.go_at, campaign.no_go_at) == (None, None)
        assert decisions_about(campaign) == []
    decide(campaign, go=True, actor=other, now=NOW)
    assert campaign.go_at is None  # the old go of the first does not make the quorum
    decide(campaign, go=True, actor=one, now=NOW)
    again = Campaign.objects.get()
    assert (again.go_at, again.date_sequence) == (NOW, 3)
    assert [said.decided_by for said in decisions_about(again)] == [other, one]


def test_the_same_hour_again_moves_nothing(campaign: Campaign, one: User) -> None:
    Campaign.objects.update(go_at=NOW)
    set_exit_at(campaign, T, actor=one, now=NOW)
    assert (campaign.go_at, campaign.date_sequence) == (NOW, 1)


@pytest.mark.parametrize(
    ("to", "now", "sentence"),
    [
        (NOW, NOW, "passed"),
        (NOW - timedelta(days=1), NOW, "passed"),
        (LATER, T, "can't be moved"),
        (LATER, T + timedelta(minutes=20), "can't be moved"),
    ],
)
def test_an_hour_that_can_not_be(
    campaign: Campaign, one: User, to: datetime, now: datetime, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        set_exit_at(campaign, to, actor=one, now=now)
    assert Campaign.objects.get().exit_at == T


def test_each_switch_is_thrown_and_noted_once(campaign: Campaign, one: User) -> None:
    before = verbs()
    for act in (stop, stop, resume, resume, stop, call_off, call_off):
        act(campaign, actor=one, now=NOW)
    assert verbs()[len(before) :] == ["stopped", "resumed", "stopped", "called off"]
    with pytest.raises(Refusal, match="called off"):
        set_exit_at(campaign, LATER, actor=one, now=NOW)


def test_it_opens_once(one: User) -> None:
    campaign = factories.campaign(opened=False)
    for now in (NOW, LATER):
        open_campaign(campaign, actor=one, now=now)
    assert campaign.opened_at == NOW
    assert verbs().count("campaign opened") == 1


def test_a_mind_can_change_both_ways_until_the_deadline(
    campaign: Campaign, one: User, other: User
) -> None:
    decide(campaign, go=False, reason="storm", actor=one, now=NOW)
    decide(campaign, go=True, actor=other, now=NOW)
    decide(campaign, go=True, actor=one, now=DEADLINE)
    assert (campaign.go_at, campaign.no_go_at) == (DEADLINE, None)
    decide(campaign, go=False, actor=other, now=T)
    assert (campaign.go_at, campaign.no_go_at) == (None, T)
    with pytest.raises(Refusal, match="deadline"):
        decide(campaign, go=True, actor=other, now=T)
    assert Decision.objects.count() == 2
    assert verbs()[-4:] == ["no-go", "go", "go", "no-go"]


def test_a_deadline_closes_once_and_without_a_quorum_it_is_no_go(
    campaign: Campaign, one: User
) -> None:
    decide(campaign, go=True, actor=one, now=NOW)
    after = DEADLINE + timedelta(seconds=1)
    assert [close(campaign, now=now) for now in (DEADLINE, after, after)] == [False, True, False]
    assert (campaign.go_at, campaign.no_go_at) == (None, after)
    set_exit_at(campaign, LATER, actor=one, now=after)
    assert campaign.no_go_at is None
    assert close(campaign, now=LATER) is True  # another hour, another deadline


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"go_at": NOW, "exit_at": None}, "a_campaign_that_goes_has_a_date"),
        ({"go_at": NOW, "no_go_at": NOW}, "a_campaign_is_go_or_no_go"),
        ({"quorum": 1}, "go_takes_two_people"),
        ({"similarity_limit": 101}, "similarity_is_a_percentage"),
    ],
)
def test_the_database_refuses_nonsense(
    campaign: Campaign, columns: factories.Columns, name: str
) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**columns)


@pytest.mark.usefixtures("committed")
def test_two_coordinators_at_once_decide_once_each_and_their_go_counts() -> None:
    people = [factories.coordinator() for _ in range(2)]
    campaigns = [factories.campaign() for _ in range(25)]
    together, refused = threading.Barrier(4), list[str]()

    def work(person: User) -> None:
        for campaign in campaigns:
            mine = Campaign.objects.get(pk=campaign.pk)
            together.wait()
            try:
                decide(mine, go=True, actor=person, now=NOW)
            except Refusal as refusal:
                refused.append(str(refusal))

    at_once(*[lambda p=p: work(p) for p in people * 2], barrier=together)
    assert Decision.objects.count() == 50
    assert len(refused) == 50  # the double clicks
    assert set(Campaign.objects.values_list("go_at", flat=True)) == {NOW}
