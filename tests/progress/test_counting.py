"""The number, and who is in it: only what each organisation let be counted or named."""

from datetime import date

import pytest

from coalition.campaigns.models import Campaign
from coalition.evidence.states import Label
from coalition.members.states import Kind, Membership
from coalition.pledges.actions import Wait, leave_coalition
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, ConditionKind, Visibility
from coalition.progress.queries import Progress, open_campaigns, progress
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, Columns, T

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return factories.campaign()


def counted(campaign: Campaign) -> Progress:
    return progress(Campaign.objects.get(pk=campaign.pk), language="en", now=NOW)


def numbers(found: Progress) -> dict[str, int]:
    names = ("total", "left", "coming", "partly", "already_left", "followers")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def test_each_organisation_is_in_one_number_and_the_list_names_who_agreed(
    campaign: Campaign,
) -> None:
    named = factories.pledge(campaign)
    factories.pledge(campaign, visibility=Visibility.COUNTED)
    factories.pledge(campaign, visibility=Visibility.COORDINATORS)
    factories.pledge(campaign, answer=Answer.ALREADY_LEFT, left_on=date(2024, 11, 1))
    factories.post(factories.pledge(campaign), state=State.PUBLISHED)
    partly = factories.pledge(campaign)
    factories.post(partly, state=State.PUBLISHED)
    factories.post(partly, state=State.MISSED)
    factories.pledge(campaign, factories.organisation(membership=Membership.INDEPENDENT))
    factories.pledge(campaign, answer=Answer.NOT_NOW)
    factories.pledge(campaign, answer=Answer.BOARD_DATE, decides_on=T.date())
    factories.organisation()
    found = counted(campaign)
    assert numbers(found) == {
        "total": 9,
        "left": 1,
        "coming": 2,
        "partly": 1,
        "already_left": 1,
        "followers": 1,
    }
    assert [row.label for row in found.rows] == [
        Label.LEFT,
        Label.PARTLY,
        Label.LEAVING,
        Label.LEAVING,
        Label.ALREADY_LEFT,
    ]
    assert [row.member for row in found.rows].count(False) == 1
    assert named.organisation.slug in {row.slug for row in found.rows}
    assert len(found.dots) == 6
    assert [dot.name for dot in found.dots].count("") == 1


HIDDEN: dict[str, tuple[Columns, Columns]] = {
    "seen by coordinators only": ({}, {"visibility": Visibility.COORDINATORS}),
    "not confirmed": ({}, {"confirmed": False}),
    "a refusal": ({}, {"answer": Answer.NOT_NOW}),
    "undecided": ({}, {"answer": Answer.BOARD_DATE, "decides_on": T.date()}),
    "a person who did not opt in": ({"kind": Kind.PERSON}, {}),
    "an unconfirmed one that had already left": (
        {},
        {"answer": Answer.ALREADY_LEFT, "left_on": NOW.date(), "confirmed": False},
    ),
}


@pytest.mark.parametrize("why", HIDDEN)
@pytest.mark.parametrize("membership", Membership)
def test_what_may_not_be_seen_moves_no_number_and_shows_nowhere(
    campaign: Campaign, why: str, membership: Membership
) -> None:
    fields, word = HIDDEN[why]
    of = factories.organisation("Nowhere to be seen", membership=membership, **fields)
    before = counted(campaign)
    factories.pledge(campaign, of, **word)
    assert counted(campaign) == before


def test_a_person_who_opted_in_shows(campaign: Campaign) -> None:
    person = factories.organisation(
        "A politician", kind=Kind.PERSON, membership=Membership.INDEPENDENT, opted_in_at=NOW
    )
    factories.pledge(campaign, person)
    assert [(row.name, row.kind) for row in counted(campaign).rows] == [
        ("A politician", Kind.PERSON)
    ]


def test_who_leaves_the_coalition_is_off_the_page_and_out_of_the_total(campaign: Campaign) -> None:
    stays, goes, out = (factories.pledge(campaign) for _ in range(3))
    factories.post(out, state=State.PUBLISHED)
    gone = factories.pledge(campaign, answer=Answer.ALREADY_LEFT, left_on=date(2024, 11, 1))
    for pledge in (goes, out, gone):
        leave_coalition(pledge.organisation, actor=factories.person(), now=NOW)
    found = counted(campaign)
    assert numbers(found) == {"total": 1, "coming": 1}
    assert [row.slug for row in found.rows] == [stays.organisation.slug]


def test_a_condition_shows_only_where_its_organisation_lets_it(campaign: Campaign) -> None:
    factories.pledge(campaign, answer=Answer.LEAVE_IF, waits=[Wait(ConditionKind.AT_LEAST, 2)])
    assert numbers(counted(campaign)) == {"total": 1}
    assert counted(campaign).rows == ()
    Pledge.objects.update(condition_public=True)
    found = counted(campaign)
    assert numbers(found) == {"total": 1}
    assert [row.label for row in found.rows] == [Label.PLEDGED_IF]


def test_a_draft_is_no_campaign_to_the_public(campaign: Campaign) -> None:
    factories.campaign(opened=False)
    assert open_campaigns(NOW) == [campaign]
