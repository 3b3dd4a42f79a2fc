import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.members.states import Kind, Language, Membership, NetworkChoices, Proof
from coalition.pledges.states import Answer, Visibility
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_weeks_before() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as clock:
        yield clock


@pytest.fixture
def campaign() -> Campaign:
    return factories.campaign(slug="samen-weg")


def joins(campaign: Campaign, name: str, **fields: object) -> None:
    factories.pledge(campaign, factories.organisation(name, slug=name.lower(), **fields))


def page(client: Client, address: str = "/nl/samen-weg/", **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_front_page_is_that_of_the_newest_campaign(client: Client, campaign: Campaign) -> None:
    body = page(client, "/nl/")
    assert f'<link rel="canonical" href="http://testserver/nl/{campaign.slug}/">' in body
    assert 'href="/fr/" lang="fr"' in body


def test_with_nothing_open_the_front_page_says_so(client: Client) -> None:
    factories.campaign(slug="secret", opened=False)
    assert "Er is nog niets aangekondigd" in page(client, "/nl/")


@pytest.mark.parametrize("part", ["", "method/", "data.csv", "data.json"])
def test_a_campaign_that_is_not_open_is_one_that_does_not_exist(client: Client, part: str) -> None:
    factories.campaign(slug="secret", opened=False)
    hidden, unknown = client.get(f"/nl/secret/{part}"), client.get(f"/nl/absent/{part}")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content.replace(b"secret", b"absent") == unknown.content
    assert dict(hidden.headers) == dict(unknown.headers)


@pytest.mark.parametrize("path", ["", "data.csv", "data.json"])
@pytest.mark.parametrize(
    "fields",
    [
        {"visibility": Visibility.COORDINATORS},
        {"confirmed": False},
        {"visibility": Visibility.COUNTED},
        {"answer": Answer.NOT_NOW},
    ],
)
def test_what_may_not_be_known_is_in_no_byte(
    client: Client, campaign: Campaign, path: str, fields: dict[str, object]
) -> None:
    hidden = factories.organisation("Geheime Doos", slug="geheime-doos", domain="doos.example")
    factories.account(hidden, NetworkChoices.BLUESKY, handle="doos.example", proof=Proof.DOMAIN)
    factories.pledge(campaign, hidden, **fields)
    body = page(client, f"/nl/samen-weg/{path}").lower()
    assert "geheime" not in body
    assert "doos" not in body


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize(
    "path", ["/nl/", "/nl/samen-weg/", "/fr/samen-weg/method/", "/de/samen-weg/data.csv"]
)
def test_a_visitor_gets_no_cookie_and_a_strict_policy(client: Client, path: str) -> None:
    answer = client.get(path)
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_page_obeys_its_own_policy(client: Client, campaign: Campaign) -> None:
    joins(campaign, "Waterput")
    body = page(client)
    assert " style=" not in body
    assert "<style" not in body
    assert "<script>" not in body
    assert "onclick" not in body


def test_a_name_cannot_bring_markup(client: Client, campaign: Campaign) -> None:
    factories.pledge(campaign, factories.organisation("<script>alert(1)</script>"))
    body = page(client)
    assert "<script>alert" not in body
    assert body.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


@pytest.mark.parametrize("named", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"), [("", 8), ("method/", 8), ("data.csv", 8), ("data.json", 8)]
)
def test_more_rows_cost_no_more_queries(
    client: Client,
    campaign: Campaign,
    django_assert_num_queries: DjangoAssertNumQueries,
    named: int,
    path: str,
    queries: int,
) -> None:
    for number in range(named):
        of = factories.organisation(f"Waterput {number}")
        factories.account(of, NetworkChoices.BLUESKY, proof=Proof.DOMAIN)
        factories.post(factories.pledge(campaign, of), factories.account(of))
    with django_assert_num_queries(queries):
        client.get(f"/nl/samen-weg/{path}")


def test_before_the_hour_everybody_is_a_ring_on_the_day(client: Client, campaign: Campaign) -> None:
    joins(campaign, "Waterput")
    body = page(client)
    assert "nog <time" in body
    assert "16 dagen" in body
    assert body.count('class="dot dot-leaving"') == 4  # two drawings, the legend, the row
    assert 'href="/nl/samen-weg/#o-waterput"' in body


def test_who_left_at_t_has_its_instant_home_and_evidence(
    client: Client, campaign: Campaign, two_weeks_before: time_machine.Traveller
) -> None:
    of = factories.organisation("Waterput", slug="waterput")
    home = {"handle": "waterput.example", "network_id": "did:plc:put", "proof": Proof.DOMAIN}
    factories.account(of, NetworkChoices.BLUESKY, **home)
    factories.post(
        factories.pledge(campaign, of),
        state=State.PUBLISHED,
        published_at=T + timedelta(milliseconds=70),
        url="https://x.com/put/status/1",
    )
    two_weeks_before.move_to(T + timedelta(minutes=4))
    body = page(client)
    assert "weg van X</span>" in body
    assert "12:00:00,07" in body
    assert 'href="https://bsky.app/profile/did:plc:put"' in body
    assert "@waterput.example" in body
    assert "bewezen via eigen domein" in body
    assert 'href="https://x.com/put/status/1"' in body
    assert 'data-now="/nl/samen-weg/now.json"' in body


def test_who_had_already_left_is_shown_with_its_day(client: Client, campaign: Campaign) -> None:
    gone = {"answer": Answer.ALREADY_LEFT, "left_on": date(2023, 3, 14)}
    factories.pledge(campaign, factories.organisation("Vredesfluit"), **gone)
    assert "14 maart 2023" in page(client)


def test_followers_stand_apart(client: Client, campaign: Campaign) -> None:
    joins(campaign, "Waterput")
    joins(campaign, "Omroep", kind=Kind.MEDIA, membership=Membership.INDEPENDENT)
    body = page(client)
    assert body.index("o-waterput") < body.index("Geen lid, vertrekken ook")
    assert body.index("Geen lid, vertrekken ook") < body.index('id="o-omroep"')


def test_those_without_a_name_are_said_to_be_counted(client: Client, campaign: Campaign) -> None:
    for _ in range(2):
        factories.pledge(campaign, visibility=Visibility.COUNTED)
    assert "En 2 die zonder naam meetellen." in page(client)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"waterput", "jardins", "omroep"}),
        ("?kind=media", {"omroep"}),
        ("?language=fr", {"jardins"}),
        ("?kind=ngo&language=nl", {"waterput"}),
        ("?state=left", set()),
        ("?kind=nonsense", {"waterput", "jardins", "omroep"}),
    ],
)
def test_filters_are_links(client: Client, campaign: Campaign, query: str, shown: set[str]) -> None:
    joins(campaign, "Waterput")
    joins(campaign, "Jardins", language=Language.FR)
    joins(campaign, "Omroep", kind=Kind.MEDIA)
    body = page(client, f"/nl/samen-weg/{query}")
    assert {name for name in ("waterput", "jardins", "omroep") if f'id="o-{name}"' in body} == shown


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize(("part", "whole"), [("list", False), ("live", False), ("other", True)])
def test_htmx_gets_the_part_it_asks_for(client: Client, part: str, *, whole: bool) -> None:
    answer = client.get("/nl/samen-weg/", headers={"HX-Request": "true", "HX-Target": part})
    assert (b"<!doctype html>" in answer.content) is whole
    assert (f'id="{part}"'.encode() in answer.content) is not whole
    assert {"HX-Request", "HX-Target"} <= set(answer["Vary"].split(", "))


