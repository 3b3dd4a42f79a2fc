"""Who is told of go and no-go: once each, in their language, and nobody of what is still open."""

import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from coalition.campaigns.actions import call_off, stop
from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.models import User
from coalition.pledges.verdict import close_deadlines, say
from coalition.refusals import Refusal
from tests import factories
from tests.database import at_once
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
AFTER = T - timedelta(minutes=29)


@pytest.fixture
def people() -> list[User]:
    return [factories.coordinator() for _ in range(2)]


def subjects(kind: str) -> list[str]:
    return sorted(Letter.objects.filter(kind=kind).values_list("subject", flat=True))


def test_coordinators_hear_of_each_turn_and_of_nothing_between(people: list[User]) -> None:
    campaign = factories.campaign()
    factories.representative(factories.pledge(campaign).organisation)
    one, other = people
    User.objects.update(language="en")
    assert say(campaign, go=True, about=T, actor=one, now=NOW) == 0
    assert say(campaign, go=True, about=T, actor=other, now=NOW) == 2
    later = NOW + timedelta(hours=1)
    assert say(campaign, go=False, reason="storm", about=T, actor=one, now=later) == 2
    assert subjects("verdict") == [
        *["It is go: 20 January, 12:00"] * 2,
        *["It is no-go: 20 January, 12:00"] * 2,
    ]
    assert "“storm”" in Letter.objects.latest("pk").text
    assert subjects("no-go") == []  # it may still become go: the others wait


def test_no_quorum_by_the_deadline_is_no_go_and_everybody_hears_it_once(people: list[User]) -> None:
    campaign = factories.campaign()
    reader = factories.representative(factories.pledge(campaign).organisation)
    User.objects.filter(pk=reader.pk).update(language="fr")
    say(campaign, go=True, about=T, actor=people[0], now=NOW)
    assert [close_deadlines(now) for now in (NOW, AFTER, AFTER, T)] == [0, 1, 0, 0]
    campaign.refresh_from_db()
    assert campaign.no_go_at == AFTER
    assert Letter.objects.filter(kind="verdict").count() == 2
    letter = Letter.objects.get(kind="no-go")
    assert (letter.to, letter.language) == (reader.email, "fr")
    assert Entry.objects.filter(verb="no quorum").count() == 1


def test_a_no_go_that_stands_at_the_deadline_is_said_to_everybody(people: list[User]) -> None:
    campaign = factories.campaign()
    factories.representative(factories.pledge(campaign).organisation)
    say(campaign, go=False, about=T, actor=people[0], now=NOW)
    assert Letter.objects.filter(kind="no-go").count() == 0
    close_deadlines(AFTER)
    assert Letter.objects.filter(kind="no-go").count() == 1
    assert Letter.objects.filter(kind="verdict").count() == 2  # they knew
    assert Entry.objects.filter(verb="no quorum").count() == 0


def test_a_no_go_after_the_deadline_is_said_to_everybody_at_once(people: list[User]) -> None:
    campaign = factories.campaign()
    factories.representative(factories.pledge(campaign).organisation)
    for one in people:
        say(campaign, go=True, about=T, actor=one, now=NOW)
    close_deadlines(AFTER)
    assert Letter.objects.filter(kind="no-go").count() == 0
    say(campaign, go=False, about=T, actor=people[0], now=AFTER)
    assert Letter.objects.filter(kind="no-go").count() == 1


def test_what_was_called_off_or_is_long_over_is_left_alone(people: list[User]) -> None:
    call_off(factories.campaign(), actor=people[0], now=NOW)
    factories.campaign()
    assert close_deadlines(T + timedelta(days=1)) == 0
    assert Campaign.objects.filter(no_go_at__isnull=False).count() == 0


def test_a_stopped_exit_is_closed_all_the_same(people: list[User]) -> None:
    campaign = factories.campaign()
    stop(campaign, actor=people[0], now=NOW)
    assert close_deadlines(AFTER) == 1


@pytest.mark.usefixtures("committed")
def test_three_ticks_at_once_say_it_once() -> None:
    factories.coordinator()
    campaigns = [factories.campaign() for _ in range(20)]
    for campaign in campaigns:
        factories.representative(factories.pledge(campaign).organisation)
    together, counted = threading.Barrier(3), list[int]()

    def tick() -> None:
        together.wait()
        counted.append(close_deadlines(AFTER))

    at_once(tick, tick, tick, barrier=together)
    assert sum(counted) == 20
    assert Letter.objects.filter(kind="no-go").count() == 20
    assert Letter.objects.filter(kind="verdict").count() == 20


def test_go_takes_two_coordinators_with_a_second_step_and_no_go_takes_none() -> None:
    campaign, one, other = factories.campaign(), factories.coordinator(), factories.coordinator()
    Authenticator.objects.filter(user=other).delete()
    with pytest.raises(Refusal, match="at least two coordinators who have set up a second step"):
        say(campaign, go=True, about=T, actor=one, now=NOW)
    say(campaign, go=True, about=T, secured=False, actor=one, now=NOW)
    Authenticator.objects.all().delete()
    say(campaign, go=False, about=T, actor=other, now=NOW)
    campaign.refresh_from_db()
    assert campaign.no_go_at
