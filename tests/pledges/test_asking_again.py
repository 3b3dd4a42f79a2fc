"""Reminders of an invitation: to whoever is silent, once a day at most, until they answer."""

import threading
from datetime import timedelta

import pytest

from coalition.campaigns.actions import call_off
from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.mail.actions import LINK
from coalition.mail.models import Letter
from coalition.members.models import Organisation, User
from coalition.pledges.invitations import by_token, claim, invite, remind_silent, silent, token_of
from coalition.pledges.models import Invitation
from coalition.pledges.states import Answer
from coalition.publishing.reminding import remind
from coalition.refusals import Refusal
from tests import factories
from tests.database import at_once
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NEXT_DAY = NOW + DAY


@pytest.fixture
def boss() -> User:
    return factories.coordinator()


@pytest.fixture
def exit_() -> Campaign:
    return factories.campaign()


@pytest.fixture
def asked(exit_: Campaign, boss: User) -> Invitation:
    one = factories.organisation(language="en", contact_email="post@waterput.example")
    return invite(exit_, one, actor=boss, now=NOW)


def written() -> list[tuple[str, str]]:
    return list(Letter.objects.filter(kind="asked-again").values_list("to", "language"))


def test_whoever_is_silent_for_a_day_is_reminded_with_the_same_link(
    exit_: Campaign, asked: Invitation, boss: User
) -> None:
    assert remind_silent(exit_, actor=boss, now=NEXT_DAY - timedelta(seconds=1)) == 0
    assert remind_silent(exit_, actor=boss, now=NEXT_DAY) == 1
    letter = Letter.objects.get(kind="asked-again")
    assert (letter.to, letter.language) == ("post@waterput.example", "en")
    assert letter.link == f"invitation:{asked.pk}"
    assert f'<a href="{LINK}"' in letter.html
    assert by_token(token_of(asked), now=NEXT_DAY) == asked
    assert Entry.objects.get(verb="asked again").facts == {"organisations": 1}


def test_once_a_day_however_often_it_is_pressed(
    exit_: Campaign, asked: Invitation, boss: User
) -> None:
    del asked
    hours = [remind_silent(exit_, actor=boss, now=NEXT_DAY + n * DAY / 4) for n in range(9)]
    assert hours == [1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert len(written()) == 3


@pytest.mark.parametrize("answer", [Answer.LEAVE, Answer.NOT_NOW, Answer.BOARD_DATE])
def test_an_answer_stops_it_whatever_it_is(
    exit_: Campaign, asked: Invitation, boss: User, answer: Answer
) -> None:
    factories.pledge(exit_, asked.organisation, answer=answer, decides_on=T.date())
    assert remind_silent(exit_, actor=boss, now=NEXT_DAY) == 0


def test_an_answer_to_another_campaign_does_not(
    exit_: Campaign, asked: Invitation, boss: User
) -> None:
    factories.pledge(factories.campaign(), asked.organisation)
    assert remind_silent(exit_, actor=boss, now=NEXT_DAY) == 1


@pytest.mark.parametrize("way", ["bounced_at", "failed_at"])
def test_where_the_first_letter_did_not_arrive_no_other_is_sent(
    exit_: Campaign, asked: Invitation, boss: User, way: str
) -> None:
    Letter.objects.filter(key=f"invitation:{asked.pk}").update(**{way: NOW})
    assert remind_silent(exit_, actor=boss, now=NEXT_DAY) == 0


def test_nobody_is_reminded_who_was_not_asked_or_left(
    exit_: Campaign, asked: Invitation, boss: User
) -> None:
    factories.organisation(contact_email="other@example.org")
    Organisation.objects.filter(pk=asked.organisation_id).update(left_coalition_at=NOW)
    assert remind_silent(exit_, actor=boss, now=NEXT_DAY) == 0


def test_once_accepted_its_people_are_reminded_and_led_to_their_page(
    exit_: Campaign, asked: Invitation, boss: User
) -> None:
    who = claim(asked, name="An", email="an@waterput.example", signed_in=None, now=NOW)
    User.objects.filter(pk=who.pk).update(language="fr")
    assert remind_silent(exit_, actor=boss, now=NEXT_DAY) == 1
    letter = Letter.objects.get(kind="asked-again")
    assert (letter.to, letter.language, letter.link) == ("an@waterput.example", "fr", "")
    assert f"/fr/member/{asked.organisation.slug}/" in letter.text


def test_a_link_that_ran_out_lives_again(exit_: Campaign, asked: Invitation, boss: User) -> None:
    late = NOW + 15 * DAY
    assert exit_.exit_at
    Campaign.objects.update(exit_at=late + DAY)
    exit_.refresh_from_db()
    assert by_token(token_of(asked), now=late) is None
    assert remind_silent(exit_, actor=boss, now=late) == 1
    assert by_token(token_of(asked), now=late + 13 * DAY) == asked


def test_when_there_is_nothing_to_answer_any_more_it_is_refused(
    exit_: Campaign, asked: Invitation, boss: User
) -> None:
    del asked
    with pytest.raises(Refusal, match="nobody is asked any more"):
        remind_silent(exit_, actor=boss, now=T)
    call_off(exit_, actor=boss, now=NOW)
    with pytest.raises(Refusal, match="nobody is asked any more"):
        remind_silent(exit_, actor=boss, now=NEXT_DAY)
    assert written() == []


@pytest.mark.usefixtures("committed")
def test_two_coordinators_at_once_write_once() -> None:
    exit_, boss = factories.campaign(), factories.coordinator()
    for _ in range(20):
        one = factories.organisation(contact_email="post@example.org")
        invite(exit_, one, actor=boss, now=NOW)
    assert silent(exit_, now=NEXT_DAY).count() == 20
    together, reminded = threading.Barrier(2), list[int]()

    def press() -> None:
        together.wait()
        reminded.append(remind_silent(exit_, actor=boss, now=NEXT_DAY))

    at_once(press, press, barrier=together)
    assert (sum(reminded), len(written())) == (20, 20)


def test_who_was_reminded_of_something_today_is_not_written_to_twice(
    exit_: Campaign, asked: Invitation, boss: User
) -> None:
    assert remind(exit_, asked.organisation, actor=boss, now=NEXT_DAY) == 1
    assert remind_silent(exit_, actor=boss, now=NEXT_DAY) == 0
    assert (Letter.objects.exclude(kind="invitation").count(), written()) == (1, [])
