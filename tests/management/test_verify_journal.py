"""`manage.py verify_journal`: one line, one exit code; and the head that coordinators keep."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from coalition.journal.actions import Act, chain_new_entries, note
from coalition.journal.models import Entry
from coalition.journal.queries import head
from coalition.mail.models import Letter
from coalition.members.models import Coordinator
from coalition.members.witnesses import tell_the_head
from tests import factories
from tests.database import guards_down
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("committed")


def chained(*verbs: str) -> None:
    for verb in verbs:
        note(Act(verb, "somebody"), now=NOW)
    chain_new_entries()


def forced(at: int, **change: Any) -> None:
    with guards_down(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        Entry.objects.filter(position=at).update(**change)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


def test_a_whole_journal_is_said_to_be_whole(capsys: pytest.CaptureFixture[str]) -> None:
    chained("one", "two", "three")
    call_command("verify_journal")
    assert capsys.readouterr().out == "Whole: 3 entries.\n"


def test_the_first_bad_entry_is_named() -> None:
    chained("one", "two", "three", "four")
    forced(2, verb="never happened")
    forced(4, actor="nobody")
    with pytest.raises(CommandError, match=r"^Entry 2 is not what was written there") as said:
        call_command("verify_journal")
    assert said.value.returncode == 1
    assert "\n" not in str(said.value)


def test_a_chain_made_anew_does_not_hold_the_head_that_was_mailed() -> None:
    chained("one", "two")
    last = head()
    assert last
    said = f"{last.position}:{last.sha256}"
    call_command("verify_journal", head=said)
    forced(1, verb="another one", position=None, sha256="")
    forced(2, position=None, sha256="")
    chain_new_entries()
    call_command("verify_journal")
    with pytest.raises(CommandError, match="Entry 2 is another one: the journal was made anew"):
        call_command("verify_journal", head=said)
    with pytest.raises(CommandError, match="Entry 99 is gone"):
        call_command("verify_journal", head=f"99:{last.sha256}")
    with pytest.raises(CommandError, match="is no head"):
        call_command("verify_journal", head="hello")


def test_coordinators_get_the_head_once_a_day_and_only_after_something_was_done() -> None:
    boss, gone = factories.coordinator(), factories.coordinator()
    Coordinator.objects.filter(user=gone).update(removed_at=NOW)
    assert tell_the_head(NOW) == 0
    chained("one", "two")
    last = head()
    assert last
    turns = [tell_the_head(NOW + timedelta(minutes=minute)) for minute in range(3)]
    assert turns == [1, 0, 0]
    letter = Letter.objects.get(kind="journal-head")
    assert letter.to == boss.email
    assert f"verify_journal --head {last.position}:{last.sha256}" in letter.text
    assert tell_the_head(NOW + timedelta(days=1)) == 1
    assert tell_the_head(NOW + timedelta(days=2)) == 0
