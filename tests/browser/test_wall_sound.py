"""The launch wall's tone: silent until somebody asks, then once for each new thing to do."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from coalition.campaigns.models import Campaign
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.browser.windows import carry, found_by_axe, keep, opened
from tests.factories import T
from tests.web.pledge.people import browser as client_of

COUNTS_TONES = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function () { window.tones += 1; return start.call(this); };
"""


@pytest.fixture
def refusable(committed: None) -> Post:
    del committed
    exit_ = factories.going(slug="exit")
    return factories.direct(factories.pledge(exit_, factories.organisation("Waterput")))


def refused(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(
        state=State.REFUSED, needs_person=True, detail="Forbidden"
    )


def tones_after(page: Page, words: str) -> int:
    expect(page.get_by_text(words).first).to_be_visible(timeout=10_000)
    page.wait_for_timeout(200)
    heard: int = page.evaluate("window.tones")
    return heard


@pytest.mark.parametrize("asked", [True, False])
def test_a_tone_sounds_only_for_who_asked_and_once_for_each_new_thing(
    browser: Browser, live_server: LiveServer, refusable: Post, *, asked: bool
) -> None:
    with time_machine.travel(T + timedelta(minutes=1)), opened(browser, live_server.url) as page:
        carry(page, live_server.url, client_of(factories.coordinator()))
        page.add_init_script(COUNTS_TONES)
        page.goto("/en/dashboard/exit/day/")
        switch = page.get_by_role("button", name="A tone when somebody must act")
        assert switch.get_attribute("aria-pressed") == "false"
        assert found_by_axe(page) == []
        if asked:
            switch.click()
            assert switch.get_attribute("aria-pressed") == "true"
        keep(page, "wall", asked)
        first = 1 if asked else 0
        assert page.evaluate("window.tones") == first
        refused(refusable)
        assert tones_after(page, "Forbidden") == (2 if asked else 0)
        page.wait_for_timeout(2_500)  # the wall renews itself once more, and says nothing new
        assert page.evaluate("window.tones") == (2 if asked else 0)
        Campaign.objects.update(stopped_at=T)
        assert tones_after(page, "Stopped") == (3 if asked else 0)


def test_without_scripts_there_is_no_switch_that_does_nothing(
    browser: Browser, live_server: LiveServer, refusable: Post
) -> None:
    del refusable
    with opened(browser, live_server.url, scripts=False) as page:
        carry(page, live_server.url, client_of(factories.coordinator()))
        page.goto("/en/dashboard/exit/day/")
        expect(page.locator("#sound")).to_be_hidden()
