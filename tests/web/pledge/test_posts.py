"""Texts: written, seen as the network will show them, and approved exactly as seen."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.members.states import NetworkChoices, Role, Route
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.web.pledge.people import browser

WORDS = "We close this door and take the conversation with us."


@pytest.fixture
def post(exit_: Campaign, ours: Organisation) -> Post:
    return factories.post(factories.pledge(exit_, ours), state=State.DRAFT, text="")


@pytest.fixture
def approver(ours: Organisation) -> Client:
    return browser(factories.representative(ours, Role.APPROVER))


def where(post: Post, page: str = "") -> str:
    return f"/en/member/waterput/posts/{post.pk}/{page}"


def shown(client: Client, post: Post) -> str:
    found = re.search(r'name="shown" value="(\w+)"', client.get(where(post)).content.decode())
    return found[1] if found else ""


def preview(client: Client, post: Post, text: str) -> str:
    return str(client.post(where(post, "preview/"), {"text": text}).content.decode())


def test_saving_keeps_the_text_and_approves_nothing(inside: Client, post: Post) -> None:
    inside.post(where(post), {"text": WORDS})
    post.refresh_from_db()
    assert (post.text, post.state) == (WORDS, State.DRAFT)


def test_a_preview_keeps_nothing(inside: Client, post: Post) -> None:
    page = inside.post(where(post), {"text": WORDS, "preview": "yes"}).content.decode()
    assert page.count(WORDS) == 2
    assert "This is not saved yet." in page
    assert WORDS in preview(inside, post, WORDS)
    post.refresh_from_db()
    assert post.text == ""


def test_words_that_are_only_typed_are_not_up_for_approval(
    inside: Client, post: Post, ours: Organisation
) -> None:
    inside.post(where(post), {"text": WORDS})
    reader = browser(factories.representative(ours))
    assert "Approve this text" in preview(reader, post, WORDS)
    typed = preview(reader, post, "Other words, not saved.")
    assert "Approve this text" not in typed
    assert "This is not saved yet." in typed


def test_the_preview_counts_as_its_network_does(
    inside: Client, post: Post, ours: Organisation
) -> None:
    on_x = preview(inside, post, "👩‍👩‍👧 see waterput.org")
    assert "30 of 280" in on_x
    assert '<span class="network-link">waterput.org</span>' in on_x
    home = factories.post(
        post.pledge, factories.account(ours, NetworkChoices.BLUESKY), state=State.DRAFT
    )
    assert "18 of 300" in preview(inside, home, "👩‍👩‍👧 see waterput.org")


@pytest.mark.parametrize(
    ("text", "marked", "sentence"),
    [
        ("Join #weg", "#weg", "X punishes shared hashtags"),
        ("Thanks @somebody", "@somebody", "no mentions on X"),
        ("Find @ngo.bsky.social", "@ngo.bsky.social", "would mention a stranger"),
    ],
)
def test_what_is_wrong_is_marked_and_said(
    inside: Client, post: Post, text: str, marked: str, sentence: str
) -> None:
    page = preview(inside, post, text)
    assert f"<mark>{marked}</mark>" in page
    assert sentence in page


def test_a_text_like_anothers_is_told_how_alike(
    inside: Client, post: Post, exit_: Campaign
) -> None:
    factories.post(factories.pledge(exit_), text=WORDS)
    page = preview(inside, post, WORDS)
    assert "100 % of this also stands in another text" in page
    assert "also stands in" not in preview(inside, post, "Something else entirely, our own words.")


SECRET = "Our kestrel leaves the tower at dawn and never once looks back at all of you."


def test_guessing_another_ones_words_piece_by_piece_tells_nothing(
    inside: Client, post: Post, exit_: Campaign
) -> None:
    factories.post(factories.pledge(exit_), text=SECRET)
    own = preview(inside, post, "What we say here is wholly ours and of nobody else")
    for guess in ("Our kestrel leaves", "leaves the tower at dawn"):
        assert "Like others" not in preview(inside, post, guess)
    mixed = preview(inside, post, "What we say here is wholly ours and our kestrel leaves the")
    for page in (own, mixed):
        assert ">little</dd>" in page


@pytest.mark.parametrize(("route", "state"), [("direct", "draft"), ("by hand", "approved")])
def test_an_alike_text_stops_a_machine_and_warns_a_hand_without_showing_the_others_words(
    inside: Client, approver: Client, post: Post, exit_: Campaign, route: str, state: str
) -> None:
    factories.post(factories.pledge(exit_), text=SECRET)
    mine = SECRET.replace("kestrel", "heron")
    Post.objects.filter(pk=post.pk).update(text=mine, route=route)
    type(post.account).objects.filter(pk=post.account_id).update(
        connected_at=factories.NOW, network_id="1"
    )
    seen = inside.get(where(post)).content.decode()
    assert "% of this also stands in another text" in seen
    answer = approver.post(where(post, "approve/"), {"shown": shown(approver, post)}, follow=True)
    post.refresh_from_db()
    assert post.state == state
    said = answer.content.decode()
    assert ("stands in another organisation" in said) == (route == "direct")
    assert "kestrel" not in seen + said


def test_no_page_of_a_member_shows_another_ones_words_before_the_hour(
    inside: Client, post: Post, exit_: Campaign
) -> None:
    factories.post(factories.pledge(exit_), text=SECRET)
    pages = ("", "by-hand/", "by-hand/calendar.ics")
    answers = [inside.get(where(post, page)) for page in pages]
    answers += [inside.get(f"/en/member/waterput/{page}") for page in ("", "sheet/")]
    answers += [inside.post(where(post), {"text": SECRET[:40], "preview": "yes"})]
    assert [answer.status_code for answer in answers] == [200] * 6
    rest = SECRET[40:60]
    assert not [answer for answer in answers if rest in answer.content.decode()]


def test_markup_in_a_text_stays_text(inside: Client, post: Post) -> None:
    assert "<script>alert" not in preview(inside, post, "<script>alert(1)</script>")


def test_a_second_person_approves_what_the_page_showed(
    inside: Client, approver: Client, post: Post
) -> None:
    inside.post(where(post), {"text": WORDS})
    approver.post(where(post, "approve/"), {"shown": shown(approver, post)})
    post.refresh_from_db()
    assert (post.state, post.approved_for) == (State.APPROVED, factories.T)


def test_a_text_that_changed_after_it_was_shown_is_not_approved(
    inside: Client, approver: Client, post: Post
) -> None:
    inside.post(where(post), {"text": WORDS})
    seen = shown(approver, post)
    inside.post(where(post), {"text": "Quite another text."})
    page = approver.post(where(post, "approve/"), {"shown": seen}).content.decode()
    post.refresh_from_db()
    assert post.state == State.DRAFT
    assert "has changed since you opened it" in page
    assert "Quite another text." in page


def test_an_approval_without_what_was_shown_is_none(approver: Client, post: Post) -> None:
    Post.objects.update(text=WORDS)
    approver.post(where(post, "approve/"), {})
    post.refresh_from_db()
    assert post.state == State.DRAFT


def test_whoever_wrote_it_approves_it_only_alone_and_on_record(inside: Client, post: Post) -> None:
    inside.post(where(post), {"text": WORDS})
    seen = {"shown": shown(inside, post)}
    assert "You wrote this text" in inside.post(where(post, "approve/"), seen).content.decode()
    inside.post(where(post, "approve/"), {**seen, "alone": "on"})
    post.refresh_from_db()
    assert (post.state, post.approval_waived) == (State.APPROVED, True)


def test_nobody_works_alone_who_has_a_colleague(
    inside: Client, approver: Client, post: Post
) -> None:
    inside.post(where(post), {"text": WORDS})
    seen = shown(approver, post)
    inside.post(where(post, "approve/"), {"shown": seen, "alone": "on"})
    post.refresh_from_db()
    assert post.state == State.DRAFT


@pytest.mark.parametrize(
    ("page", "form"), [("", {"text": "New words, not yet read."}), ("take-back/", {})]
)
def test_an_edit_voids_the_approval_and_taking_back_too(
    inside: Client, approver: Client, post: Post, page: str, form: dict[str, str]
) -> None:
    inside.post(where(post), {"text": WORDS})
    approver.post(where(post, "approve/"), {"shown": shown(approver, post)})
    inside.post(where(post, page), form)
    post.refresh_from_db()
    assert (post.state, post.approved_by) == (State.DRAFT, None)


def connected(ours: Organisation, post: Post, network: str) -> Post:
    account = factories.account(ours, NetworkChoices(network), network_id=f"id-{network}")
    return factories.post(post.pledge, account, state=State.DRAFT)


@pytest.mark.parametrize(
    ("network", "settings_", "expected"),
    [
        ("bluesky", {}, Route.DIRECT),
        ("x", {}, Route.BY_HAND),
        ("x", {"NETWORKS": "rehearsal"}, Route.DIRECT),
        ("x", {"X_CLIENT_ID": "id"}, Route.DIRECT),
    ],
)
def test_direct_on_x_is_only_for_deployments_that_have_its_keys(
    inside: Client,
    ours: Organisation,
    post: Post,
    settings: Settings,
    network: str,
    settings_: dict[str, Any],
    expected: Route,
) -> None:
    for name, value in settings_.items():
        setattr(settings, name, value)
    found = connected(ours, post, network)
    inside.post(where(found, "route/"), {"route": Route.DIRECT})
    found.refresh_from_db()
    assert found.route == expected


def test_the_risk_on_x_is_said_where_it_is_chosen(
    inside: Client, ours: Organisation, post: Post, settings: Settings
) -> None:
    settings.NETWORKS = "rehearsal"
    page = inside.get(where(connected(ours, post, "x"))).content.decode()
    assert "may suspend every account that we post for" in page


def test_what_the_machine_could_not_send_becomes_ours(
    inside: Client, exit_: Campaign, ours: Organisation
) -> None:
    pledge = factories.pledge(exit_, ours)
    missed = factories.post(pledge, state=State.MISSED, route=Route.DIRECT)
    assert "It did not go out in time" in inside.get(where(missed)).content.decode()
    inside.post(where(missed, "ourselves/"))
    missed.refresh_from_db()
    assert (missed.state, missed.route) == (State.APPROVED, Route.BY_HAND)
    going = factories.post(pledge, state=State.SENDING, route=Route.DIRECT)
    page = inside.post(where(going, "ourselves/"), follow=True).content.decode()
    assert "look first, then decide" in page
