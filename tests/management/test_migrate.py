"""Tables don't change while posts go out: `migrate` as compose calls it, on a database behind."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import psycopg
import pytest

from tests import environment
from tests.test_settings import RIGHT, start
from tests.testnet import servers
from tests.testnet.server import free_port

pytestmark = pytest.mark.skipif(environment.on_sqlite(), reason="compose runs PostgreSQL")
LAST, BEFORE_LAST = sorted((path.stem for path in Path("migrations").glob("0*.py")), reverse=True)[
    :2
]
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def template(postgres: servers.Postgres) -> str:
    """A database one migration behind, with one campaign in it; its name."""
    name = f"behind{free_port()}"
    url = postgres.create(name)
    made = migrate(url, "coalition", BEFORE_LAST)
    assert made.returncode == 0, made.stderr
    plainest = {"smallint": "0", "integer": "0", "bigint": "0", "boolean": "false"}
    said = {"slug": "'samen-weg'", "created_at": "now()", "opened_at": "now()", "quorum": "2"}
    said |= {"window_seconds": "900", "date_sequence": "1"}
    with psycopg.connect(url, autocommit=True) as connection:
        columns = connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE is_nullable = 'NO'"
            " AND table_name = 'coalition_campaign' AND column_name != 'id'"
        ).fetchall()
        values = {column: plainest.get(kind, "''") for column, kind in columns} | said
        row = f"({', '.join(values)}) VALUES ({', '.join(values.values())})"
        connection.execute(f"INSERT INTO coalition_campaign {row}")
    return name


@pytest.fixture
def behind(postgres: servers.Postgres, template: str) -> str:
    name = f"behind{free_port()}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return postgres.url_of(name)


def migrate(url: str, *arguments: str) -> CompletedProcess[str]:
    return start("manage.py", "migrate", "--noinput", *arguments, **{**RIGHT, "DATABASE_URL": url})


def leaves(url: str, after: timedelta, **columns: object) -> datetime:
    """The campaign leaves so long from now."""
    exit_at = datetime.now(UTC) + after
    sets = ", ".join(f"{name} = %s" for name in ("exit_at", *columns))
    with psycopg.connect(url, autocommit=True) as connection:
        change = f"UPDATE coalition_campaign SET {sets}"  # noqa: S608 — our own columns
        connection.execute(change, [exit_at, *columns.values()])
    return exit_at


def applied(url: str) -> bool:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT 1 FROM django_migrations WHERE app = 'coalition' AND name = %s", [LAST]
        )
        return found.fetchone() is not None


@pytest.mark.parametrize(
    ("after", "columns"),
    [
        (59 * MINUTE, {}),
        (0 * MINUTE, {}),
        (-14 * MINUTE, {"stopped_at": datetime.now(UTC)}),  # it may be resumed
        (-44 * MINUTE, {"members_after_minutes": 10, "spread_minutes": 21}),  # waves
    ],
)
def test_from_an_hour_before_to_the_end_of_the_window_it_is_refused_in_one_sentence(
    behind: str, after: timedelta, columns: dict[str, object]
) -> None:
    exit_at = leaves(behind, after, **columns)
    refused = migrate(behind)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert f"samen-weg leaves at {exit_at:%Y-%m-%d %H:%M:%S} UTC" in refused.stderr
    assert not applied(behind)


@pytest.mark.parametrize(
    ("after", "columns"),
    [
        (61 * MINUTE, {}),
        (-16 * MINUTE, {}),
        (0 * MINUTE, {"called_off_at": datetime.now(UTC)}),
        (0 * MINUTE, {"opened_at": None}),
    ],
)
def test_at_any_other_time_tables_change(
    behind: str, after: timedelta, columns: dict[str, object]
) -> None:
    leaves(behind, after, **columns)
    done = migrate(behind)
    assert (done.returncode, done.stderr) == (0, "")
    assert applied(behind)


def test_in_an_emergency_a_person_says_anyway_and_a_start_without_changes_is_never_refused(
    behind: str,
) -> None:
    leaves(behind, timedelta(0))
    assert migrate(behind).returncode == 1
    assert migrate(behind, "--anyway").returncode == 0
    assert applied(behind)
    assert migrate(behind).returncode == 0  # a container that starts again in the middle of it
    assert migrate(behind, "coalition", BEFORE_LAST).returncode == 1
