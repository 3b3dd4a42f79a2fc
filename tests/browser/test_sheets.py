"""Paper for the day, and the list from which coordinators remind, in a browser and as it prints."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from coalition.members.models import Coordinator
from coalition.members.states import NetworkChoices
from coalition.pledges.invitations import invite
from coalition.publishing.models import Post
from tests import factories
from tests.browser.test_by_hand import judged, made, phone
from tests.browser.test_public_pages import keep
from tests.factories import NOW
from tests.web.pledge.people import browser as inside

pytestmark = pytest.mark.usefixtures("committed")


def test_a_sheet_is_one_side_of_a4(browser: Browser, live_server: LiveServer) -> None:
    post, wrong = made(), []
    home = factories.account(
        post.account.organisation, NetworkChoices.BLUESKY, handle="waterput.example"
    )
    factories.post(post.pledge, home, text="W" * 150 + " " + "w " * 74)
    Post.objects.filter(pk=post.pk).update(text="Wij " * 70)
    with time_machine.travel(NOW, tick=False):
        for width, scheme, language in ((390, "light", "nl"), (1280, "dark", "fr")):
            options: dict[str, Any] = {"width": width, "color_scheme": scheme}
            with phone(browser, live_server, post, **options) as page:
                page.goto(f"{live_server.url}/{language}/member/waterput/sheet/")
                keep(page, "sheet", language, width, scheme)
                wrong += judged(page, f"sheet {language} {width}", width)
                page.emulate_media(media="print", color_scheme="light")
                paper = page.pdf(prefer_css_page_size=True)
                assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
                if width == 1280:
                    page.set_viewport_size({"width": 703, "height": 1030})
                    keep(page, "sheet", "print", language)
    assert not wrong, "\n".join(wrong)


def test_coordinators_remind_and_print_for_everybody(
    browser: Browser, live_server: LiveServer
) -> None:
    post, wrong = made(), []
    boss = Coordinator.objects.get().user
    other = factories.organisation("Lampadaire Sans Fil", language="fr")
    factories.post(factories.pledge(post.campaign, other), text="Nous partons, sans regret.")
    silent = factories.organisation("Studio Meervoud-Voorbeeld")
    invite(post.campaign, silent, actor=boss, now=NOW)
    cookie = inside(boss).cookies["session"]
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        for width, scheme, language in ((390, "dark", "nl"), (1280, "light", "fr")):
            options: dict[str, Any] = {"width": width, "color_scheme": scheme}
            with phone(browser, live_server, post, **options) as page:
                page.context.add_cookies(
                    [{"name": "session", "value": cookie.value, "url": live_server.url}]
                )
                for name in ("invitations", "sheets"):
                    page.goto(f"{live_server.url}/{language}/dashboard/exit/{name}/")
                    keep(page, name, language, width, scheme)
                    wrong += judged(page, f"{name} {language} {width}", width)
                paper = page.pdf(prefer_css_page_size=True)
                assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2
        with phone(browser, live_server, post) as page:
            page.context.add_cookies(
                [{"name": "session", "value": cookie.value, "url": live_server.url}]
            )
            page.goto(f"{live_server.url}/nl/dashboard/exit/invitations/")
            page.click("text=Herinner allen die nog niet antwoordden")
            expect(page.locator(".notices")).to_contain_text("1 organisatie krijgt een herinnering")
            keep(page, "reminded", "nl", 390)
    assert not wrong, "\n".join(wrong)
