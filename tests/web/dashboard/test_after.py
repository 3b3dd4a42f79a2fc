"""After the hour, as coordinators see it: one press an answer, and the report that closes it."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.evidence.models import Evidence, Question
from coalition.evidence.rounds import open_rounds
from coalition.evidence.states import Label
from coalition.members.models import Account, User
from tests.evidence.after import DAY, NEXT_DAY, Gone, gone

AFTER = "/en/dashboard/{slug}/after/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NEXT_DAY, tick=False) as clock:
        yield clock


@pytest.fixture
def left() -> Gone:
    return gone()


def page(client: Client, campaign: Campaign) -> str:
    answer = client.get(AFTER.format(slug=campaign.slug))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_one_press_says_that_it_is_silent(inside: Client, left: Gone) -> None:
    look = left.look()
    assert f"@{left.account.handle}" in page(inside, left.campaign)
    inside.post(f"{AFTER.format(slug=left.campaign.slug)}looks/{look.pk}/", {"sight": "silent"})
    looked = User.objects.get(email="coordinator@koepelvoorbeeld.example")
    assert Evidence.objects.get().recorded_by == looked.number
    shown = page(inside, left.campaign)
    assert (str(looked) in shown, looked.number in shown) == (True, False)
    assert "Everybody has been looked at" in page(inside, left.campaign)
    inside.post(f"{AFTER.format(slug=left.campaign.slug)}looks/{look.pk}/", {"sight": "undo"})
    assert not Evidence.objects.exists()


def test_posting_again_takes_its_way_over_the_organisation(
    inside: Client, left: Gone, clock: time_machine.Traveller
) -> None:
    here = AFTER.format(slug=left.campaign.slug)
    link = {"link": "https://x.com/a/status/1"}
    inside.post(f"{here}accounts/{left.account.pk}/", link)
    question = Question.objects.get()
    assert question.link == link["link"]
    assert "Show it in public" not in page(inside, left.campaign)
    inside.post(f"{here}questions/{question.pk}/", {"do": "show"})
    assert left.label() is Label.LEFT
    clock.move_to(question.answer_by)
    assert "Show it in public" in page(inside, left.campaign)
    inside.post(f"{here}questions/{question.pk}/", {"do": "show"})
    assert left.label() is None
    inside.post(f"{here}questions/{question.pk}/", {"do": "silent"})
    assert left.label() is Label.LEFT


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://x.com/a", "x" * 500])
def test_only_a_link_of_the_web_is_passed_on(inside: Client, left: Gone, link: str) -> None:
    here = AFTER.format(slug=left.campaign.slug)
    inside.post(f"{here}accounts/{left.account.pk}/", {"link": link})
    assert Question.objects.get().link == ""


def test_what_was_told_by_phone_is_recorded_and_can_be_wrong(inside: Client, left: Gone) -> None:
    late, here = gone(left.campaign, out=False), AFTER.format(slug=left.campaign.slug)
    form = f"{here}left/{late.pledge.organisation.slug}/"
    assert inside.post(form, {"accounts": [late.account.pk]}).status_code == 422
    said = {"accounts": [late.account.pk], "left_on": "2027-01-19", "level": "self-reported"}
    assert inside.post(form, said).status_code == 302
    assert late.label() is Label.LEFT_SELF_REPORTED
    inside.post(f"{here}evidence/{Evidence.objects.get().pk}/")
    assert late.label() is Label.LEAVING
    assert Account.objects.get(pk=late.account.pk).left_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_longer_list_costs_no_more(
    inside: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    campaign = gone().campaign
    for _ in range(count - 1):
        gone(campaign)
    open_rounds(NEXT_DAY)
    with django_assert_num_queries(14):
        page(inside, campaign)


def test_the_report_is_nobodys_before_it_is_published(inside: Client, left: Gone) -> None:
    public, ours = (
        f"/nl/{left.campaign.slug}/report/",
        f"/en/dashboard/{left.campaign.slug}/report/",
    )
    hidden, nowhere = Client().get(public), Client().get("/nl/nowhere/report/")
    assert hidden.status_code == nowhere.status_code == 404
    slug = left.campaign.slug.encode()
    assert hidden.content.replace(slug, b"nowhere") == nowhere.content
    assert "1 of 1 organisations has left X" in inside.get(ours).content.decode()
    inside.post(ours, {"do": "publish"})
    assert "1 van 1 organisaties is weg van X" in Client().get(public).content.decode()
    inside.post(ours, {"do": "take back"})
    assert Client().get(public).status_code == 404


def test_before_the_end_there_is_no_report_to_publish(
    inside: Client, left: Gone, clock: time_machine.Traveller
) -> None:
    exit_at = left.campaign.exit_at
    assert exit_at
    clock.move_to(exit_at - DAY)
    inside.post(f"/en/dashboard/{left.campaign.slug}/report/", {"do": "publish"})
    left.campaign.refresh_from_db()
    assert left.campaign.report_published_at is None
