"""What holds is derived: by every act, for everybody, and never from what nobody vouched for."""

from datetime import date, timedelta
from typing import Any

import pytest

from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.members.models import Organisation
from coalition.pledges.actions import Wait, confirm, leave_coalition, make_pledge, withdraw
from coalition.pledges.actions import Word as Said
from coalition.pledges.models import Condition, Pledge
from coalition.pledges.queries import solve
from coalition.pledges.states import Answer, ConditionKind
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def waits_for(*organisations: Organisation) -> dict[str, Any]:
    wait = Wait(ConditionKind.NAMED, organisations=organisations)
    return {"answer": Answer.LEAVE_IF, "waits": [wait]}


def waits(number: int, kind: ConditionKind = ConditionKind.AT_LEAST) -> dict[str, Any]:
    return {"answer": Answer.LEAVE_IF, "waits": [Wait(kind, number)]}


def holds(*pledges: Pledge) -> list[bool]:
    return [Pledge.objects.get(pk=one.pk).holds_since is not None for one in pledges]


def test_a_firm_pledge_holds_at_once_and_since_then() -> None:
    assert factories.pledge(factories.campaign()).holds_since == NOW


def test_the_last_of_three_releases_two_that_waited() -> None:
    campaign = factories.campaign()
    first = factories.pledge(campaign, **waits(3))
    second = factories.pledge(campaign, **waits(2))
    assert holds(first, second) == [False, False]
    third = factories.pledge(campaign)
    assert holds(first, second, third) == [True, True, True]


def test_holding_since_stays_when_others_come_and_go() -> None:
    campaign = factories.campaign()
    early = factories.pledge(campaign)
    other = factories.pledge(campaign)
    withdraw(other, actor=factories.person(), now=LATER)
    early.refresh_from_db()
    assert early.holds_since == NOW


def test_a_withdrawal_takes_those_that_counted_on_it_and_leaves_their_words_alone() -> None:
    campaign = factories.campaign()
    firm = factories.pledge(campaign)
    dependant = factories.pledge(campaign, **waits_for(firm.organisation))
    on_both = factories.pledge(campaign, **waits(3))
    assert holds(firm, dependant, on_both) == [True, True, True]
    withdraw(firm, actor=factories.person(), now=LATER)
    assert holds(firm, dependant, on_both) == [False, False, False]
    dependant.refresh_from_db()
    assert (dependant.answer, dependant.withdrawn_at) == (Answer.LEAVE_IF, None)
    assert list(Condition.objects.filter(pledge=dependant).values_list("kind")) == [("named",)]


def test_a_second_withdrawal_changes_and_notes_nothing() -> None:
    pledge = factories.pledge(factories.campaign())
    for at in (LATER, LATER + timedelta(hours=1)):
        withdraw(pledge, actor=factories.person(), now=at)
    assert pledge.withdrawn_at == LATER
    assert Entry.objects.filter(verb="withdrew").count() == 1


def test_leaving_the_coalition_settles_the_others_again() -> None:
    campaign = factories.campaign()
    leaver = factories.pledge(campaign)
    other = factories.pledge(campaign, **waits_for(leaver.organisation))
    leave_coalition(leaver.organisation, actor=factories.person(), now=LATER)
    assert holds(leaver, other) == [False, False]


def test_an_unconfirmed_pledge_holds_nothing_up_until_somebody_vouches() -> None:
    campaign = factories.campaign(threshold=2)
    strangers = factories.pledge(campaign, confirmed=False)
    dependant = factories.pledge(campaign, **waits_for(strangers.organisation))
    counting = factories.pledge(campaign, **waits(2))
    assert holds(strangers, dependant, counting) == [False, False, False]
    assert Campaign.objects.get().threshold_met_at is None
    confirm(strangers, actor=factories.coordinator(), now=LATER)
    assert holds(strangers, dependant, counting) == [True, True, True]
    assert Campaign.objects.get().threshold_met_at == LATER


def test_a_stranger_does_not_overwrite_what_an_organisation_has_said() -> None:
    campaign = factories.campaign()
    word = factories.pledge(campaign)
    with pytest.raises(Refusal):
        make_pledge(
            campaign,
            word.organisation,
            Said(Answer.NOT_NOW),
            actor=factories.person(),
            confirmed=False,
            now=LATER,
        )
    assert holds(word) == [True]


