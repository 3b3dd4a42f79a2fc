"""Every column is somebody's, has a purpose and an end; docs/privacy.md says the same."""

from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps

from coalition.privacy.columns import Held
from coalition.privacy.held import HELD

DOCUMENT = (Path(__file__).parents[2] / "docs/privacy.md").read_text()


def test_every_column_of_every_table_is_declared() -> None:
    declared = {held.table: set(held.columns) for held in HELD}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.label
        assert table in declared, f"{table} is kept and coalition/privacy doesn't say why."
        there = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
        missing = there - declared[table]
        assert not missing, (
            f"Say whose {table}.{min(missing)} is, and how long it is kept: coalition/privacy."
        )
        assert declared[table] == there, f"{table} has no {declared[table] - there} any more."


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.table)
def test_a_column_is_of_one_kind(held: Held) -> None:
    assert [name for name, times in Counter(held.columns).items() if times > 1] == []
    assert set(held.stays.split()) <= set(f"{held.personal} {held.organisational}".split())
    assert held.purpose
    assert held.kept
    assert held.erased


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.table)
def test_what_is_personal_leads_to_its_person(held: Held) -> None:
    owned = held.organisation or held.person or held.mailbox
    assert owned or not held.personal, f"whose export holds {held.table}?"


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.table)
def test_the_document_says_the_same(held: Held) -> None:
    row = f"| {held.table.rpartition('.')[2]} | {held.purpose} | {held.kept} | {held.erased} |"
    assert row in DOCUMENT
