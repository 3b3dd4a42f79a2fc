"""What programs are told: the page's own words and numbers, and clear words for what is wrong."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.members.states import NetworkChoices, Proof
from tests import factories
from tests.web.progress import world

pytestmark = pytest.mark.django_db

HERE = "/api/v1/campaigns/samen-weg"


@pytest.fixture(autouse=True)
def after_the_hour() -> Iterator[None]:
    with time_machine.travel(world.AFTER, tick=False):
        yield


@pytest.fixture
def campaign() -> Campaign:
    made = world.campaign()
    world.public(made)
    return made


@pytest.mark.usefixtures("campaign")
def test_the_number_has_its_sentence_its_definition_and_its_moment(client: Client) -> None:
    number = client.get(f"{HERE}/number?lang=nl").json()
    assert number == {
        "value": 1,
        "of": 3,
        "counts": "left",
        "sentence": "1 van 3 organisaties is weg van X",
        "definition": number["definition"],
        "as_of": "2027-01-20T13:00:00Z",
        "parts": {
            "members": 3,
            "left": 1,
            "left_before": 0,
            "left_on_the_day": 1,
            "left_since": 0,
            "coming": 0,
            "partly": 0,
            "already_left": 1,
            "followers": 1,
            "not_named": 0,
        },
    }
    page = client.get("/nl/samen-weg/").content.decode()
    assert number["definition"] in page
    assert number["sentence"] in page


@pytest.mark.usefixtures("campaign")
def test_an_organisation_has_its_label_its_day_its_evidence_and_its_home(client: Client) -> None:
    answer = client.get(f"{HERE}/organisations/waterput?lang=de").json()
    assert answer == {
        "id": "waterput",
        "name": "Waterput",
        "kind": "ngo",
        "language": "nl",
        "member": True,
        "label": "left",
        "label_text": answer["label_text"],
        "joined_at": "2027-01-04T09:00:00Z",
        "left_at": "2027-01-20T11:00:00Z",
        "left_on": "2027-01-20",
        "evidence": "https://x.com/waterput/status/1",
        "home": {
            "handle": "waterput.example",
            "did": "did:plc:put",
            "url": "https://bsky.app/profile/did:plc:put",
            "proof": "domain",
        },
        "website": answer["website"],
        "page": "http://testserver/de/samen-weg/#o-waterput",
    }
    assert answer["website"].startswith("https://organisation")


@pytest.mark.usefixtures("campaign")
def test_who_is_still_to_leave_has_not_left(client: Client) -> None:
    answer = client.get(f"{HERE}/organisations/omroep").json()
    assert (answer["label"], answer["left_at"], answer["left_on"]) == ("leaving", None, None)


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["waterput", "omroep", "brug"]),
        ("?kind=media", ["omroep"]),
        ("?label=left", ["waterput"]),
        ("?member=false", ["omroep"]),
        ("?language=fr", []),
        ("?limit=1&offset=1", ["omroep"]),
        ("?offset=1000000", []),
    ],
)
def test_organisations_can_be_chosen(client: Client, query: str, found: list[str]) -> None:
    items = client.get(f"{HERE}/organisations{query}").json()["items"]
    assert [one["id"] for one in items] == found


@pytest.mark.usefixtures("campaign")
def test_a_list_is_read_part_by_part(client: Client) -> None:
    seen, address = [], f"{HERE}/organisations?limit=2&lang=nl"
    while address:
        part = client.get(address).json()
        assert part["total"] == 3
        seen += [one["id"] for one in part["items"]]
        address = part["next"] and part["next"].removeprefix("http://testserver")
    assert seen == ["waterput", "omroep", "brug"]


@pytest.mark.usefixtures("campaign")
def test_corrections_are_told_newest_first(client: Client) -> None:
    items = client.get(f"{HERE}/corrections").json()["items"]
    assert [(one["what"], one["organisation"], one["text"]) for one in items] == [
        (
            "corrected",
            "waterput",
            "Correction: what was said here of Waterput leaving X was wrong",
        ),
        ("withdrew", "dak", "Dak takes back its promise to leave X"),
    ]


def test_an_old_name_leads_to_the_proved_new_one(client: Client, campaign: Campaign) -> None:
    unproved = world.joins(campaign, "Schijn").organisation
    factories.account(unproved, handle="schijn", proof=Proof.CONNECTED)
    factories.account(unproved, NetworkChoices.BLUESKY, handle="schijn.example")
    handles = client.get(f"{HERE}/handles.json").json()["handles"]
    assert [{key: one[key] for key in one if key != "website"} for one in handles] == [
        {
            "x": "waterput",
            "x_proof": "claimed",
            "bluesky": "waterput.example",
            "did": "did:plc:put",
            "proof": "domain",
            "organisation": "waterput",
            "name": "Waterput",
            "label": "left",
        }
    ]


def test_promises_grow_day_by_day(client: Client, campaign: Campaign) -> None:
    world.joins(campaign, "Tuin")
    assert client.get(f"{HERE}/curve").json()["days"] == [{"day": "2027-01-04", "promises": 2}]


@pytest.mark.parametrize(
    ("address", "status", "detail", "errors"),
    [
        (f"{HERE}?lang=xx", 422, "look at query.lang.", ["query.lang"]),
        (f"{HERE}/organisations?limit=0", 422, "look at query.limit.", ["query.limit"]),
        (f"{HERE}/organisations?limit=201&kind=x", 422, "", ["query.kind", "query.limit"]),
        ("/api/v1/campaigns?offset=99999999999999999999", 422, "", ["query.offset"]),
        ("/api/v1/campaigns/nowhere", 404, "There is nothing public at this address.", []),
        ("/api/v1/campaigns/a%00b/number", 404, "", []),
        ("/api/v1/nothing", 404, "There is nothing public at this address.", []),
        (f"{HERE}/organisations/", 404, "", []),
    ],
)
@pytest.mark.usefixtures("campaign")
def test_what_is_wrong_is_said(
    client: Client, address: str, status: int, detail: str, errors: list[str]
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    said = answer.json()
    assert said["status"] == status
    assert said["detail"].endswith(detail)
    assert sorted(one["where"] for one in said["errors"]) == errors
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_name_with_signs_that_no_file_can_hold_breaks_nothing(
    client: Client, campaign: Campaign
) -> None:
    pledge = world.joins(campaign, "Tuin")
    pledge.organisation.name = "Tu\x0bin \x1f\ufffe"
    pledge.organisation.save()
    for path in ("data.csv", "data.json", "data.xlsx", "feed.atom", "exit.ics", "preview.png"):
        assert client.get(f"/nl/samen-weg/{path}").status_code == 200
    assert client.get(f"{HERE}/organisations").status_code == 200
