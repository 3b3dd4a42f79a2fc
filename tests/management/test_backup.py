"""A restore, rehearsed: the older state comes back whole, and can send nothing."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.health.models import Pulse
from coalition.journal.actions import Act, chain_new_entries, note
from coalition.journal.models import Entry
from coalition.journal.queries import first_broken
from coalition.members.states import Route
from coalition.publishing.models import Post
from coalition.publishing.queries import due_posts
from coalition.publishing.states import State
from tests import environment, factories
from tests.factories import NOW, T
from tests.testnet.servers import binaries

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    if not environment.on_sqlite():
        monkeypatch.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def going() -> Campaign:
    campaign = factories.campaign()
    Campaign.objects.filter(pk=campaign.pk).update(go_at=NOW)
    campaign.refresh_from_db()
    account = factories.account(factories.organisation(), network_id="1")
    factories.post(
        factories.pledge(campaign, account.organisation),
        account,
        state=State.APPROVED,
        route=Route.DIRECT,
    )
    note(Act("go", "Noor", campaign.pk), now=NOW)
    chain_new_entries()
    return campaign


def test_a_restored_database_is_whole_and_can_send_nothing(
    going: Campaign, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "monday.dump"
    assert due_posts(going, T).count() == 1
    kept = Entry.objects.filter(position__isnull=False).count()
    call_command("backup", file)
    Post.objects.update(
        state=State.PUBLISHED, network_post_id="1", published_at=NOW, url="https://x.com/a/status/1"
    )
    call_command("restore", file, "--yes")
    assert Post.objects.get().state == State.APPROVED
    going.refresh_from_db()
    assert going.stopped_at is not None
    assert due_posts(going, T).count() == 0
    assert first_broken() is None
    said = capsys.readouterr().out
    assert f"The journal is whole: {kept} entries." in said
    assert f"STOP is on for: {going.slug}." in said


def test_a_backup_leaves_its_pulse_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "monday.dump"
    call_command("backup", file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert Pulse.objects.filter(name="backup").exists()
    with pytest.raises(CommandError, match="nothing is overwritten"):
        call_command("backup", file)


def test_a_broken_backup_changes_nothing(going: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "monday.dump"
    file.write_bytes(b"half of it")
    with pytest.raises(CommandError):
        call_command("restore", file, "--yes")
    assert Campaign.objects.get() == going


def test_a_restore_is_refused_while_networks_are_live(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "monday.dump"
    call_command("backup", file)
    settings.NETWORKS = "live"
    with pytest.raises(CommandError, match="NETWORKS=off"):
        call_command("restore", file, "--yes")


def test_a_restore_has_to_be_meant(going: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "monday.dump"
    call_command("backup", file)
    Campaign.objects.update(coalition_name="changed")
    with pytest.raises(CommandError, match="--yes"):
        call_command("restore", file)
    with pytest.raises(CommandError, match="is not there"):
        call_command("restore", tmp_path / "nothing", "--yes")
    assert Campaign.objects.get(pk=going.pk).coalition_name == "changed"


@pytest.mark.skipif(environment.on_sqlite(), reason="a copy needs no program")
def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump is not on this machine"):
        call_command("backup", tmp_path / "monday.dump")
    assert list(tmp_path.iterdir()) == []
    assert connection.vendor == "postgresql"
