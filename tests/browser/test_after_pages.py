"""The pages after the hour, for coordinators, organisations and paper.

SHOTS=folder keeps a picture of each; the report and the certificate also as PDF.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from coalition import wiring
from coalition.afterwards.actions import answer_survey, ask_surveys
from coalition.afterwards.states import Chore, Done
from coalition.campaigns.actions import publish_report
from coalition.evidence.actions import Reason, say_left
from coalition.evidence.asking import ask, show
from coalition.evidence.looks import answer
from coalition.evidence.models import Look
from coalition.evidence.rounds import open_rounds
from coalition.evidence.states import Level, Sight
from coalition.journal.actions import chain_new_entries
from coalition.members.actions import erase_secret, keep_secret
from coalition.members.models import User
from coalition.members.states import NetworkChoices, Rule
from coalition.publishing.states import State
from tests import factories
from tests.browser import scenes
from tests.browser.test_public_pages import keep, window
from tests.evidence.after import Gone, gone
from tests.factories import NOW, T
from tests.web.pledge.people import browser as signed_in

pytestmark = pytest.mark.usefixtures("committed")
LATER = T + timedelta(days=30, hours=2)


def over() -> Gone:
    """A crowd that left, and one organisation with everything that can come after."""
    campaign = scenes.crowd(20, left_at=T)
    type(campaign).objects.filter(pk=campaign.pk).update(go_at=NOW)
    campaign.refresh_from_db()
    left, again, late = gone(campaign), gone(campaign), gone(campaign, out=False)
    factories.post(late.pledge, late.account, state=State.MISSED)
    factories.post(again.pledge, factories.account(again.pledge.organisation), state=State.REFUSED)
    first = left.look(at=T + timedelta(days=2))
    answer(first, Sight.SILENT, actor=left.boss, now=T + timedelta(days=2))
    question = ask(campaign, again.account, actor=left.boss, now=T + timedelta(days=3))
    show(question, actor=left.boss, now=T + timedelta(days=12))
    ask(campaign, left.account, link="https://x.com/a/status/1", actor=left.boss, now=LATER)
    early = gone(campaign, out=False)
    reason = Reason(Level.SELF_REPORTED, T + timedelta(days=3))
    say_left(campaign, [early.account], reason, actor="An", now=LATER)
    open_rounds(LATER)
    looks = Look.objects.filter(days=30).select_related("campaign", "account__organisation")
    answer(looks[1], Sight.UNCLEAR, actor=left.boss, now=LATER)
    ask_surveys(LATER)
    said = dict.fromkeys(Chore, Done.YES) | {Chore.LOCK: Done.NOT_YET}
    answer_survey(
        campaign,
        left.pledge.organisation,
        said,
        remark="Het ging vlotter dan gedacht.",
        actor=left.owner,
        now=LATER,
    )
    home = factories.account(
        left.pledge.organisation, NetworkChoices.BLUESKY, network_id="did:plc:paper"
    )
    keep_secret(home, {"kind": "app password"}, vault=wiring.vault(), now=NOW)
    erase_secret(home, rule=Rule.PROMISED, actor="the machine", now=T + timedelta(days=14))
    chain_new_entries()
    publish_report(campaign, actor=left.boss, now=LATER)
    return left


def pages(left: Gone) -> list[tuple[str, User | None]]:
    slug, one = left.campaign.slug, left.pledge.organisation.slug
    question = left.account.questions.get()
    staff = ("after/", "survey/", "report/", f"after/left/{one}/")
    team = ("leaving/", "did-you/", "erased/", "left/", f"posting/{question.pk}/", "")
    return [
        (f"{slug}/report/", None),
        (f"{slug}/corrections/", None),
        *((f"dashboard/{slug}/{page}", left.boss) for page in staff),
        (f"dashboard/members/{one}/erased/", left.boss),
        *((f"member/{one}/{page}", left.owner) for page in team),
    ]


def signs_in(page: Page, server: LiveServer, person: User | None) -> None:
    page.context.clear_cookies()
    if person:
        client: Client = signed_in(person)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}]
        )


def test_axe_finds_nothing_and_nothing_runs_over(browser: Browser, live_server: LiveServer) -> None:
    wrong = []
    with time_machine.travel(LATER):
        left = over()
        for scheme, language in (("light", "nl"), ("dark", "fr")):
            for width in (390, 1280):
                with window(browser, LATER, width=width, scheme=scheme) as page:
                    for path, person in pages(left):
                        signs_in(page, live_server, person)
                        found = page.goto(f"{live_server.url}/{language}/{path}")
                        where = f"{language} {path} {width} {scheme}"
                        assert found
                        assert found.status == 200, where
                        keep(page, "after", path, language, width, scheme)
                        wrong += [
                            f"{where}: {one['id']} {one['nodes'][0]['html'][:120]}"
                            for one in Axe().run(page).response["violations"]
                        ]
                        wide = page.evaluate("document.documentElement.scrollWidth")
                        wrong += [f"{where}: {wide} px wide"] if wide > width else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_on_paper_a_certificate_is_one_sheet(
    browser: Browser, live_server: LiveServer, language: str
) -> None:
    with time_machine.travel(LATER):
        left = over()
        slug, one = left.campaign.slug, left.pledge.organisation.slug
        with window(browser, LATER) as page:
            signs_in(page, live_server, left.owner)
            page.goto(f"{live_server.url}/{language}/member/{one}/erased/")
            certificate = page.pdf(prefer_css_page_size=True)
            page.goto(f"{live_server.url}/{language}/{slug}/report/")
            report = page.pdf(prefer_css_page_size=True)
    if folder := os.environ.get("SHOTS"):
        Path(folder, f"certificate-{language}.pdf").write_bytes(certificate)
        Path(folder, f"report-{language}.pdf").write_bytes(report)
    assert sheets(certificate) == 1
    assert sheets(report) <= 3


def sheets(pdf: bytes) -> int:
    """A page of its own for each; Chromium writes them uncompressed."""
    return pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") or pdf.count(b"/Type /Page/")
