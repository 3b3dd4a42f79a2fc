"""Who decides: named people, at least two, and nobody chosen away."""

from datetime import timedelta

import pytest

from coalition.campaigns.deciding import decide, name_deciders
from coalition.campaigns.models import Campaign
from coalition.campaigns.queries import decisions_about
from coalition.members.models import User
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return factories.campaign()


@pytest.fixture
def one() -> User:
    return factories.coordinator()


@pytest.fixture
def other() -> User:
    return factories.coordinator()


def test_only_who_is_named_decides(campaign: Campaign, one: User, other: User) -> None:
    third = factories.coordinator()
    decide(campaign, go=True, actor=third, now=NOW)
    name_deciders(campaign, [one.pk, other.pk], quorum=2, minutes=60, actor=one, now=NOW)
    assert decisions_about(campaign) == []  # whoever said go says it again
    with pytest.raises(Refusal, match="not one of the people"):
        decide(campaign, go=True, actor=third, now=NOW)
    with pytest.raises(Refusal, match="deadline"):
        decide(campaign, go=True, actor=one, now=T - timedelta(minutes=59))
    for person in (one, other):
        decide(campaign, go=True, actor=person, now=NOW)
    assert campaign.go_at == NOW
    name_deciders(campaign, [one.pk, third.pk], quorum=2, minutes=60, actor=one, now=NOW)
    assert campaign.go_at is None


@pytest.mark.parametrize(
    ("people", "quorum", "minutes", "sentence"),
    [
        (1, 2, 30, "at least two coordinators"),
        (2, 1, 30, "At least two say go"),
        (2, 3, 30, "at most as many"),
        (2, 2, 60 * 24 * 60, "would have passed"),
    ],
)
def test_a_choice_of_people_that_can_not_be(
    campaign: Campaign,
    one: User,
    other: User,
    people: int,
    quorum: int,
    minutes: int,
    sentence: str,
) -> None:
    chosen = [one.pk, other.pk][:people]
    with pytest.raises(Refusal, match=sentence):
        name_deciders(campaign, chosen, quorum=quorum, minutes=minutes, actor=one, now=NOW)
    campaign.refresh_from_db()
    assert (campaign.quorum, campaign.deciders.count()) == (2, 0)


def test_nobody_is_named_who_does_not_run_the_exit(campaign: Campaign, one: User) -> None:
    gone = factories.coordinator()
    gone.coordinator.removed_at = NOW
    gone.coordinator.save(update_fields=["removed_at"])
    for stranger in (gone, factories.person(), factories.representative()):
        with pytest.raises(Refusal, match="two coordinators"):
            name_deciders(campaign, [one.pk, stranger.pk], quorum=2, minutes=30, actor=one, now=NOW)


def test_a_no_go_can_not_be_chosen_away(campaign: Campaign, one: User, other: User) -> None:
    third = factories.coordinator()
    decide(campaign, go=False, actor=third, now=NOW)
    with pytest.raises(Refusal, match="said no-go"):
        name_deciders(campaign, [one.pk, other.pk], quorum=2, minutes=30, actor=one, now=NOW)
    with pytest.raises(Refusal, match="has passed"):
        name_deciders(campaign, [one.pk, other.pk], quorum=2, minutes=30, actor=one, now=T)
    assert campaign.no_go_at == NOW


def test_the_go_of_somebody_who_left_does_not_count(campaign: Campaign, one: User) -> None:
    decide(campaign, go=True, actor=one, now=NOW)
    one.coordinator.removed_at = NOW
    one.coordinator.save(update_fields=["removed_at"])
    decide(campaign, go=True, actor=factories.coordinator(), now=NOW)
    assert campaign.go_at is None
