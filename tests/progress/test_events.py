"""What happened in public, and nothing that did not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from coalition.campaigns.models import Campaign
from coalition.evidence.models import Evidence
from coalition.evidence.states import Level
from coalition.members.models import Organisation
from coalition.pledges.actions import Wait, withdraw
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, ConditionKind, Visibility
from coalition.progress.events import corrections, events
from coalition.progress.queries import Progress, public_state
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, Columns, T

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)


@pytest.fixture
def campaign() -> Campaign:
    return factories.campaign()


def known(campaign: Campaign) -> Progress:
    campaign.refresh_from_db()
    return public_state(campaign, language="en", now=T + timedelta(days=1))


def joins(campaign: Campaign, slug: str, **word: Columns) -> Pledge:
    return factories.pledge(campaign, factories.organisation(slug=slug, name=slug.title()), **word)


def withdraws(pledge: Pledge) -> None:
    withdraw(pledge, actor=factories.person(), now=LATER)


def corrects(campaign: Campaign, of: Organisation) -> None:
    Evidence.objects.create(
        campaign=campaign,
        organisation=of,
        level=Level.SELF_REPORTED,
        left_at=NOW,
        recorded_at=NOW,
        recorded_by="somebody",
        overturned_at=LATER,
    )


def told(campaign: Campaign) -> list[tuple[str, datetime]]:
    return [(event.key, event.at) for event in events(known(campaign))]


def test_joining_and_leaving_are_told_newest_first(campaign: Campaign) -> None:
    left_at = T + timedelta(seconds=1)
    factories.post(joins(campaign, "waterput"), state=State.PUBLISHED, published_at=left_at)
    joins(campaign, "brug", answer=Answer.ALREADY_LEFT, left_on=date(2024, 3, 1))
    assert told(campaign) == [
        ("waterput/left", left_at),
        ("brug/joined", NOW),
        ("waterput/joined", NOW),
    ]


def test_who_joined_before_the_campaign_was_public_is_told_from_its_opening(
    campaign: Campaign,
) -> None:
    joins(campaign, "waterput")
    Campaign.objects.filter(pk=campaign.pk).update(opened_at=LATER)
    assert told(campaign) == [("waterput/joined", LATER)]


def test_a_public_promise_that_is_taken_back_stands_among_the_corrections(
    campaign: Campaign,
) -> None:
    withdraws(joins(campaign, "waterput"))
    assert told(campaign) == [("waterput/withdrew", LATER)]
    assert [event.key for event in corrections(known(campaign))] == ["waterput/withdrew"]


@pytest.mark.parametrize(
    "word",
    [
        {"visibility": Visibility.COUNTED},
        {"visibility": Visibility.COORDINATORS},
        {"confirmed": False},
        {"answer": Answer.LEAVE_IF, "waits": [Wait(ConditionKind.AT_LEAST, 9)]},
    ],
)
def test_a_promise_that_nobody_could_read_is_taken_back_in_silence(
    campaign: Campaign, word: Columns
) -> None:
    withdraws(joins(campaign, "waterput", **word))
    assert told(campaign) == []


def test_one_that_was_taken_back_before_the_opening_was_never_seen(campaign: Campaign) -> None:
    withdraws(joins(campaign, "waterput"))
    Campaign.objects.filter(pk=campaign.pk).update(opened_at=LATER + timedelta(days=1))
    assert told(campaign) == []


def test_what_was_said_and_was_not_so_is_corrected(campaign: Campaign) -> None:
    corrects(campaign, joins(campaign, "waterput").organisation)
    corrects(campaign, joins(campaign, "stil", visibility=Visibility.COUNTED).organisation)
    corrects(campaign, factories.organisation())
    key = f"waterput/corrected/{LATER.astimezone(UTC).isoformat()}"
    assert told(campaign) == [(key, LATER), ("waterput/joined", NOW)]
