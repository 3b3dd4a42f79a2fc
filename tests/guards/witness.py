"""A plugin of pytest: writes down how each test ended, a line of JSON each, and by what error.

It also takes a database that is migrated already, if there is one: migrating takes the longest.
"""

import json
import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

FILE = "GUARDS_WITNESS"
"""The variable that says where to."""
MIGRATED = "GUARDS_MIGRATED"
"""The one that says where such a database is."""
SAID = 90


def pytest_sessionstart(session: pytest.Session) -> None:
    """As if this session had run before."""
    if migrated := os.environ.get(MIGRATED):
        shutil.copy(migrated, Path(os.environ["DATA_DIR"]) / "test.sqlite3")
        session.config.option.reuse_db = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    error = call.excinfo
    asserted = error is not None and error.errisinstance((AssertionError, pytest.fail.Exception))
    if report.when == "call" or not report.passed:
        said = error.exconly(tryshort=True).splitlines()[0][:SAID] if error else ""
        line = {
            "test": report.nodeid,
            "passed": report.passed,
            "skipped": report.skipped,
            "red": report.when == "call" and report.failed and asserted,
            "said": said,
        }
        with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    return report
