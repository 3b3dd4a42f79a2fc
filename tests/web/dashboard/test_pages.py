"""Every page of the dashboard: what it says, and that its queries don't grow with the list."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer
from coalition.publishing.models import Post
from tests import factories
from tests.crowd import crowd
from tests.web.dashboard.conftest import fill


def text(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(f"dashboard:{name}", args=args) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


MOST_QUERIES = 12
OF_NO_CAMPAIGN = {"home", "members", "letters", "coordinators"}


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("home", 8),
        ("campaign", 9),
        ("board", 12),
        ("readiness", 12),
        ("invitations", 11),
        ("joining", 9),
        ("day", 9),
        ("date", 6),
        ("decide", 10),
        ("following", 10),
        ("rehearsals", 7),
        ("members", 6),
        ("letters", 5),
        ("coordinators", 6),
    ],
)
@pytest.mark.parametrize("count", [10, 1000])
def test_a_page_takes_as_many_queries_for_a_thousand_as_for_ten(
    name: str,
    queries: int,
    count: int,
    inside: Client,
    exit_: Campaign,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    crowd(exit_, count)
    assert queries <= MOST_QUERIES
    args = [] if name in OF_NO_CAMPAIGN else [exit_.slug]
    with django_assert_num_queries(queries):
        inside.get(reverse(f"dashboard:{name}", args=args))


def test_the_page_of_an_organisation_takes_a_fixed_number_of_queries(
    inside: Client, exit_: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(exit_, 3)
    one = Organisation.objects.filter(pledges__isnull=False).first()
    assert one
    with django_assert_num_queries(14):
        inside.get(reverse("dashboard:member", args=[one.slug]))


def test_the_first_page_says_what_to_do_first(inside: Client) -> None:
    assert "Begin with a campaign" in text(inside, "home")


@pytest.mark.parametrize("name", ["board", "invitations"])
def test_an_empty_list_says_what_to_do_first(name: str, inside: Client, exit_: Campaign) -> None:
    assert "Nobody is on the list yet" in text(inside, name, exit_.slug)


def test_the_overview_offers_the_one_next_thing(inside: Client) -> None:
    draft = factories.campaign(opened=False, exit_at=None)
    factories.organisation()
    page = text(inside, "campaign", draft.slug)
    assert page.count('class="button"') == 1
    assert f'<a class="button" href="/en/dashboard/{draft.slug}/open/">' in page


def test_the_overview_says_that_the_threshold_was_met_and_is_not_any_more(
    inside: Client, exit_: Campaign
) -> None:
    factories.pledge(exit_)
    Campaign.objects.update(threshold_met_at=factories.NOW)
    page = text(inside, "campaign", exit_.slug)
    assert "The threshold of 20 was met on 4 January; now 1 leave." in page


def test_only_what_is_so_is_asked_about_stopping(inside: Client, exit_: Campaign) -> None:
    assert "Stop everything?" in text(inside, "stop", exit_.slug)
    assert "Nothing is stopped." in text(inside, "resume", exit_.slug)
    Campaign.objects.update(stopped_at=factories.NOW)
    assert "STOP now" not in text(inside, "stop", exit_.slug)
    assert "Go on?" in text(inside, "resume", exit_.slug)


def test_the_board_is_narrowed_by_its_address(inside: Client, exit_: Campaign) -> None:
    factories.pledge(exit_, factories.organisation("Waterput"))
    factories.pledge(exit_, factories.organisation("Wolkenkoor"), answer=Answer.NOT_NOW)
    assert "Waterput" not in text(inside, "board", exit_.slug, query="?show=not+now")
    assert "Wolkenkoor" in text(inside, "board", exit_.slug, query="?show=not+now")
    assert "Wolkenkoor" not in text(inside, "board", exit_.slug, query="?q=water")
    assert "Nobody answers" in text(inside, "board", exit_.slug, query="?show=firm&q=wolk")


def test_a_strangers_pledge_counts_once_a_coordinator_vouches(
    inside: Client, exit_: Campaign
) -> None:
    word = factories.pledge(exit_, confirmed=False)
    assert "Vouch for these" in text(inside, "board", exit_.slug)
    inside.post(reverse("dashboard:confirm", args=[exit_.slug, word.pk]))
    word.refresh_from_db()
    assert word.holds_since == factories.NOW


def test_a_pledge_of_another_campaign_can_not_be_confirmed_from_here(
    inside: Client, exit_: Campaign
) -> None:
    word = factories.pledge(factories.campaign(), confirmed=False)
    address = reverse("dashboard:confirm", args=[exit_.slug, word.pk])
    assert inside.post(address).status_code == 404
    assert Pledge.objects.filter(confirmed_at__isnull=False).count() == 0


def test_an_answer_by_phone_is_recorded_as_such_and_its_posts_are_prepared(
    inside: Client, exit_: Campaign
) -> None:
    one, other = factories.organisation(), factories.organisation()
    factories.account(one)
    answer = {
        "answer": "leave if",
        "at_least": "2",
        "named": [str(other.pk)],
        "signatory_name": "An Peeters",
        "visibility": "coordinators",
        "exit_kind": "dormant",
    }
    address = reverse("dashboard:answer", args=[exit_.slug, one.slug])
    assert inside.post(address, answer).status_code == 302
    word = Pledge.objects.get(organisation=one)
    assert (word.by_phone, word.answer, word.signatory_name) == (True, "leave if", "An Peeters")
    assert word.conditions.count() == 2
    assert Post.objects.filter(pledge=word).count() == 1
    assert 'value="2"' in text(inside, "answer", exit_.slug, one.slug)


def test_a_refused_answer_keeps_what_was_typed(inside: Client, exit_: Campaign) -> None:
    one = factories.organisation()
    answer = {
        "answer": "leave if",
        "signatory_name": "An Peeters",
        "visibility": "named",
        "exit_kind": "dormant",
    }
    response = inside.post(reverse("dashboard:answer", args=[exit_.slug, one.slug]), answer)
    assert response.status_code == 422
    assert "Say what you wait for" in response.content.decode()
    assert 'value="An Peeters"' in response.content.decode()
    assert Pledge.objects.count() == 0


def test_an_organisation_does_not_wait_for_itself(inside: Client, exit_: Campaign) -> None:
    one = factories.organisation("Waterput")
    page = text(inside, "answer", exit_.slug, one.slug)
    assert f'<option value="{one.pk}"' not in page


def test_contact_and_notes_are_kept(inside: Client) -> None:
    one = factories.organisation()
    said = {
        "contact_name": "An Peeters",
        "contact_phone": "+32 2 123",
        "contact_email": "an@a.example",
        "last_contact_on": "2027-01-03",
        "notes": "Calls back.",
    }
    inside.post(reverse("dashboard:member", args=[one.slug]), said)
    one.refresh_from_db()
    assert (one.contact_name, one.contact_phone, one.notes) == (
        *("An Peeters", "+32 2 123", "Calls back."),
    )
    assert "contact changed" in text(inside, "member", one.slug)


def test_a_wrong_contact_changes_nothing_and_keeps_what_was_typed(inside: Client) -> None:
    one = factories.organisation()
    response = inside.post(
        reverse("dashboard:member", args=[one.slug]), {"contact_email": "an@", "notes": "typed"}
    )
    assert response.status_code == 422
    assert "typed</textarea>" in response.content.decode()
    assert Organisation.objects.get(pk=one.pk).notes == ""


def test_leaving_the_coalition_is_asked_twice(inside: Client, exit_: Campaign) -> None:
    word = factories.pledge(exit_)
    address = reverse("dashboard:left", args=[word.organisation.slug])
    inside.get(address)
    assert Organisation.objects.filter(left_coalition_at__isnull=False).count() == 0
    inside.post(address)
    word.refresh_from_db()
    assert word.holds_since is None


NAUGHTY = "<script>alert(1)</script>\" onx='"


def test_no_page_lets_a_name_be_markup(inside: Client, exit_: Campaign) -> None:
    one = factories.organisation(NAUGHTY, notes=NAUGHTY, contact_name=NAUGHTY)
    word = factories.pledge(exit_, one, signatory_name=NAUGHTY)
    made = factories.post(word, state="refused", detail=NAUGHTY, text=NAUGHTY)
    pages: dict[str, list[object]] = {
        **{name: [exit_.slug] for name in ("board", "readiness", "invitations", "day")},
        "members": [],
        "member": [one.slug],
        "answer": [exit_.slug, one.slug],
        "left": [one.slug],
        "post": [exit_.slug, made.pk],
    }
    for name, args in pages.items():
        page = text(inside, name, *args)
        assert "<script>alert" not in page
        assert "onx=&#x27;" in page, name