@pytest.mark.usefixtures("campaign")
def test_a_page_that_did_not_change_is_not_sent_again(client: Client) -> None:
    tag = client.get("/nl/samen-weg/")["ETag"]
    assert client.get("/nl/samen-weg/", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_no_cell_is_a_formula(client: Client, campaign: Campaign, name: str) -> None:
    factories.pledge(campaign, factories.organisation(name))
    rows = list(csv.DictReader(StringIO(page(client, "/nl/samen-weg/data.csv"))))
    assert [row["name"] for row in rows] == [f"'{name}"]


def test_the_downloads_say_what_the_page_says(client: Client, campaign: Campaign) -> None:
    joins(campaign, "Waterput")
    data = json.loads(page(client, "/nl/samen-weg/data.json"))
    assert (data["coming"], data["members"], data["phase"]) == (1, 1, "dated")
    assert [row["name"] for row in data["organisations"]] == ["Waterput"]
    assert datetime.fromisoformat(data["as_of"]) == datetime(2027, 1, 4, 10, tzinfo=UTC)


def test_after_a_call_off_nobody_is_said_to_be_leaving(client: Client, campaign: Campaign) -> None:
    joins(campaign, "Waterput")
    Campaign.objects.filter(pk=campaign.pk).update(called_off_at=NOW)
    body = page(client)
    assert "gaat <span" in body
    assert "waterput" not in body.lower()
    assert json.loads(page(client, "/nl/samen-weg/data.json"))["coming"] == 0


def test_evidence_is_never_a_script(client: Client, campaign: Campaign) -> None:
    factories.post(factories.pledge(campaign), state=State.PUBLISHED, url="javascript:alert(1)")
    with time_machine.travel(T + timedelta(hours=1), tick=False):
        assert "javascript:" not in page(client)


@pytest.mark.usefixtures("campaign")
def test_previews_and_search_engines_find_their_words(client: Client) -> None:
    body = page(client)
    assert '<link rel="canonical" href="' in body
    assert '<meta property="og:title" content="' in body
    assert body.count('<link rel="alternate" hreflang="') == 4


def test_the_styleguide_is_for_builders_only(client: Client) -> None:
    assert client.get("/en/styleguide/").status_code == 404
