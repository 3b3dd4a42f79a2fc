"""The readiness board: what would fail if the hour were now."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from coalition.members.states import NetworkChoices, Proof, Route, Trouble
from coalition.pledges.actions import confirm_date, withdraw
from coalition.pledges.models import Pledge
from coalition.publishing.readiness import Verdict, outlooks, readiness
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, Columns, T, coordinator

pytestmark = pytest.mark.django_db


def ready_pledge(**posts: Columns) -> Pledge:
    """Nothing is missing, but for what is said."""
    word = factories.pledge(
        factories.campaign(), factories.organisation(contact_phone="+32 2 123 45 67")
    )
    confirm_date(word, actor=coordinator(), now=NOW)
    x = factories.account(word.organisation, proof=Proof.LINKED_BACK)
    home = factories.account(word.organisation, NetworkChoices.BLUESKY, proof=Proof.DOMAIN)
    factories.post(word, x, **posts)
    factories.post(word, home)
    return word


def test_where_nothing_is_missing_it_is_ready() -> None:
    [row] = readiness(ready_pledge().campaign)
    assert row.verdict is Verdict.READY


@pytest.mark.parametrize(
    ("posts", "said"),
    [
        ({"state": State.DRAFT, "text": ""}, "not written"),
        ({"state": State.DRAFT}, "written, not approved"),
        ({"approved_for": T.replace(day=19)}, "approved for another hour"),
    ],
)
def test_a_text_that_is_not_approved_for_this_hour_fails(posts: Columns, said: str) -> None:
    [row] = readiness(ready_pledge(**posts).campaign)
    assert (row.verdict, row.text.words) == (Verdict.FAILS, said)


def test_a_direct_post_without_a_connected_account_fails() -> None:
    [row] = readiness(ready_pledge(route=Route.DIRECT).campaign)
    assert row.route.verdict is Verdict.FAILS


@pytest.mark.parametrize("network", NetworkChoices)
def test_an_account_in_trouble_fails(network: NetworkChoices) -> None:
    word = ready_pledge()
    word.organisation.accounts.filter(network=network).update(trouble=Trouble.SUSPENDED)
    [row] = readiness(word.campaign)
    assert [one.verdict for one in outlooks(word.campaign)] == [row.verdict]
    check = row.account if network == NetworkChoices.X else row.home
    assert (row.verdict, str(check.words)) == (Verdict.FAILS, "suspended")


def test_without_accounts_it_fails() -> None:
    word = factories.pledge(factories.campaign())
    [row] = readiness(word.campaign)
    assert [check.verdict for check in row.checks] == [
        *(Verdict.FAILS, Verdict.FAILS, Verdict.FAILS, Verdict.FAILS),
        *(Verdict.SHAKY, Verdict.SHAKY),
    ]


def test_a_missing_phone_number_or_a_claimed_account_is_shaky() -> None:
    word = ready_pledge()
    word.organisation.accounts.update(proof=Proof.CLAIMED)
    [row] = readiness(word.campaign)
    assert row.verdict is Verdict.SHAKY


def test_the_worst_comes_first_and_who_does_not_leave_is_not_there() -> None:
    word = ready_pledge()
    bad = factories.pledge(word.campaign, factories.organisation("Zzz"))
    withdraw(factories.pledge(word.campaign), actor=coordinator(), now=NOW)
    names = [row.organisation for row in readiness(word.campaign)]
    assert names == [bad.organisation, word.organisation]


def test_each_row_names_its_own_minute_only_where_not_all_leave_together() -> None:
    campaign = ready_pledge().campaign
    assert [row.leaves_at for row in readiness(campaign)] == [None]
    campaign.members_after_minutes = 7
    assert [row.leaves_at for row in readiness(campaign)] == [T + timedelta(minutes=7)]
    Pledge.objects.update(goes_first=True)
    assert [row.leaves_at for row in readiness(campaign)] == [T]


def test_who_is_out_needs_nothing_more() -> None:
    word = ready_pledge(state=State.PUBLISHED)
    assert len(readiness(word.campaign)) == 1
    word.posts.update(state=State.PUBLISHED, network_post_id="1", published_at=T)
    assert readiness(word.campaign) == []


@pytest.mark.parametrize("count", [1, 3, 60])
def test_sixty_take_as_many_queries_as_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    exit_ = factories.campaign()
    for _ in range(count):
        factories.post(factories.pledge(exit_))
    with django_assert_num_queries(3):
        readiness(exit_)


ODD_POSTS: list[Columns] = [
    {},
    {"text": "", "state": State.DRAFT},
    {"state": State.DRAFT},
    {"state": State.CANCELLED},
    {"state": State.PUBLISHED},
    {"approved_for": T.replace(day=19)},
    {"approved_sequence": 9},
    {"route": Route.DIRECT},
]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_verdict_of_a_thousand_is_that_of_each(data: st.DataObject, db: None) -> None:
    """Said twice, in Python for the rows and in the database's words for the counts."""
    del db
    with transaction.atomic():
        exit_ = factories.campaign()
        for _ in range(3):
            phone = data.draw(st.sampled_from(["", "+32 2 1"]))
            word = factories.pledge(exit_, factories.organisation(contact_phone=phone))
            if data.draw(st.booleans()):
                confirm_date(word, actor=coordinator(), now=NOW)
            for network in data.draw(st.lists(st.sampled_from(NetworkChoices), max_size=3)):
                fields: Columns = {
                    "proof": data.draw(st.sampled_from(Proof)),
                    "trouble": data.draw(st.sampled_from(["", "", "", "suspended"])),
                    "leaves": data.draw(st.sampled_from([True, True, False])),
                }
                on = factories.account(word.organisation, network, **fields)
                by_machine = network == NetworkChoices.X  # elsewhere it needs its record first
                odd = ODD_POSTS if by_machine else ODD_POSTS[:-1]
                for post in data.draw(st.lists(st.sampled_from(odd), max_size=1)):
                    factories.post(word, on, **post)
        counted = {one.pledge: one.verdict for one in outlooks(exit_)}
        assert counted == {row.pledge.pk: row.verdict for row in readiness(exit_)}
        transaction.set_rollback(True)
