"""Giving the word: what a form hands in, what it would take, the date, and taking it back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.pledges.models import Condition, Pledge
from coalition.pledges.states import Answer, ExitKind, Visibility
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories

WHERE = "/en/member/waterput/pledge/"
ANSWER = {
    "answer": Answer.LEAVE,
    "visibility": Visibility.NAMED,
    "exit_kind": ExitKind.DORMANT,
    "signatory_name": "Noor Vandamme",
    "signatory_mandate": "Director",
}


def give(inside: Client, **more: Any) -> Any:  # noqa: ANN401 — Django gives the test client a response of its own
    return inside.post(WHERE, {**ANSWER, **more})


def test_an_answer_is_kept_and_makes_its_empty_posts(inside: Client, ours: Organisation) -> None:
    factories.account(ours)
    assert give(inside)["Location"] == "/en/member/waterput/"
    pledge = Pledge.objects.get()
    assert (pledge.answer, pledge.signatory_name, pledge.holds_since) == (
        Answer.LEAVE,
        "Noor Vandamme",
        factories.NOW,
    )
    assert [post.state for post in Post.objects.all()] == [State.DRAFT]


def test_conditions_are_kept_as_they_were_filled_in(inside: Client) -> None:
    others = [factories.organisation() for _ in range(2)]
    give(inside, answer=Answer.LEAVE_IF, at_least=3, percent=50, named=[o.slug for o in others])
    kept = {
        each.kind: each.number or each.organisations.count() for each in Condition.objects.all()
    }
    assert kept == {"at least": 3, "percent": 50, "named": 2}


def test_what_belongs_to_another_answer_is_left_out(inside: Client) -> None:
    give(inside, at_least=3, left_on="2020-01-01", decides_on="2027-02-01")
    pledge = Pledge.objects.get()
    assert (pledge.left_on, pledge.decides_on, Condition.objects.count()) == (None, None, 0)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"answer": Answer.LEAVE_IF}, "Say what you wait for"),
        ({"answer": Answer.ALREADY_LEFT}, "Give the day on which you left"),
        ({"answer": Answer.BOARD_DATE}, "Give the day on which you decide"),
        ({"exit_kind": ExitKind.PAUSE}, "Give the day until which you pause"),
    ],
)
def test_a_refusal_is_one_sentence_and_keeps_what_was_typed(
    inside: Client, more: dict[str, str], sentence: str
) -> None:
    page = give(inside, **more).content.decode()
    assert sentence in page
    assert 'value="Director"' in page
    assert not Pledge.objects.exists()


def test_trying_a_condition_keeps_nothing(inside: Client, exit_: Campaign) -> None:
    factories.pledge(exit_)
    factories.organisation()
    page = give(inside, answer=Answer.LEAVE_IF, at_least=3, **{"try": "yes"}).content.decode()
    assert "1 other leaves now. Besides you, 1 more is needed." in page
    assert not Pledge.objects.filter(organisation__slug="waterput").exists()


def test_the_page_says_at_once_what_a_number_takes(inside: Client, exit_: Campaign) -> None:
    for _ in range(2):
        factories.pledge(exit_)
        factories.organisation()
    form = {**ANSWER, "answer": Answer.LEAVE_IF, "at_least": 5}
    page = inside.post(f"{WHERE}takes/", form).content.decode()
    assert "2 others leave now." in page
    assert "At least 5 organisations leave" in page
    assert "Besides you, 2 more are needed." in page
    beyond = inside.post(f"{WHERE}takes/", {**form, "at_least": 50}).content.decode()
    assert "true any more" in beyond


@pytest.mark.parametrize("answer", [Answer.LEAVE, Answer.NOT_NOW])
def test_trying_names_betrays_no_quiet_answer(
    inside: Client, exit_: Campaign, answer: Answer
) -> None:
    quiet = factories.organisation("Quiet one", slug="quiet")
    form = {**ANSWER, "answer": Answer.LEAVE_IF, "named": ["quiet"]}
    unanswered = inside.post(f"{WHERE}takes/", form).content
    factories.pledge(exit_, quiet, answer=answer, visibility=Visibility.COORDINATORS)
    told = inside.post(f"{WHERE}takes/", form).content
    assert b"Quiet one" in told
    assert b"Not said in public yet" in told
    assert b"In public already" not in told
    assert b"Not said in public yet" in unanswered


def test_the_date_is_confirmed_as_it_was_shown(
    inside: Client, exit_: Campaign, ours: Organisation
) -> None:
    pledge = factories.pledge(exit_, ours)
    shown = {"hour": factories.T.isoformat()}
    Campaign.objects.update(exit_at=factories.T + timedelta(hours=1))
    page = inside.post("/en/member/waterput/date/", shown, follow=True).content.decode()
    pledge.refresh_from_db()
    assert "The date has changed since you opened the page" in page
    assert pledge.date_confirmed_for is None
    Campaign.objects.update(exit_at=factories.T)
    inside.post("/en/member/waterput/date/", shown)
    pledge.refresh_from_db()
    assert pledge.date_confirmed_for == factories.T


def test_a_promise_does_not_fade_into_another_answer(
    inside: Client, exit_: Campaign, ours: Organisation
) -> None:
    pledge = factories.pledge(exit_, ours)
    assert give(inside, answer=Answer.NOT_NOW)["Location"] == "/en/member/waterput/withdraw/"
    pledge.refresh_from_db()
    assert (pledge.answer, pledge.withdrawn_at) == (Answer.LEAVE, None)


def test_withdrawing_tells_what_had_left(
    inside: Client, exit_: Campaign, ours: Organisation
) -> None:
    pledge = factories.pledge(exit_, ours)
    for handle, state in (
        ("out", State.PUBLISHED),
        ("going", State.SENDING),
        ("held", State.APPROVED),
    ):
        factories.post(pledge, factories.account(ours, handle=handle), state=state)
    page = inside.post("/en/member/waterput/withdraw/", follow=True).content.decode()
    pledge.refresh_from_db()
    assert pledge.withdrawn_at == factories.NOW
    out, going, held = (page.index(f"@{handle}") for handle in ("out", "going", "held"))
    assert page.index("Out already") < out < page.index("Being sent at this moment") < going
    assert going < page.index("Not sent, and it will not be") < held


def test_after_the_freeze_a_promise_is_only_withdrawn(
    inside: Client, exit_: Campaign, ours: Organisation, clock: time_machine.Traveller
) -> None:
    pledge = factories.pledge(exit_, ours)
    clock.move_to(factories.T - timedelta(hours=2))
    assert "Answers are frozen so close to the hour" in give(inside).content.decode()
    inside.post("/en/member/waterput/withdraw/")
    pledge.refresh_from_db()
    assert pledge.withdrawn_at is not None


def test_what_we_wait_for_is_on_our_page(
    inside: Client, exit_: Campaign, ours: Organisation
) -> None:
    del ours
    [factories.organisation() for _ in range(3)]
    give(inside, answer=Answer.LEAVE_IF, at_least=3)
    page = inside.get("/en/member/waterput/").content.decode()
    assert "You leave X if others do" in page
    assert "Not yet, and it still can. 2 more have to promise." in page
    for each in Organisation.objects.exclude(slug="waterput"):
        factories.pledge(exit_, each, answer=Answer.NOT_NOW)
    assert "can't come true any more" in inside.get("/en/member/waterput/").content.decode()
