"""Setting and moving the hour: one act, and everybody who pledged is told once."""

from datetime import timedelta

import pytest

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.pledges.actions import withdraw
from coalition.pledges.dates import announce_date
from coalition.pledges.states import Answer
from coalition.refusals import Refusal
from tests.factories import NOW, T, campaign, coordinator, organisation, pledge, representative

pytestmark = pytest.mark.django_db


def letters() -> list[tuple[str, str]]:
    return sorted(Letter.objects.values_list("kind", "to"))


def test_everybody_who_pledged_is_told_and_nobody_else() -> None:
    exit_ = campaign(exit_at=None)
    asked = organisation(contact_email="post@asked.example")
    pledge(exit_, asked)
    spoken_for = organisation()
    people = [representative(spoken_for).email for _ in range(2)]
    pledge(exit_, spoken_for)
    pledge(exit_, answer=Answer.NOT_NOW)
    pledge(exit_, confirmed=False)
    withdraw(pledge(exit_), actor=coordinator(), now=NOW)
    organisation()
    assert announce_date(exit_, T, actor=coordinator(), now=NOW) == 3
    assert letters() == sorted(("date-set", to) for to in [*people, "post@asked.example"])


def test_a_moved_date_says_both_and_the_same_date_again_says_nothing() -> None:
    exit_ = campaign(exit_at=T)
    pledge(exit_, organisation(language="en"))
    later = T + timedelta(days=7)
    assert announce_date(exit_, later, actor=coordinator(), now=NOW) == 1
    assert announce_date(exit_, later, actor=coordinator(), now=NOW) == 0
    letter = Letter.objects.get(kind="date-moved")
    assert letter.subject == "The date has moved: 27 January, at 12:00"
    assert "27 January 2027, at 12:00 (Europe/Brussels)" in letter.text
    assert "no longer on 20 January 2027, at 12:00" in letter.text


def test_the_same_date_again_tells_nobody_not_even_who_pledged_since() -> None:
    exit_ = campaign(exit_at=T)
    pledge(exit_)
    assert announce_date(exit_, T, actor=coordinator(), now=NOW) == 0


def test_back_to_the_first_date_is_told_again() -> None:
    exit_ = campaign(exit_at=T)
    pledge(exit_)
    for hour in (T + timedelta(days=7), T):
        assert announce_date(exit_, hour, actor=coordinator(), now=NOW) == 1


def test_a_refused_date_changes_and_tells_nothing() -> None:
    exit_ = campaign(exit_at=T)
    pledge(exit_)
    with pytest.raises(Refusal, match="has passed"):
        announce_date(exit_, NOW, actor=coordinator(), now=NOW)
    assert Campaign.objects.get().exit_at == T
    assert letters() == []


def test_moving_the_date_takes_the_go_with_it() -> None:
    exit_ = campaign(exit_at=T)
    Campaign.objects.update(go_at=NOW)
    announce_date(exit_, T + timedelta(days=1), actor=coordinator(), now=NOW)
    assert Campaign.objects.get().go_at is None
