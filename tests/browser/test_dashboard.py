"""The coordinators' lists with sixty organisations: readable, and nothing runs over."""

from datetime import timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from coalition.campaigns.models import Campaign
from coalition.members.states import Membership, NetworkChoices, Proof
from coalition.pledges.actions import Wait, withdraw
from coalition.pledges.invitations import invite
from coalition.pledges.states import Answer, ConditionKind
from coalition.publishing.states import State
from tests import factories
from tests.browser.test_public_pages import keep
from tests.factories import NOW
from tests.web.pledge.people import browser as somebody

pytestmark = pytest.mark.usefixtures("committed")
HERE = "dashboard/samen-weg"
PAGES = (f"{HERE}/board/", f"{HERE}/board/?show=waits", f"{HERE}/invitations/")
MORE = (f"{HERE}/readiness/", "dashboard/members/", f"{HERE}/")
NAMES = (
    *("De Denkbeeldige Waterput", "Fonds Stilgezet Uurwerk", "Zaad & Schaduw vzw"),
    *("Les Jardins Imaginaires", "Wolkenkoor Solidair", "Grenzgarten e.V.", "Papieren Brug"),
    "Interdiocesane Federatie van Buurtwerkingen en Wereldwinkels",
    *("Lampadaire Sans Fil", "Kompas Zonder Noorden", "Atelier du Futur Inventé"),
)


def sixty() -> Campaign:
    """A third firm, some waiting for one another and for numbers, some silent."""
    campaign = factories.campaign(slug="samen-weg", threshold=30)
    boss = factories.coordinator("coordinator@koepelvoorbeeld.example")
    everybody = [
        factories.organisation(
            NAMES[number] if number < len(NAMES) else f"Vereniging nummer {number}",
            contact_name="An Peeters",
            contact_phone="+32 2 123 45 67" if number % 3 else "",
            membership=Membership.INDEPENDENT if number % 13 == 12 else Membership.MEMBER,
        )
        for number in range(60)
    ]
    for number, one in enumerate(everybody[:40]):
        waits: list[Wait] = []
        if number % 5 == 1:
            waits = [Wait(ConditionKind.AT_LEAST, number=35 + number % 3)]
        elif number % 5 == 2:
            awaited = [everybody[45 + number % 4], everybody[1]][: 1 + number % 2]
            waits = [Wait(ConditionKind.NAMED, organisations=awaited)]
        answer = Answer.LEAVE_IF if waits else (Answer.LEAVE, Answer.NOT_NOW)[number % 11 == 10]
        word = factories.pledge(campaign, one, answer=answer, waits=waits)
        home = factories.account(one, NetworkChoices.BLUESKY, proof=Proof.DOMAIN)
        if answer == Answer.LEAVE and number % 2:
            factories.post(word, factories.account(one, proof=Proof.LINKED_BACK))
            factories.post(word, home, state=State.APPROVED)
    withdraw(factories.pledge(campaign, everybody[41]), actor=boss, now=NOW)
    factories.pledge(campaign, everybody[42], confirmed=False, signatory_name="Jan Peeters")
    for one in everybody[45:52]:
        invite(campaign, one, actor=boss, now=NOW)
    factories.saved_view(campaign, "Nog te bellen")
    factories.saved_view(campaign, "Wachten op anderen", show="waits")
    return campaign


def signed_in(context: BrowserContext, server: LiveServer) -> None:
    """A coordinator's browser."""
    client = somebody(factories.coordinator())
    cookies = [(name, morsel.value) for name, morsel in client.cookies.items()]
    context.add_cookies([{"name": n, "value": v, "url": server.url} for n, v in cookies])


@pytest.mark.parametrize(("scheme", "language"), [("light", "nl"), ("dark", "fr")])
def test_axe_finds_nothing_on_the_lists_and_nothing_runs_over(
    browser: Browser, live_server: LiveServer, scheme: str, language: str
) -> None:
    wrong = []
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        sixty()
        for width in (390, 1280):
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            signed_in(context, live_server)
            page = context.new_page()
            for path in (*PAGES, *MORE):
                wrong += looked_at(page, live_server, path, language, width, scheme)
            context.close()
    assert not wrong, "\n".join(wrong)


def looked_at(
    page: Page, server: LiveServer, path: str, language: str, width: int, scheme: str
) -> list[str]:
    """What is wrong with one page."""
    answer = page.goto(f"{server.url}/{language}/{path}")
    assert answer
    assert answer.status == 200, path
    keep(page, "lists", path.partition("/")[2].replace("?", "-"), language, width, scheme)
    where = f"{language} {path} {width} {scheme}"
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [
        *(f"{where}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found),
        *([f"{where}: {wide} px wide"] if wide > width else []),
    ]
