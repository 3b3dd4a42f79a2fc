"""Lists narrowed and kept under a name, cut into pages, and written to row by row."""

from collections.abc import Mapping

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from coalition.campaigns.models import Campaign, SavedView
from coalition.mail.models import Letter
from coalition.pledges.models import Invitation
from coalition.web.dashboard.tabs import Sift
from tests import factories
from tests.crowd import crowd
from tests.web.dashboard.test_pages import text
from tests.web.pledge.people import browser

SAVE = "/en/dashboard/views/"


def narrowed(**other: str) -> dict[str, str]:
    return {"page": "board", "campaign": "exit", "show": "silent", "q": "water", **other}


def test_a_view_is_kept_as_a_link_that_every_coordinator_sees(
    inside: Client, exit_: Campaign
) -> None:
    factories.organisation("Waterput")
    answer = inside.post(SAVE, narrowed(name=" Still to  ring "))
    assert answer.headers["Location"] == "/en/dashboard/exit/board/?show=silent&q=water"
    colleague = browser(factories.coordinator())
    page = text(colleague, "board", "exit")
    assert '<a href="?show=silent&amp;q=water">Still to ring</a>' in page
    assert 'aria-current="true">Still to ring</a>' in text(
        colleague, "board", "exit", query="?show=silent&q=water"
    )
    assert "Still to ring" not in text(colleague, "readiness", "exit")
    assert SavedView.objects.get().campaign == exit_


def test_a_view_of_the_list_of_organisations_belongs_to_no_campaign(inside: Client) -> None:
    factories.organisation("Waterput")
    answer = inside.post(SAVE, {"page": "members", "show": "member", "name": "Members"})
    assert answer.headers["Location"] == "/en/dashboard/members/?show=member"
    assert ">Members</a>" in text(inside, "members")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "  "}, "Give the view a name."),
        ({"name": "All", "show": "", "q": ""}, "Everything is shown"),
        ({"name": "TAKEN"}, "A view of this name is there already."),
    ],
)
def test_a_view_that_can_not_be_kept_is_refused_in_one_sentence(
    inside: Client, exit_: Campaign, wrong: dict[str, str], sentence: str
) -> None:
    factories.saved_view(exit_, "Taken")
    said = inside.post(SAVE, narrowed(**wrong), follow=True).content.decode()
    assert sentence in said
    assert SavedView.objects.count() == 1


def test_twenty_views_are_enough(inside: Client, exit_: Campaign) -> None:
    for number in range(20):
        factories.saved_view(exit_, f"View {number}")
    said = inside.post(SAVE, narrowed(name="One more"), follow=True).content.decode()
    assert "Twenty views are kept already." in said


def test_a_view_is_removed_and_a_list_that_is_none_has_none(
    inside: Client, exit_: Campaign
) -> None:
    view = factories.saved_view(exit_, "Still to ring")
    inside.post(reverse("dashboard:view_remove", args=[view.pk]))
    assert SavedView.objects.count() == 0
    assert inside.post(SAVE, narrowed(page="nothing", name="A")).status_code == 404


def test_a_list_is_cut_into_pages_and_its_links_keep_what_was_asked(
    inside: Client, exit_: Campaign
) -> None:
    crowd(exit_, 120)
    first = text(inside, "members", query="?q=vereniging")
    assert "1 to 100 of 120" in first
    assert first.count('<th scope="row">') == 100
    assert 'rel="next" href="?q=vereniging&amp;page=2"' in first
    last = text(inside, "members", query="?q=vereniging&page=2")
    assert "101 to 120 of 120" in last
    whole = text(inside, "members", query="?q=vereniging&size=all")
    assert whole.count('<th scope="row">') == 120


@pytest.mark.parametrize(
    ("asked", "sift"),
    [
        ("", Sift()),
        ("page=0&size=3", Sift(page=1, size=10)),
        ("page=²&size=-1", Sift()),
        ("page=9999999999999&size=x", Sift()),
        ("show=silent&q=+a%00b+&size=all", Sift("silent", "ab", size=None)),
    ],
)
def test_an_address_that_is_nonsense_counts_for_nothing(asked: str, sift: Sift) -> None:
    assert Sift.of(QueryDict(asked)) == sift
    assert sift.cut([]).rows == []


def test_beyond_the_end_is_the_last_page() -> None:
    part = Sift(page=9, size=10).cut(list(range(25)))
    assert (list(part.rows), part.first, part.last, part.after) == ([*range(20, 25)], 21, 25, "")


def test_those_chosen_on_the_board_are_invited_and_the_list_stays_narrowed(
    inside: Client, exit_: Campaign
) -> None:
    one, other = factories.organisation(), factories.organisation()
    chosen = {"organisation": [one.slug], "act": "invite", "back": "board", "show": "silent"}
    answer = inside.post(reverse("dashboard:invitations", args=[exit_.slug]), chosen)
    assert answer.headers["Location"] == "/en/dashboard/exit/board/?show=silent"
    assert [each.organisation for each in Invitation.objects.all()] == [one]
    assert other.slug in text(inside, "board", exit_.slug)


def test_one_link_chooses_all_that_are_shown(inside: Client, exit_: Campaign) -> None:
    for _ in range(3):
        factories.organisation()
    assert " checked>" not in text(inside, "board", exit_.slug)
    assert text(inside, "board", exit_.slug, query="?chosen=1").count(" checked>") == 3


def test_those_chosen_are_reminded_once_a_day_of_what_is_open(
    inside: Client, exit_: Campaign
) -> None:
    word = factories.pledge(exit_)
    factories.representative(word.organisation)
    chosen = {"organisation": [word.organisation.slug], "act": "remind", "back": "readiness"}
    address = reverse("dashboard:invitations", args=[exit_.slug])
    assert "1 organisation is reminded" in said(inside, address, chosen)
    assert "1 was reminded today already" in said(inside, address, chosen)
    (letter,) = Letter.objects.filter(kind="reminder")
    assert "Jullie gingen nog niet akkoord met de datum." in letter.text
    assert "Account op X: geen opgegeven" in letter.text


def test_who_has_nobody_yet_is_reminded_with_the_link_of_its_invitation(
    inside: Client, exit_: Campaign
) -> None:
    one = factories.organisation()
    chosen = {"organisation": [one.slug], "act": "remind", "back": "board"}
    address = reverse("dashboard:invitations", args=[exit_.slug])
    assert "invite it instead" in said(inside, address, chosen)
    inside.post(reverse("dashboard:invite", args=[exit_.slug, one.slug]))
    assert "1 organisation is reminded" in said(inside, address, chosen)
    letter = Letter.objects.get(kind="reminder")
    assert letter.link == f"invitation:{Invitation.objects.get().pk}"
    assert "[[link]]" in letter.text


def said(client: Client, address: str, form: Mapping[str, object]) -> str:
    return client.post(address, dict(form), follow=True).content.decode()
