"""The journal: added to, chained, and refused by the database itself when it is to be changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from coalition.journal.actions import Act, chain_new_entries, note
from coalition.journal.models import Entry
from coalition.journal.queries import first_broken, history_of
from tests.database import guards_down
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("committed")


def noted(count: int = 5) -> None:
    for number in range(count):
        facts = {"ø": number, "nested": {"b": [1, 2], "a": None}}
        note(Act("did", "somebody", 1, number % 2, facts), now=NOW + timedelta(seconds=number))


def test_entries_are_chained_in_order_and_the_chain_is_whole() -> None:
    noted()
    assert [chain_new_entries(limit=3), chain_new_entries(), chain_new_entries()] == [3, 2, 0]
    assert list(Entry.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    assert len(set(Entry.objects.values_list("sha256", flat=True))) == 5
    assert first_broken() is None
    noted(2)
    chain_new_entries()
    assert first_broken() is None
    assert [entry.facts["ø"] for entry in history_of(1)] == [1, 3, 1]


CHANGES = [
    {"verb": "did not"},
    {"actor": "somebody else"},
    {"at": NOW - timedelta(days=1)},
    {"facts": {}},
    {"campaign_id": 2},
    {"organisation_id": None},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_changed_entry_is_refused_and_if_forced_it_is_found(change: dict[str, Any]) -> None:
    noted()
    third = Entry.objects.filter(pk=Entry.objects.all()[2].pk)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        third.update(**change)
    chain_new_entries()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        third.update(**change)
    forced(third, change)
    broken = first_broken()
    assert broken
    assert (broken.position, broken.found) == (3, third.get().sha256)


def forced(rows: QuerySet[Entry], change: dict[str, Any] | None) -> None:
    """Somebody with the keys to the database itself."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            _do(rows, change)
    else:
        with guards_down():
            _do(rows, change)


def _do(rows: QuerySet[Entry], change: dict[str, Any] | None) -> None:
    if change is None:
        rows._raw_delete(rows.db)
    else:
        rows.update(**change)


def test_a_removed_entry_is_refused_and_if_forced_it_is_found() -> None:
    noted()
    chain_new_entries()
    third = Entry.objects.filter(position=3)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        third.delete()
    forced(third, None)
    broken = first_broken()
    assert broken
    assert broken.position == 3


def test_a_place_once_given_is_not_given_anew() -> None:
    noted()
    chain_new_entries()
    for change in ({"position": 99}, {"sha256": "0" * 64}, {"position": None, "sha256": ""}):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Entry.objects.filter(position=5).update(**change)


def test_an_act_that_is_rolled_back_leaves_no_entry() -> None:
    with transaction.atomic():
        noted()
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
