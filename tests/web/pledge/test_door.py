"""What the pages of this door cost. Who comes in: tests/web/test_doors.py."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation, User
from coalition.members.states import NetworkChoices, Role
from coalition.pledges.actions import Wait
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, ConditionKind
from tests import factories
from tests.web.pledge.people import browser


def fill(exit_: Campaign, ours: Organisation, count: int) -> Pledge:
    named = [factories.organisation() for _ in range(count)]
    waits = [Wait(ConditionKind.NAMED, organisations=named)]
    pledge = factories.pledge(exit_, ours, answer=Answer.LEAVE_IF, waits=waits)
    for _ in range(count):
        factories.post(pledge)
        factories.account(ours, NetworkChoices.BLUESKY)
        factories.representative(ours, Role.APPROVER)
    return pledge


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("member:organisation", 23),
        ("member:pledge", 14),
        ("member:colleagues", 6),
        ("member:withdraw", 7),
        ("accounts:all", 6),
    ],
)
def test_a_page_costs_the_same_whatever_its_length(
    inside: Client,
    exit_: Campaign,
    ours: Organisation,
    count: int,
    name: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(exit_, ours, count)
    where = reverse(name, args=[ours.slug])
    with django_assert_num_queries(queries):
        assert inside.get(where).status_code == 200


@pytest.mark.parametrize("count", [2, 3])
def test_the_list_of_organisations_costs_the_same_whatever_its_length(
    owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        more = factories.organisation()
        more.representatives.create(user=owner, added_at=factories.NOW)
    client = browser(owner)
    with django_assert_num_queries(4):
        assert client.get(reverse("member:home")).status_code == 200
