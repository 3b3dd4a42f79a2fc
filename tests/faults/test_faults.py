"""Each fault of the catalogue, on real servers, with real workers, judged by the networks' logs."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
import pytest_django
from django.db import connection

from tests import database, environment
from tests.fakex.server import FakeX
from tests.faults import on_everything, on_people, on_servers, on_the_networks, on_workers
from tests.faults.day import Case, Day, failures
from tests.faults.house import House
from tests.testnet.servers import Pds, Postgres, Valkey

pytestmark = pytest.mark.skipif(
    environment.on_sqlite(), reason="workers of their own share a PostgreSQL"
)
SEED = 11_11_11
DAYS: dict[str, dict[str, Callable[[Case], None]]] = {
    "networks": on_the_networks.CASES,
    "workers": on_workers.CASES,
    "servers": {**on_servers.CASES, **on_everything.KILLED},
    f"people (seed {SEED})": on_people.cases(SEED),
    "breaker": on_everything.BREAKER,
    "clocks": on_everything.CLOCKS,
    "backup": on_everything.BACKUP,
}
HOW: dict[str, dict[str, Any]] = {
    "networks": {"together": True, "room": 0},
    "workers": {"room": 1},
    f"people (seed {SEED})": {"room": 3},
}
POOL = {"servers": 4, f"people (seed {SEED})": 4, "breaker": 6, "clocks": 2, "backup": 4}
type Judged = Callable[[str], dict[str, list[str]]]


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's: open for as long as the house stands."""
    del django_db_setup
    with django_db_blocker.unblock():
        yield
        connection.close()  # it may have been restarted under us
        database.empty()


@pytest.fixture(scope="module")
def house(
    db: None,
    postgres: Postgres,
    valkey: Valkey,
    pds: Pds,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    del db
    with (
        FakeX(tmp_path_factory.mktemp("fakex")) as fake_x,
        House(postgres=postgres, valkey=valkey, pds=pds, fake_x=fake_x) as house,
    ):
        yield house


@pytest.fixture(scope="module")
def judged(house: House, request: pytest.FixtureRequest) -> Judged:
    """A day is lived once, with those of its cases that somebody wants to see."""
    wanted = {
        str(item.callspec.params["name"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        if item.path == request.path and "name" in item.callspec.params
    }

    lived: dict[str, dict[str, list[str]] | Exception] = {}

    def live(day: str) -> dict[str, list[str]]:
        if day not in lived:
            try:
                lived[day] = live_through(house, day, wanted)
            except Exception as error:
                lived[day] = error
                raise
        said = lived[day]
        if isinstance(said, Exception):
            pytest.fail(f"the day broke off: {said!r}", pytrace=False)
        return said

    return live


def live_through(house: House, day: str, wanted: Collection[str]) -> dict[str, list[str]]:
    pool = [house.member(line=True) for _ in range(POOL.get(day, 0))]
    cases = []
    for name, fault in DAYS[day].items():
        if name in wanted:
            case = Case(name, house, pool)
            fault(case)
            cases.append(case)
    lived = Day(house, cases, **HOW.get(day, {}))
    try:
        lived.run()
        return failures(cases, lived.logs())
    finally:
        lived.tidy()


@pytest.mark.parametrize(
    ("day", "name"), [(day, name) for day, cases in DAYS.items() for name in cases]
)
def test_fault(judged: Judged, day: str, name: str) -> None:
    assert judged(day)[name] == []
