"""Tests that commit: what they leave is wiped, and what runs beside them has its own connection."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

OURS = ("coalition_", "account_", "mfa_", "django_session")


def empty() -> None:
    """Take every row of ours away, also those that the database refuses to give up."""
    tables = [name for name in connection.introspection.table_names() if name.startswith(OURS)]
    quoted = [connection.ops.quote_name(name) for name in tables]
    with guards_down(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(quoted)} CASCADE")
        else:
            with connection.constraint_checks_disabled():
                for table in quoted:
                    cursor.execute(f"DELETE FROM {table}")  # noqa: S608 — our own tables


@contextmanager
def guards_down() -> Iterator[None]:
    """SQLite's triggers also guard against this; PostgreSQL's TRUNCATE walks past them."""
    if connection.vendor == "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _name, sql in triggers:
            cursor.execute(sql)


def at_once(*works: Callable[[], object], barrier: threading.Barrier | None = None) -> None:
    """Run each in a thread and a connection of its own; the first error of any is raised here.

    An error breaks the `barrier`, so that nobody waits for who will not come.
    """
    errors: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 — raised again below, where pytest sees it
            errors.append(error)
            if barrier:
                barrier.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
