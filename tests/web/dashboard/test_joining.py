import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.joining.states import Verdict
from coalition.mail.models import Letter
from coalition.members.models import Organisation
from tests import factories


def address(to: Campaign, pk: int) -> str:
    return reverse("dashboard:candidate", args=[to.slug, pk])


def test_the_queue_says_where_to_look_twice(inside: Client, exit_: Campaign) -> None:
    factories.organisation("Omroep Nergens", domain="omroep.example")
    factories.candidate(exit_, name="Omrоep Nergens", domain="xn--omrep-xje.example")
    body = inside.get(reverse("dashboard:joining", args=[exit_.slug])).content.decode()
    assert "looks the same, with other signs: Omroep Nergens" in body
    assert "its name mixes alphabets" in body
    assert "its domain has foreign signs" in body


def test_who_has_not_confirmed_is_a_number_only(inside: Client, exit_: Campaign) -> None:
    factories.candidate(exit_, name="Nobody Yet", confirmed_at=None)
    one = factories.candidate(exit_, confirmed_at=None)
    body = inside.get(reverse("dashboard:joining", args=[exit_.slug])).content.decode()
    assert "2 more were written to" in body
    assert "Nobody Yet" not in body
    assert inside.get(address(exit_, one.pk)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_whatever_its_length(
    inside: Client,
    exit_: Campaign,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        factories.candidate(exit_)
        factories.organisation()
    with django_assert_num_queries(9):
        inside.get(reverse("dashboard:joining", args=[exit_.slug]))


def test_accepting(inside: Client, exit_: Campaign) -> None:
    one = factories.candidate(exit_, name="Omroep")
    answer = inside.post(address(exit_, one.pk), {"act": "accept"}, follow=True)
    assert "Omroep is on the list" in answer.content.decode()
    assert Organisation.objects.get().name == "Omroep"
    again = inside.post(address(exit_, one.pk), {"act": "accept"}, follow=True)
    assert "just before you" in again.content.decode()
    assert Organisation.objects.count() == 1


def test_putting_together(inside: Client, exit_: Campaign) -> None:
    listed, one = factories.organisation(), factories.candidate(exit_)
    inside.post(address(exit_, one.pk), {"act": "merge", "into": listed.slug})
    one.refresh_from_db()
    assert (one.verdict, one.organisation) == (Verdict.MERGED, listed)
    assert Organisation.objects.get() == listed


def test_refusing_needs_its_sentence(inside: Client, exit_: Campaign) -> None:
    one = factories.candidate(exit_)
    assert inside.post(address(exit_, one.pk), {"act": "refuse"}).status_code == 422
    assert not Letter.objects.exists()
    inside.post(address(exit_, one.pk), {"act": "refuse", "sentence": "We do not know you."})
    assert "We do not know you." in Letter.objects.get().text
    one.refresh_from_db()
    assert one.verdict == Verdict.REFUSED


@pytest.mark.parametrize("act", ["", "nonsense"])
def test_an_unknown_act_changes_nothing(inside: Client, exit_: Campaign, act: str) -> None:
    one = factories.candidate(exit_)
    assert inside.post(address(exit_, one.pk), {"act": act}).status_code == 200
    one.refresh_from_db()
    assert one.decided_at is None
