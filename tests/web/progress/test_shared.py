"""What everybody may take along: open, light, and silent about what is nobody's business."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from coalition.members.states import NetworkChoices, Proof
from tests import factories
from tests.factories import T
from tests.web.progress import world

pytestmark = pytest.mark.django_db

API = "/api/v1/campaigns"
FILES = [
    "/nl/samen-weg/data.csv",
    "/fr/samen-weg/data.json",
    "/nl/samen-weg/data.xlsx",
    "/de/samen-weg/feed.atom",
    "/nl/samen-weg/exit.ics",
    "/en/samen-weg/preview.png",
]
ANSWERS = [
    API,
    *(
        f"{API}/samen-weg{part}"
        for part in (
            "",
            "?lang=nl",
            "/number",
            "/curve",
            "/organisations",
            "/organisations?limit=1",
            "/organisations/waterput",
            "/corrections",
            "/handles.json",
        )
    ),
]
HIDDEN = [
    *(f"{API}/samen-weg/organisations/{slug}" for slug in world.HIDDEN),
    f"{API}/geheime-campagne",
    f"{API}/geheim-later/handles.json",
    "/nl/geheime-campagne/feed.atom",
    "/nl/geheim-later/exit.ics",
    "/nl/geheim-later/preview.png",
]


@pytest.fixture(autouse=True)
def after_the_hour() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(world.AFTER, tick=False) as clock:
        yield clock


@pytest.fixture
def open_campaign() -> None:
    world.public(world.campaign())


@pytest.mark.usefixtures("open_campaign")
@pytest.mark.parametrize("path", [*FILES, *ANSWERS, "/api/v1/openapi.json"])
def test_anybody_may_read_it_from_anywhere_without_a_cookie(client: Client, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://news.example"})
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "public" in answer["Cache-Control"]
    assert "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies


@pytest.mark.usefixtures("open_campaign")
@pytest.mark.parametrize("path", [*FILES, *ANSWERS, "/api/v1/openapi.json"])
def test_what_did_not_change_is_not_sent_again(
    client: Client, after_the_hour: time_machine.Traveller, path: str
) -> None:
    first = client.get(path)
    after_the_hour.shift(20)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"


@pytest.mark.usefixtures("open_campaign")
@pytest.mark.parametrize("path", [*FILES, *ANSWERS])
def test_a_head_is_a_get_without_its_body(client: Client, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == got["ETag"]


@pytest.mark.usefixtures("open_campaign")
@pytest.mark.parametrize("path", [FILES[0], FILES[3], *ANSWERS])
def test_a_browser_that_asks_first_is_told_what_it_may(client: Client, path: str) -> None:
    answer = client.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer["Access-Control-Allow-Headers"] == "If-None-Match"


@pytest.mark.usefixtures("open_campaign")
@pytest.mark.parametrize("path", [*FILES, *ANSWERS, "/api/v1/anything"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: Client, path: str, method: str) -> None:
    answer = getattr(client, method)(path)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")


def everything(client: Client) -> list[tuple[str, int, list[tuple[str, str]], bytes]]:
    found = []
    for path in [*FILES, *ANSWERS, *HIDDEN]:
        answer = client.get(path)
        found.append((path, answer.status_code, sorted(answer.items()), answer.content))
    return found


def test_what_may_not_be_known_changes_no_byte_anywhere(client: Client) -> None:
    made = world.campaign()
    world.public(made)
    world.members_of_whom_nothing_is_known()
    before = everything(client)
    world.embargoed(made)
    assert everything(client) == before
    assert [status for path, status, _, _ in before if path in HIDDEN] == [404] * len(HIDDEN)
    assert not [path for path, status, _, body in before if status == 200 and b"eheim" in body]


@pytest.mark.parametrize("named", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/nl/samen-weg/data.xlsx", 8),
        ("/nl/samen-weg/feed.atom", 10),
        ("/nl/samen-weg/exit.ics", 8),
        ("/nl/samen-weg/preview.png", 8),
        (API, 8),
        (f"{API}/samen-weg", 8),
        (f"{API}/samen-weg/organisations", 8),
        (f"{API}/samen-weg/corrections", 10),
        (f"{API}/samen-weg/handles.json", 9),
    ],
)
def test_more_rows_cost_no_more_queries(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    named: int,
    path: str,
    queries: int,
) -> None:
    of = world.campaign()
    for number in range(named):
        pledge = world.joins(of, f"Waterput{number}")
        factories.post(pledge, factories.account(pledge.organisation))
        factories.account(pledge.organisation, NetworkChoices.BLUESKY, proof=Proof.DOMAIN)
        world.overturned(of, pledge.organisation)
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


def test_before_there_is_an_hour_there_is_no_calendar(client: Client) -> None:
    factories.campaign(slug="samen-weg", exit_at=None)
    assert client.get("/nl/samen-weg/exit.ics").status_code == 404
    assert client.get(f"{API}/samen-weg").json()["links"]["calendar"] is None


def test_during_the_release_it_says_to_the_second_as_of_when(
    client: Client, after_the_hour: time_machine.Traveller
) -> None:
    world.campaign()
    after_the_hour.move_to(T.replace(second=7, microsecond=5))
    assert client.get(f"{API}/samen-weg/number").json()["as_of"] == "2027-01-20T11:00:07Z"
