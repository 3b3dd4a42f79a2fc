"""A campaign's life on the dashboard: made, opened, dated, decided, stopped, called off."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.members.models import User
from coalition.members.states import Route
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.factories import Columns, T
from tests.web.pledge.people import BACKEND, browser, show_second_step

WORDS = {
    "coalition_name": "Koepel Voorbeeld",
    "slug": "samen-weg",
    "platform_name": "X",
    "threshold": "20",
    "time_zone": "Europe/Brussels",
    "nl-name": "Samen weg",
    "nl-call": "Wij vertrekken.",
}


def now_of(exit_: Campaign) -> Campaign:
    return Campaign.objects.get(pk=exit_.pk)


def test_a_new_campaign_is_a_draft_in_the_languages_that_were_written(inside: Client) -> None:
    assert inside.post(reverse("dashboard:new"), WORDS).status_code == 302
    made = Campaign.objects.get()
    assert (made.slug, made.threshold, made.opened_at) == ("samen-weg", 20, None)
    assert [wording.language for wording in made.words.all()] == ["nl"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"slug": "members"}, "This address is taken"),
        ({"slug": "exit"}, "This address is taken"),
        ({"time_zone": "Mars/Olympus"}, "isn’t known"),
        ({"nl-call": ""}, "Fill this in, or empty this whole language."),
        ({"nl-name": "", "nl-call": ""}, "in at least one language"),
    ],
)
def test_a_campaign_that_can_not_be_is_refused_and_what_was_typed_stays(
    change: dict[str, str], sentence: str, inside: Client, exit_: Campaign
) -> None:
    assert exit_.slug == "exit"
    response = inside.post(reverse("dashboard:new"), {**WORDS, **change})
    page = response.content.decode().replace("&#x27;", "’")
    assert response.status_code == 422
    assert sentence in page
    assert 'value="Koepel Voorbeeld"' in page


def test_opening_is_asked_first_and_done_once(inside: Client) -> None:
    draft = factories.campaign(opened=False, exit_at=None)
    address = reverse("dashboard:open", args=[draft.slug])
    inside.get(address)
    assert now_of(draft).opened_at is None
    inside.post(address)
    assert now_of(draft).opened_at == factories.NOW


def choose(client: Client, exit_: Campaign, day: str, hour: str, **more: str) -> str:
    address = reverse("dashboard:date", args=[exit_.slug])
    response = client.post(address, {"day": day, "time": hour, **more}, follow=True)
    return response.content.decode()


def test_the_hour_is_looked_at_in_both_zones_before_anybody_is_told(
    inside: Client, exit_: Campaign
) -> None:
    factories.pledge(exit_)
    page = choose(inside, exit_, "2027-01-27", "12:00")
    assert "27 January 2027, <strong>12:00</strong>" in page
    assert "27 January 2027, 11:00" in page
    assert now_of(exit_).exit_at == T
    page = choose(inside, exit_, "2027-01-27", "12:00", sure="yes")
    assert "The hour is set, and 1 letter goes out." in page
    assert now_of(exit_).exit_at == T + timedelta(days=7)
    assert Letter.objects.count() == 1


def test_an_hour_that_the_clocks_skip_is_refused(inside: Client, exit_: Campaign) -> None:
    page = choose(inside, exit_, "2027-03-28", "02:30", sure="yes")
    assert "That hour does not exist" in page
    assert 'value="02:30"' in page
    assert now_of(exit_).exit_at == T


def test_an_hour_that_comes_twice_asks_which(inside: Client, exit_: Campaign) -> None:
    page = choose(inside, exit_, "2027-10-31", "02:30", sure="yes")
    assert "That hour comes twice" in page
    assert "Which of the two?" in page
    assert now_of(exit_).exit_at == T
    choose(inside, exit_, "2027-10-31", "02:30", which="second", sure="yes")
    assert now_of(exit_).exit_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    choose(inside, exit_, "2027-10-31", "02:30", which="first", sure="yes")
    assert now_of(exit_).exit_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_an_hour_that_has_passed_is_refused_and_stays_on_the_form(
    inside: Client, exit_: Campaign
) -> None:
    page = choose(inside, exit_, "2026-12-01", "12:00", sure="yes")
    assert "That hour has passed" in page
    assert 'value="2026-12-01"' in page


def another_browser() -> Client:
    return browser(factories.coordinator())


def says(client: Client, exit_: Campaign, go: str, **more: str) -> str:
    """Says it, looks at it once more, and is sure."""
    address = reverse("dashboard:decide", args=[exit_.slug])
    said = {"go": go, "about": T.isoformat(), **more}
    client.post(address, said)
    response = client.post(address, {**said, "sure": "yes"}, follow=True)
    return " ".join(response.content.decode().split())


def test_go_counts_at_the_quorum_and_a_second_go_of_one_person_does_not(
    inside: Client, exit_: Campaign
) -> None:
    factories.coordinator()
    says(inside, exit_, "yes")
    assert "You have already decided so" in says(inside, exit_, "yes", reason="again")
    assert now_of(exit_).go_at is None
    assert "It is go" in says(another_browser(), exit_, "yes")
    assert now_of(exit_).go_at == factories.NOW


def test_a_word_is_looked_at_twice_before_it_counts(inside: Client, exit_: Campaign) -> None:
    factories.post(factories.pledge(exit_))
    said = {"go": "yes", "about": T.isoformat(), "reason": "<b>calm</b>"}
    page = inside.post(reverse("dashboard:decide", args=[exit_.slug]), said).content.decode()
    assert "Say go?" in page
    assert "1 by hand;" in page
    assert "&lt;b&gt;calm" in page
    assert exit_.decisions.count() == 0


def test_a_word_about_an_hour_that_has_moved_is_refused(inside: Client, exit_: Campaign) -> None:
    factories.coordinator()
    choose(inside, exit_, "2027-01-27", "12:00", sure="yes")
    assert "The hour has moved since you looked" in says(inside, exit_, "yes")
    assert exit_.decisions.count() == 0


def test_one_no_go_holds_everything_and_says_who_and_why(inside: Client, exit_: Campaign) -> None:
    page = says(inside, exit_, "no", reason="Too early.")
    assert now_of(exit_).no_go_at == factories.NOW
    assert "“Too early.”" in page
    assert "coordinator@koepelvoorbeeld.example" in page
    assert 'name="go" value="yes"' in page  # they may change their mind
    assert 'name="go" value="no"' not in page


def test_neither_go_nor_no_go_decides_nothing(inside: Client, exit_: Campaign) -> None:
    says(inside, exit_, "perhaps")
    assert exit_.decisions.count() == 0


def test_the_people_who_decide_are_chosen_by_name(
    inside: Client, boss: User, exit_: Campaign
) -> None:
    others = [factories.coordinator() for _ in range(2)]
    address = reverse("dashboard:deciders", args=[exit_.slug])
    chosen = {"people": [str(one.pk) for one in others], "quorum": "2", "minutes": "45"}
    page = inside.post(address, chosen, follow=True).content.decode()
    assert "You are not one of those who decide" in page
    assert now_of(exit_).decide_before_minutes == 45
    assert "You are not one of the people who decide" in says(inside, exit_, "yes")
    alone = inside.post(address, {**chosen, "people": [str(boss.pk)]})
    assert alone.status_code == 422
    assert "Name at least two" in alone.content.decode()


@pytest.mark.parametrize(("name", "field"), [("stop", "stopped_at"), ("call_off", "called_off_at")])
def test_stop_and_calling_off_are_asked_first(
    name: str, field: str, inside: Client, exit_: Campaign
) -> None:
    address = reverse(f"dashboard:{name}", args=[exit_.slug])
    inside.get(address)
    assert getattr(now_of(exit_), field) is None
    inside.post(address)
    assert getattr(now_of(exit_), field) == factories.NOW


def test_what_was_stopped_goes_on_when_it_is_resumed(inside: Client, exit_: Campaign) -> None:
    inside.post(reverse("dashboard:stop", args=[exit_.slug]))
    inside.post(reverse("dashboard:resume", args=[exit_.slug]))
    assert now_of(exit_).stopped_at is None


def on_the_day(client: Client, clock: time_machine.Traveller, **fields: Columns) -> Post:
    """Three minutes after T, signed in anew: a session lasts two weeks."""
    exit_ = Campaign.objects.get()
    Campaign.objects.update(go_at=factories.NOW)
    clock.move_to(T + timedelta(minutes=3))
    boss = User.objects.get(coordinator__isnull=False)
    client.force_login(boss, backend=BACKEND)
    show_second_step(client, boss)
    return factories.post(factories.pledge(exit_), **fields)


def test_the_wall_gives_htmx_its_part_and_everybody_else_the_page(
    inside: Client, exit_: Campaign
) -> None:
    address = reverse("dashboard:day", args=[exit_.slug])
    page = inside.get(address)
    part = inside.get(address, headers={"HX-Request": "true"})
    assert b"<html" in page.content
    assert part.content.decode().lstrip().startswith('<div id="wall"')
    assert b"<html" not in part.content
    for response in (page, part):
        assert "HX-Request" in response["Vary"]


def test_the_wall_gives_the_phone_number_of_who_can_help(
    inside: Client, exit_: Campaign, clock: time_machine.Traveller
) -> None:
    made = on_the_day(inside, clock, state=State.APPROVED)
    one = made.account.organisation
    one.contact_name, one.contact_phone = "An Peeters", "+32 2 123 45 67"
    one.save()
    page = inside.get(reverse("dashboard:day", args=[exit_.slug])).content.decode()
    assert 'An Peeters <a id="call' in page
    assert 'href="tel:+3221234567"' in page


@pytest.mark.parametrize(
    ("fields", "do", "state", "route"),
    [
        ({"state": State.REFUSED, "route": Route.DIRECT}, "again", "approved", "direct"),
        ({"state": State.MISSED, "route": Route.DIRECT}, "again", "approved", "direct"),
        ({"state": State.MISSED, "route": Route.DIRECT}, "hand over", "approved", "by hand"),
        ({"state": State.REFUSED}, "give up", "cancelled", "by hand"),
        ({"state": State.UNCERTAIN, "needs_person": True}, "give up", "uncertain", "by hand"),
        ({"state": State.UNCERTAIN, "route": Route.DIRECT}, "again", "uncertain", "direct"),
        ({"state": State.PUBLISHED}, "give up", "published", "by hand"),
        ({"state": State.APPROVED}, "explode", "approved", "by hand"),
    ],
)
def test_a_person_decides_about_a_post_and_the_stage_has_the_last_word(
    fields: Columns,
    do: str,
    state: str,
    route: str,
    inside: Client,
    exit_: Campaign,
    clock: time_machine.Traveller,
) -> None:
    made = on_the_day(inside, clock, **fields)
    inside.post(reverse("dashboard:post", args=[exit_.slug, made.pk]), {"do": do})
    made.refresh_from_db()
    assert (made.state, made.route) == (state, route)


def test_a_wrong_link_is_refused_and_stays_in_the_form(
    inside: Client, exit_: Campaign, clock: time_machine.Traveller
) -> None:
    made = on_the_day(inside, clock)
    address = reverse("dashboard:post", args=[exit_.slug, made.pk])
    response = inside.post(address, {"link": "https://example.org/post"})
    assert response.status_code == 422
    assert 'value="https://example.org/post"' in response.content.decode()


def test_a_post_of_another_campaign_is_not_here(inside: Client, exit_: Campaign) -> None:
    made = factories.post(factories.pledge(factories.campaign()))
    address = reverse("dashboard:post", args=[exit_.slug, made.pk])
    assert inside.post(address, {"do": "give up"}).status_code == 404
    made.refresh_from_db()
    assert made.state == State.APPROVED
