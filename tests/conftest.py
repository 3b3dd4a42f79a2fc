"""Every kind of server a test may ask for, started once, when the first test asks."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import django
import pytest
from django.db import connections
from django.utils import translation
from pytest_django import Settings

from coalition.translations import compile_stale
from tests import database, environment
from tests.testnet import servers
from tests.testnet.missing import Missing
from tests.testnet.pds import is_set_up

environment.set_up()
compile_stale()  # a fresh machine has only the sources
django.setup()  # here, so that any file below may import models

pytest_plugins = ["tests.fakex.fixtures", "tests.testnet.site"]

MISSING = pytest.StashKey[dict[str, Missing]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MISSING] = {}


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)


@contextlib.contextmanager
def what_is_missing(config: pytest.Config) -> Iterator[None]:
    """What a machine lacks skips its tests; under CI it fails them."""
    try:
        yield
    except Missing as missing:
        config.stash[MISSING][missing.kind] = missing
        outcome = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        raise outcome.Exception(str(missing), pytrace=False) from None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with what_is_missing(item.config):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with what_is_missing(item.config):
        return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for every kind of test that could not run."""
    missing = terminalreporter.config.stash[MISSING]
    if missing:
        terminalreporter.section("not on this machine")
    for each in missing.values():
        terminalreporter.line(str(each))


# Servers. Tests that can't share one make their own: `with Postgres() as postgres`.


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    """PostgreSQL 18, the one that Django's tests run on."""
    with servers.Postgres(port=environment.POSTGRES_PORT) as postgres:
        yield postgres


@pytest.fixture(scope="session")
def valkey() -> Iterator[servers.Valkey]:
    """The broker of the real deployment, at settings.REDIS_URL."""
    with servers.Valkey(port=environment.VALKEY_PORT) as valkey:
        yield valkey


@pytest.fixture(scope="session")
def pds(pytestconfig: pytest.Config) -> Iterator[servers.Pds]:
    """A real Bluesky server; `pds.person()` makes a fresh account."""
    if not is_set_up():
        capture = pytestconfig.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            sys.stderr.write(
                "\nBuilding Bluesky's server, once on this machine: a minute or two.\n"
            )
    with servers.Pds() as pds:
        yield pds


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A browser to look at pages with."""
    return servers.chromium()


# Django


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """The database starts with the first test that wants one."""
    if environment.on_sqlite():  # a file, as where it runs: in memory, threads lock whole tables
        connections.databases["default"]["TEST"]["NAME"] = f"{os.environ['DATA_DIR']}/test.sqlite3"
    else:
        request.getfixturevalue("postgres")


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """A database that really commits, for threads and workers; empty again afterwards."""
    del transactional_db
    yield
    database.empty()  # Django's own flush stumbles over what SQLite does not let go


@pytest.fixture(autouse=True)
def _emptied(request: pytest.FixtureRequest) -> None:
    """Tests that commit by their mark leave no rows either."""
    mark = request.node.get_closest_marker("django_db")
    if mark and mark.kwargs.get("transaction"):
        request.getfixturevalue("committed")


@pytest.fixture(autouse=True)
def _nothing_sent_before() -> None:
    """Each test's database begins anew; what this machine remembers of others would object."""
    (Path(os.environ["DATA_DIR"]) / "sent").unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _own_cache(settings: Settings) -> None:
    """No test sees what another left in the cache."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid4().hex}
    settings.CACHES = {"default": memory}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Tests quote sentences as the code has them; a page speaks the language of its address."""
    with translation.override("en"):
        yield
