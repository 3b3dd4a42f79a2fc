"""STOP means stop: after its commit no send begins, and who pressed is told what was under way."""

import os
from collections.abc import Iterator

import pytest

from tests import environment
from tests.fakex.server import FakeX
from tests.faults.house import Town
from tests.faults.stopping import POSTS, race
from tests.scene import database_url
from tests.testnet.pds import Pds

pytestmark = pytest.mark.skipif(
    environment.on_sqlite(), reason="processes of their own share a PostgreSQL"
)


@pytest.fixture
def town(committed: None, pds: Pds, fake_x: FakeX) -> Iterator[Town]:
    del committed
    town = Town(pds=pds, fake_x=fake_x)
    with town.open:
        yield town


def test_after_stop_no_send_begins(town: Town) -> None:
    there = {**os.environ, **town.settings, "DATABASE_URL": database_url()}
    story = race(town, there, times=100, seed=11_11_11)
    assert story.wrong == []
    assert any(0 < never < POSTS for _before, _named, never in story.ways)  # in the midst of it
    assert any(named for _before, named, _never in story.ways)