def test_the_threshold_latches_once_and_stays() -> None:
    campaign = factories.campaign(threshold=2)
    first = factories.pledge(campaign)
    assert Campaign.objects.get().threshold_met_at is None
    second = factories.pledge(campaign)
    assert Campaign.objects.get().threshold_met_at == NOW
    for pledge in (first, second):
        withdraw(pledge, actor=factories.person(), now=LATER)
    for _ in range(3):  # met once more, by others
        make_pledge(
            campaign,
            factories.organisation(),
            Said(Answer.LEAVE),
            actor=factories.person(),
            now=LATER,
        )
    assert Campaign.objects.get().threshold_met_at == NOW
    assert Entry.objects.filter(verb="threshold met").count() == 1


def test_conditions_that_wait_do_not_reach_the_threshold() -> None:
    campaign = factories.campaign(threshold=2)
    factories.pledge(campaign)
    factories.pledge(campaign, **waits(3))
    assert Campaign.objects.get().threshold_met_at is None


@pytest.mark.parametrize(("counts", "held"), [(False, [False, False]), (True, [True, True])])
def test_already_left_ones_count_as_the_campaign_says(*, counts: bool, held: list[bool]) -> None:
    campaign = factories.campaign(already_left_counts=counts)
    gone = factories.pledge(campaign, answer=Answer.ALREADY_LEFT, left_on=date(2024, 11, 1))
    by_name = factories.pledge(campaign, **waits_for(gone.organisation))
    by_number = factories.pledge(campaign, **waits(3))
    assert holds(by_name, by_number) == held
    assert holds(gone) == [False]  # it is no promise


def test_one_that_left_the_coalition_counts_no_more_as_already_left() -> None:
    campaign = factories.campaign(already_left_counts=True)
    gone = factories.pledge(campaign, answer=Answer.ALREADY_LEFT, left_on=date(2024, 11, 1))
    by_percent = factories.pledge(campaign, **waits(100, ConditionKind.PERCENT))
    assert holds(by_percent) == [True]
    factories.organisation()
    leave_coalition(gone.organisation, actor=factories.person(), now=LATER)
    assert holds(by_percent) == [False]


def test_what_still_lacks_and_what_can_never_come_is_told() -> None:
    campaign = factories.campaign()
    never = factories.pledge(campaign, answer=Answer.NOT_NOW)
    hopeless = factories.pledge(campaign, **waits_for(never.organisation))
    waiting = factories.pledge(campaign, **waits(3))
    factories.organisation()
    found = solve(campaign)
    assert found.holds == set()
    assert found.waits[waiting.organisation_id].more == 2
    assert found.waits[hopeless.organisation_id].named == {never.organisation_id}
    assert found.out_of_reach == {hopeless.organisation_id}


def test_an_answer_changed_before_the_freeze_starts_anew() -> None:
    campaign = factories.campaign()
    pledge = factories.pledge(campaign, **waits(1))
    changed = make_pledge(
        campaign, pledge.organisation, Said(Answer.LEAVE), actor=factories.person(), now=LATER
    )
    assert (changed.pk, changed.holds_since) == (pledge.pk, LATER)
    assert Condition.objects.count() == 0


@pytest.mark.parametrize("stopped", [False, True])
def test_a_promise_is_frozen_close_to_the_hour_also_while_stopped(*, stopped: bool) -> None:
    campaign = factories.campaign()
    pledge = factories.pledge(campaign)
    now = T - timedelta(hours=1)
    Campaign.objects.update(stopped_at=now if stopped else None)
    campaign.refresh_from_db()
    with pytest.raises(Refusal, match="frozen"):
        make_pledge(
            campaign, pledge.organisation, Said(Answer.LEAVE), actor=factories.person(), now=now
        )
    make_pledge(
        campaign, factories.organisation(), Said(Answer.LEAVE), actor=factories.person(), now=now
    )  # who joins late may


@pytest.mark.parametrize(
    "word",
    [
        {"answer": Answer.LEAVE_IF},
        {"answer": Answer.ALREADY_LEFT},
        {"answer": Answer.ALREADY_LEFT, "left_on": NOW.date() + timedelta(days=1)},
        {"answer": Answer.BOARD_DATE},
        {"answer": Answer.LEAVE, "exit_kind": "pause"},
        {"answer": Answer.LEAVE_IF, "waits": [Wait(ConditionKind.AT_LEAST, 0)]},
        {"answer": Answer.LEAVE_IF, "waits": [Wait(ConditionKind.NAMED)]},
    ],
)
def test_an_answer_without_its_date_or_number_is_refused_and_leaves_nothing(
    word: dict[str, Any],
) -> None:
    with pytest.raises(Refusal):
        factories.pledge(factories.campaign(), **word)
    assert not Pledge.objects.exists()
