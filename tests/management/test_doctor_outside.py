"""The networks' clocks and the credit at X, each wrong on purpose."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytest_django import Settings

from coalition.management.doctor import outside
from coalition.management.doctor.finding import Colour
from coalition.members.states import NetworkChoices, Route
from coalition.networks.clocks import clocks
from coalition.publishing.states import State
from tests import factories
from tests.testnet.server import free_port

pytestmark = pytest.mark.django_db


@contextmanager
def server(ahead: float | None) -> Iterator[str]:
    """Somebody's server; its clock is so many seconds ahead, or it tells no time."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(404)
            if ahead is not None:
                self.send_header("Date", formatdate(time.time() + ahead, usegmt=True))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{made.server_port}"
    finally:
        made.shutdown()
        made.server_close()


@pytest.fixture
def live(settings: Settings) -> Settings:
    settings.NETWORKS, settings.BLUESKY_PRIVATE_HOSTS = "live", ["127.0.0.1"]
    return settings


def hosted(*hosts: str) -> None:
    for number, host in enumerate(hosts):
        factories.account(
            factories.organisation(),
            NetworkChoices.BLUESKY,
            network_id=f"did:plc:{number}",
            host=host,
        )


@pytest.mark.parametrize(("ahead", "told"), [(0.0, 0), (60.0, 60), (-60.0, -60), (None, None)])
def test_a_servers_clock_is_read_off_its_answer(ahead: float | None, told: float | None) -> None:
    with server(ahead) as url:
        found = clocks([f"{url}/"], ["127.0.0.1"])[f"{url}/"]
    assert found == (told if not told else pytest.approx(told, abs=2))


def test_nobody_inside_is_asked_on_somebodys_word() -> None:
    with server(60) as url:
        assert clocks([f"{url}/"], []) == {f"{url}/": None}


@pytest.mark.usefixtures("live")
def test_a_machine_whose_clock_is_off_is_red() -> None:
    with server(90) as one, server(90) as two, server(0) as three:
        hosted(one, two, three)
        found = outside.time()
    assert found.colour is Colour.RED
    assert "behind the networks" in found.says


@pytest.mark.usefixtures("live")
def test_one_server_that_is_off_is_named_in_yellow() -> None:
    with server(0) as one, server(0) as two, server(-90) as three:
        hosted(one, two, three)
        found = outside.time()
    assert (found.colour, found.says.partition(": ")[0]) == (Colour.YELLOW, three)


@pytest.mark.usefixtures("live")
def test_servers_that_agree_are_green_and_silent_ones_are_yellow() -> None:
    assert outside.time().colour is Colour.GREEN  # no account is connected yet
    hosted(f"http://127.0.0.1:{free_port()}")
    assert outside.time().colour is Colour.YELLOW
    with server(0) as url:
        hosted_too = factories.account(
            factories.organisation(), NetworkChoices.BLUESKY, network_id="did:plc:9", host=url
        )
        assert hosted_too.host == url
        assert outside.time().colour is Colour.GREEN


def test_nobody_is_asked_while_networks_are_not_live(settings: Settings) -> None:
    with server(90) as url:
        hosted(url)
        for settings.NETWORKS in ("off", "rehearsal"):
            assert outside.time().colour is Colour.GREEN


@pytest.mark.parametrize(
    ("budget", "colour"),
    [("0.03", Colour.GREEN), ("0.02", Colour.RED), ("", Colour.YELLOW), ("ten", Colour.YELLOW)],
)
def test_credit_that_will_not_do_is_red_and_credit_that_nobody_stated_is_yellow(
    budget: str, colour: Colour, settings: Settings
) -> None:
    settings.X_CLIENT_ID, settings.X_BUDGET = "ours", budget
    campaign = factories.campaign()
    for state in (State.PUBLISHED, State.APPROVED, State.CANCELLED):
        account = factories.account(factories.organisation(), network_id=f"{state}")
        factories.post(
            factories.pledge(campaign, account.organisation),
            account,
            state=state,
            route=Route.DIRECT,
            text="Goodbye.",
        )
    assert outside.credit().colour is colour


def test_without_an_app_at_x_nothing_is_spent() -> None:
    assert outside.credit().colour is Colour.GREEN
