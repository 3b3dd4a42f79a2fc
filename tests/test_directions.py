"""The import contracts hold, and each of them is seen to break."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.check import LINT_IMPORTS

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code that a test may break."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in ("coalition", "migrations"):
        shutil.copytree(ROOT / package, folder / package)
    return folder


def verdict(house: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        cwd=house,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in {0, 1}
    return "kept" if done.returncode == 0 else done.stdout


def test_all_are_kept(house: Path) -> None:
    assert verdict(house) == "kept"


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("journal/models.py", "import coalition.campaigns.models", "the exit runs one way"),
        ("members/models.py", "import coalition.campaigns.models", "the exit runs one way"),
        ("pledges/solve.py", "import coalition.web", "the exit runs one way"),
        ("newcomer.py", "", "the exit runs one way"),
        ("pledges/states.py", "import coalition.pledges.models", "inside a stage"),
        ("pledges/newcomer.py", "", "inside a stage"),
        ("networks/text.py", "import django.conf", "networks know neither"),
        ("networks/text.py", "import kombu", "networks know neither"),
        ("apps.py", "import coalition.models", "only Django's registry"),
        ("web/pledge/urls.py", "import coalition.web.dashboard.urls", "doors don't lean"),
        ("web/pledge/urls.py", "import coalition.pledges.models", "doors and tasks reach rows"),
        ("../migrations/__init__.py", "import coalition.models", "migrations import nothing"),
    ],
)
def test_each_is_seen_to_break(house: Path, file: str, line: str, broken: str) -> None:
    path = house / "coalition" / file
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n")
    words = verdict(house)
    if before is None:
        path.unlink()
    else:
        path.write_text(before)
    assert [one for one in words.splitlines() if one.startswith(broken) and "BROKEN" in one]
