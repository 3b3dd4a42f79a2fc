"""What an administrator sees in a browser: that it runs, and that nothing can be posted."""

import pytest
from pytest_django import Settings

from tests import factories
from tests.browser.walking import Walks


@pytest.mark.parametrize(
    ("networks", "words"), [("off", "Nothing can be posted"), ("rehearsal", "nothing is sent")]
)
def test_every_page_says_that_nothing_can_be_posted(
    walks: Walks, settings: Settings, networks: str, words: str
) -> None:
    settings.NETWORKS = networks
    factories.campaign(slug="exit")
    with walks(factories.coordinator()) as walk:
        for path in ("/en/", "/en/exit/", "/en/dashboard/", "/en/dashboard/exit/day/"):
            walk.at(path)
            assert words.casefold() in walk.page.get_by_role("banner").inner_text().casefold()


def test_it_says_whether_it_is_well(walks: Walks) -> None:
    with walks() as walk:
        assert walk.status("/healthz") == 200
