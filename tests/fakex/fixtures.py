"""`pytest_plugins = ["tests.fakex.fixtures"]`: one fake X a session, empty for every test."""

from collections.abc import Iterator

import pytest

from tests.fakex.server import FakeX


@pytest.fixture(scope="session")
def fake_x_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeX]:
    """Keep one process for all tests of a session."""
    with FakeX(tmp_path_factory.mktemp("fakex")) as fake_x:
        yield fake_x


@pytest.fixture
def fake_x(fake_x_process: FakeX) -> Iterator[FakeX]:
    """Give a fake X where nobody is and nothing happened, also after a test that killed it."""
    errors = fake_x_process.errors()
    if not fake_x_process.alive:
        fake_x_process.start()
    fake_x_process.reset()
    yield fake_x_process
    assert fake_x_process.errors() == errors, "the fake X itself stumbled"
