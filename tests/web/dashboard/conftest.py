"""The three people, and a campaign with something on every page."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.members.models import User
from coalition.members.states import NetworkChoices, Route
from coalition.pledges.actions import Wait
from coalition.pledges.states import Answer, ConditionKind
from coalition.publishing.states import State
from tests import factories
from tests.web.pledge.people import browser


@pytest.fixture
def boss(db: None) -> User:  # noqa: ARG001 — it needs the database
    """The coordinator."""
    return factories.coordinator("coordinator@koepelvoorbeeld.example")


@pytest.fixture
def inside(boss: User) -> Client:
    """A coordinator's browser."""
    return browser(boss)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is Monday morning; a test moves on with `clock.move_to(…)`."""
    with time_machine.travel(factories.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def exit_(db: None) -> Campaign:  # noqa: ARG001 — it needs the database
    """An open campaign whose hour lies two weeks ahead."""
    return factories.campaign(slug="exit", threshold=20)


def fill(to: Campaign, count: int) -> None:
    """So many organisations, alike: conditional, invited, with posts that need a person."""
    everybody = [factories.organisation(contact_phone="+32 2 123 45 67") for _ in range(count)]
    for one in everybody:
        other = everybody[everybody.index(one) - 1]
        waits = [Wait(ConditionKind.AT_LEAST, number=count)]
        if other != one:
            waits.append(Wait(ConditionKind.NAMED, organisations=[other]))
        word = factories.pledge(to, one, answer=Answer.LEAVE_IF, waits=waits)
        x = factories.account(one, network_id=f"x{one.pk}")
        home = factories.account(one, NetworkChoices.BLUESKY)
        factories.post(word, x, state=State.REFUSED, route=Route.DIRECT, detail="not now")
        factories.post(word, home, state=State.APPROVED)
        factories.representative(one)
