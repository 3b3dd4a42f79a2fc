"""One organisation with its owner, in a campaign whose hour is two weeks ahead."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation, User
from tests import factories
from tests.web.pledge.people import browser


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is Monday morning; a test moves on with `clock.move_to(…)`."""
    with time_machine.travel(factories.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def exit_(db: None) -> Campaign:  # noqa: ARG001 — it needs the database
    """An open campaign that asks for words of one's own."""
    return factories.campaign(slug="exit")


@pytest.fixture
def ours(exit_: Campaign) -> Organisation:
    """The organisation that the tests are about."""
    del exit_
    return factories.organisation("De Denkbeeldige Waterput", slug="waterput")


@pytest.fixture
def owner(ours: Organisation) -> User:
    """Who speaks for it."""
    return factories.representative(ours)


@pytest.fixture
def inside(owner: User) -> Client:
    """The owner's browser."""
    return browser(owner)
