"""A lost second step comes back by another coordinator's word, after a time, in front of all."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from coalition.campaigns.queries import next_deadline
from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.actions import make_sign_in_link
from coalition.members.factors import has_second_step, secured_coordinators
from coalition.members.models import User, Vouching
from coalition.members.people import remove_coordinator
from coalition.members.vouching import (
    LONGEST,
    SHORTEST,
    carry_out,
    open_vouchings,
    take_back,
    vouch,
    waits_until,
)
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW, T
from tests.second_step import set_up_an_app
from tests.web.pledge.people import browser

pytestmark = pytest.mark.django_db
LATER = NOW + LONGEST


@pytest.fixture
def boss() -> User:
    return factories.coordinator()


@pytest.fixture
def lost() -> User:
    return factories.coordinator()


def vouched(boss: User, lost: User) -> Vouching:
    return vouch(lost, until=LATER, actor=boss, now=NOW)


def test_it_is_forgotten_when_the_time_has_come_and_not_before(boss: User, lost: User) -> None:
    vouched(boss, lost)
    assert carry_out(LATER - timedelta(seconds=1)) == 0
    assert has_second_step(lost)
    assert carry_out(LATER) == 1
    assert carry_out(LATER) == 0
    assert not Authenticator.objects.filter(user=lost).exists()
    assert has_second_step(boss)
    assert not open_vouchings()


def test_every_session_and_every_open_link_ends_with_it(boss: User, lost: User) -> None:
    browser(lost)
    inside = browser(boss)
    make_sign_in_link(lost, now=NOW, valid_for=timedelta(days=9))
    vouched(boss, lost)
    carry_out(LATER)
    assert [one.session_key for one in Session.objects.all()] == [inside.session.session_key]
    assert not lost.sign_in_links.filter(used_at=None).exists()


def test_the_person_and_every_coordinator_hear_of_it_twice(boss: User, lost: User) -> None:
    third = factories.coordinator()
    vouched(boss, lost)
    everybody = {boss.email, lost.email, third.email}
    asked = Letter.objects.filter(kind="second-step-asked")
    assert {letter.to for letter in asked} == everybody
    carry_out(LATER)
    done = Letter.objects.filter(kind="second-step-forgotten")
    assert {letter.to for letter in done} == everybody
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["second step vouched", "second step forgotten"]


def test_taken_back_it_never_happens(boss: User, lost: User) -> None:
    one = vouched(boss, lost)
    assert take_back(one, actor=lost, now=NOW)
    assert not take_back(one, actor=lost, now=NOW)
    assert carry_out(LATER) == 0
    assert has_second_step(lost)


def test_the_word_of_who_no_longer_runs_the_exit_counts_for_nothing(boss: User, lost: User) -> None:
    vouched(boss, lost)
    remove_coordinator(boss.coordinator, actor=lost, now=NOW)
    assert carry_out(LATER) == 0
    assert has_second_step(lost)


def test_nobody_vouches_for_themselves_twice_or_without_running_the_exit(
    boss: User, lost: User
) -> None:
    for actor, sentence in ((lost, "themselves"), (factories.representative(), "runs the exit")):
        with pytest.raises(Refusal, match=sentence):
            vouch(lost, until=LATER, actor=actor, now=NOW)
    vouched(boss, lost)
    with pytest.raises(Refusal, match="already"):
        vouched(boss, lost)
    with pytest.raises(Refusal, match="no second step"):
        vouch(factories.person(), until=LATER, actor=boss, now=NOW)


def test_it_waits_a_day_and_less_the_nearer_the_hour() -> None:
    factories.campaign()
    deadline = next_deadline(NOW)
    assert deadline == T - timedelta(minutes=30)
    assert waits_until(deadline, now=NOW) == NOW + LONGEST
    near = deadline - timedelta(hours=6)
    assert waits_until(deadline, now=near) == near + timedelta(hours=3)
    last = deadline - timedelta(minutes=4)
    assert waits_until(deadline, now=last) == last + SHORTEST
    assert last + SHORTEST < T
    assert waits_until(None, now=NOW) == NOW + LONGEST


def test_only_who_runs_the_exit_with_a_second_step_counts_for_go(boss: User, lost: User) -> None:
    set_up_an_app(factories.representative(), NOW)
    assert secured_coordinators() == 2
    vouched(boss, lost)
    carry_out(LATER)
    assert secured_coordinators() == 1
