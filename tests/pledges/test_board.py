"""The pledge board: how everybody stands, what would help, and how far each invitation came."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.pledges.actions import Wait, withdraw
from coalition.pledges.asked import Asking
from coalition.pledges.board import Board, Lever, Stance, Standing, board, rows_of
from coalition.pledges.invitations import invite
from coalition.pledges.models import Invitation
from coalition.pledges.states import Answer, ConditionKind
from tests.factories import NOW, Columns, campaign, coordinator, organisation, pledge

pytestmark = pytest.mark.django_db


def at_least(number: int) -> Columns:
    return {
        "answer": Answer.LEAVE_IF,
        "waits": [Wait(ConditionKind.AT_LEAST, number=number)],
    }


def named(*others: object) -> Columns:
    return {
        "answer": Answer.LEAVE_IF,
        "waits": [Wait(ConditionKind.NAMED, organisations=list(others))],  # type: ignore[arg-type]
    }


def stances(found: Board) -> dict[str, Stance]:
    return {one.name: found.stances[one.pk] for one in found.everyone}


def seen(exit_: Campaign) -> Board:
    return board(exit_)


def rows(exit_: Campaign) -> list[Standing]:
    found = board(exit_)
    return rows_of(exit_, found, found.names, now=NOW)


def test_every_answer_has_its_place_on_the_board() -> None:
    exit_ = campaign()
    pledge(exit_, organisation("Firm"))
    pledge(exit_, organisation("Met"), **at_least(2))
    pledge(exit_, organisation("Waiting"), **at_least(9))
    pledge(exit_, organisation("Hopeless"), **at_least(99))
    pledge(exit_, organisation("Gone"), answer=Answer.ALREADY_LEFT, left_on=NOW.date())
    pledge(exit_, organisation("No"), answer=Answer.NOT_NOW)
    pledge(exit_, organisation("Later"), answer=Answer.BOARD_DATE, decides_on=NOW.date())
    pledge(exit_, organisation("Stranger"), confirmed=False)
    withdraw(pledge(exit_, organisation("Back")), actor=coordinator(), now=NOW)
    for number in range(5):
        organisation(f"Silent {number}")
    found = seen(exit_)
    assert stances(found) == {
        "Firm": Stance.FIRM,
        "Met": Stance.HOLDS,
        "Waiting": Stance.WAITS,
        "Hopeless": Stance.HOPELESS,
        "Gone": Stance.ALREADY_LEFT,
        "No": Stance.NOT_NOW,
        "Later": Stance.BOARD_DATE,
        "Stranger": Stance.UNCONFIRMED,
        "Back": Stance.WITHDREW,
        **{f"Silent {number}": Stance.SILENT for number in range(5)},
    }
    assert (found.leaving, found.firm, found.waiting, found.answered) == (2, 1, 2, 9)


def test_the_lever_names_the_fewest_pledges_that_release_anybody() -> None:
    exit_ = campaign()
    pledge(exit_)
    for _ in range(3):
        pledge(exit_, **at_least(7))
    for _ in range(10):
        organisation()
    assert seen(exit_).lever == Lever(more=3, releases=3)


def test_there_is_no_lever_where_numbers_do_not_help() -> None:
    exit_ = campaign()
    silent = organisation("Silent")
    pledge(exit_, **named(silent))
    assert seen(exit_).lever is None


def test_there_is_no_lever_where_nobody_waits() -> None:
    exit_ = campaign()
    pledge(exit_)
    organisation()
    assert seen(exit_).lever is None


def test_the_board_says_who_waits_for_whom_and_who_holds_back_whom() -> None:
    exit_ = campaign()
    silent = organisation("Silent")
    pledge(exit_, organisation("A"), **named(silent))
    pledge(exit_, organisation("B"), **named(silent))
    found = {row.organisation.name: row for row in rows(exit_)}
    assert [one.name for one in found["A"].waits_for] == ["Silent"]
    assert [one.name for one in found["Silent"].holds_back] == ["A", "B"]
    assert found["Silent"].waits_for == ()


def test_who_left_the_coalition_is_off_the_board_and_waited_for_in_vain() -> None:
    exit_ = campaign()
    gone = organisation("Gone", left_coalition_at=NOW)
    pledge(exit_, organisation("A"), **named(gone))
    [row] = rows(exit_)
    assert (row.stance, row.waits_for) == (Stance.HOPELESS, ())


@pytest.mark.parametrize(
    ("letter", "invitation", "state"),
    [
        ({}, {}, Asking.WAITING),
        ({"sending_at": NOW, "sent_at": NOW}, {}, Asking.SENT),
        ({"sending_at": NOW, "failed_at": NOW}, {}, Asking.FAILED),
        ({"sending_at": NOW, "sent_at": NOW, "bounced_at": NOW}, {}, Asking.BOUNCED),
        ({"sending_at": NOW, "sent_at": NOW}, {"opened_at": NOW}, Asking.OPENED),
        ({"sending_at": NOW, "sent_at": NOW}, {"expires_at": NOW}, Asking.RUN_OUT),
        ({}, {"opened_at": NOW, "expires_at": NOW, "claimed_at": NOW}, Asking.ACCEPTED),
    ],
)
def test_the_board_says_how_far_an_invitation_came(
    letter: Columns, invitation: Columns, state: Asking
) -> None:
    exit_ = campaign()
    asked = invite(exit_, organisation(), actor=coordinator(), now=NOW - timedelta(days=1))
    Letter.objects.update(**letter)
    Invitation.objects.filter(pk=asked.pk).update(**invitation)
    [row] = rows(exit_)
    assert row.asked.state is state


def test_who_answered_has_answered_and_who_was_never_asked_was_not() -> None:
    exit_ = campaign()
    pledge(exit_, organisation("A"))
    organisation("B")
    states = [row.asked.state for row in rows(exit_)]
    assert states == [Asking.ANSWERED, Asking.NOT_ASKED]


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_board_takes_as_many_queries_for_sixty_as_for_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    exit_ = campaign()
    for _ in range(count):
        pledge(exit_, **named(organisation()))
    with django_assert_num_queries(6):
        rows(exit_)
