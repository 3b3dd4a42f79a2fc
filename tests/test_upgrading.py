"""A version works on the tables of the next one, and its rows live on there.

The version before is taken from the history: the newest whose migrations are all still ours, with
fewer of them. Where there is no history, these tests are skipped.
"""

import os
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from tests import environment
from tests.composed import ROOT, play
from tests.test_settings import RIGHT
from tests.testnet.server import free_port
from tests.testnet.servers import Postgres

pytestmark = pytest.mark.skipif(environment.on_sqlite(), reason="compose runs PostgreSQL")
MANY = 300
ROWS = """
from coalition.members.states import NetworkChoices
from coalition.publishing.models import Post
from coalition.publishing.states import State
now = datetime.now(UTC)
exit = factories.going(exit_at=now - timedelta(minutes=1), slug='samen-weg', opened_at=now)
gone = factories.organisation('Waterput')
word = factories.pledge(exit, gone)
factories.direct(word, colours=['teal'])
factories.post(word, state=State.PUBLISHED)
factories.pledge(exit, factories.organisation('Nachtbus'), confirmed=False)
factories.representative(gone)
factories.coordinator('desk@example.org')
factories.candidate(exit)
factories.saved_view(exit, 'silent')
kit = factories.press_kit(exit, public_at=now)
factories.quote(kit, gone)
"""
MIGRATE = """
from django.core.management import call_command
call_command('migrate', verbosity=0, interactive=False, anyway=True)
"""
TURN = """
import io
from django.core.management import call_command
from django.test import Client
from coalition.publishing.models import Post
call_command('tick', stdout=io.StringIO())
call_command('verify_journal', stdout=io.StringIO())
client = Client(headers={'host': 'exit.example.org'})
for path in ('/healthz', '/en/samen-weg/', '/nl/samen-weg/data.csv'):
    print(path, client.get(path, secure=True).status_code)
print(sorted(Post.objects.values_list('network', 'state')))
"""
WELL = """/healthz 200
/en/samen-weg/ 200
/nl/samen-weg/data.csv 200
[('bluesky', 'published'), ('x', 'published')]
"""


def git(*arguments: str) -> bytes:
    """What it says; nothing where it says no."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    except FileNotFoundError:
        return b""
    return done.stdout


def before() -> str | None:
    """The commit before the newest migration came."""
    names = sorted((ROOT / "migrations").glob("*.py"))
    ours = dict(
        zip(
            [f"migrations/{path.name}" for path in names],
            git("hash-object", *map(str, names)).decode().split(),
            strict=False,
        )
    )
    for commit in git("rev-list", "-n", str(MANY), "HEAD").decode().split():
        lines = git("ls-tree", commit, "migrations/").decode().splitlines()
        theirs = {line.split("\t")[1]: line.split()[2] for line in lines}
        if theirs.items() < ours.items():
            return commit
    return None


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the version before."""
    if (commit := before()) is None:
        pytest.skip("no git, or not enough history: an older version can't be had")
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=BytesIO(git("archive", commit))) as tree:
        tree.extractall(folder, filter="data")
    return folder


@pytest.fixture
def values(postgres: Postgres, tmp_path: Path) -> dict[str, str]:
    """The settings of both; an empty database."""
    (tmp_path / "static").mkdir()
    return {
        **RIGHT,
        "PATH": os.environ["PATH"],
        "VAULT_PRIVATE_KEYS": environment.BOTH["VAULT_PRIVATE_KEYS"],
        "VAULT_PUBLIC_KEY": "",
        "DATABASE_URL": postgres.create(f"upgraded{free_port()}"),
        "DATA_DIR": str(tmp_path),
        "NETWORKS": "rehearsal",
        "DEBUG": "true",  # static files by their own names
    }


def test_the_version_before_works_on_the_tables_of_this_one(
    old: Path, values: dict[str, str]
) -> None:
    play(values, MIGRATE)
    assert play(values, ROWS + TURN, tree=old) == WELL


def test_what_the_version_before_wrote_and_approved_this_one_sends(
    old: Path, values: dict[str, str]
) -> None:
    play(values, MIGRATE + ROWS, tree=old)
    assert play(values, MIGRATE + TURN) == WELL
