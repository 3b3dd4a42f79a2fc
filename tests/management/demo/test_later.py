"""The demo days after its exit: on the embedded database only, whose clock a rehearsal may move."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from coalition.evidence.states import Label
from coalition.management.demo.hands import waiting_for_a_hand
from coalition.management.demo.later import NOT_YET, live_on, noon
from coalition.management.demo.load import load
from coalition.management.demo.score import score
from coalition.members.models import Credential
from coalition.progress.queries import legible_progress
from tests import environment

ROOT = Path(__file__).parents[3]


def test_noon_is_the_campaigns_own_and_so_many_days_ago() -> None:
    now = datetime(2027, 4, 1, 8, tzinfo=UTC)
    assert noon(16, now) == datetime(2027, 3, 16, 11, tzinfo=UTC)  # before the clocks changed
    assert noon(1, now) == datetime(2027, 3, 31, 10, tzinfo=UTC)


@pytest.mark.skipif(environment.on_sqlite(), reason="it is this run")
def test_it_is_also_looked_at_where_the_other_tests_have_servers() -> None:
    end = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "TEST_DATABASE": "sqlite"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert (end.returncode, "2 passed, 1 skipped" in end.stdout) == (0, True), end.stdout[-4000:]


@pytest.mark.skipif(not environment.on_sqlite(), reason="PostgreSQL's clock can't be moved")
@pytest.mark.django_db(transaction=True)
def test_days_later_each_is_accounted_for_and_the_report_is_public(
    settings: Settings, tmp_path: Path, client: Client
) -> None:
    settings.NETWORKS = "rehearsal"
    settings.REHEARSAL_DIR, settings.DATA_DIR = tmp_path / "rehearsal", tmp_path
    now = datetime.now(UTC)
    exit_at = noon(16, now)
    stage = load(exit_at=exit_at, now=exit_at - timedelta(minutes=2))
    live_on(stage, now)
    effects = settings.REHEARSAL_DIR / "effects.jsonl"
    found = score(stage.campaign, effects)
    assert (found.lost, found.doubled, found.early, found.uncertain, found.missed) == (0,) * 5
    assert len(effects.read_text().splitlines()) == 51
    assert [post.account.organisation.name for post in waiting_for_a_hand(stage)] == [*NOT_YET]
    progress = legible_progress("samen-weg", now=now)
    assert progress
    assert {row.label for row in progress.rows} == {
        *(Label.LEFT, Label.PARTLY, Label.LEFT_SELF_REPORTED, Label.ALREADY_LEFT, Label.LEAVING),
    }
    assert (progress.on_the_day, progress.since, progress.left) == (28, 2, 31)
    assert client.get("/nl/samen-weg/report/").status_code == 200
    assert "Sterrenwacht Samen" in client.get("/nl/samen-weg/corrections/").content.decode()
    assert not Credential.objects.exists()
