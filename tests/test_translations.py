"""Every word that a person reads, in every language of the site."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from coalition.translations import in_french
from tests.testnet.missing import program

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("nl", "fr", "de")


def catalogue(language: str, root: Path = ROOT) -> polib.POFile:
    return polib.pofile(str(root / "locale" / language / "LC_MESSAGES" / "django.po"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_untranslated(language: str) -> None:
    entries = catalogue(language)
    assert [entry.msgid for entry in entries.untranslated_entries()] == []
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_plural_is_missing(language: str) -> None:
    plurals = [entry for entry in catalogue(language) if entry.msgid_plural]
    assert [entry.msgid for entry in plurals if not all(entry.msgstr_plural.values())] == []
    assert {len(entry.msgstr_plural) for entry in plurals} == {2}


def test_no_line_of_french_begins_with_a_high_mark() -> None:
    shown = in_french("« Prêts ? » : oui ; à 12:00 !").replace("\N{NO-BREAK SPACE}", "_")
    assert shown == "«_Prêts_?_»_: oui_; à 12:00_!"


def test_every_word_of_the_code_is_in_every_catalogue(tmp_path: Path) -> None:
    words = words_of_the_code(tmp_path)
    assert len(words) > 500
    for language in LANGUAGES:
        known = {(entry.msgctxt, entry.msgid) for entry in catalogue(language)}
        assert sorted(str(word) for word in words - known) == []


def words_of_the_code(folder: Path) -> set[tuple[str | None, str]]:
    """What makemessages finds, in a copy: the catalogues themselves stay as they are."""
    program("translations", ("xgettext",), "gettext")
    for part in ("coalition", "templates"):
        shutil.copytree(ROOT / part, folder / part)
    (folder / "locale" / "nl" / "LC_MESSAGES").mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", "nl"],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
    )
    return {(entry.msgctxt, entry.msgid) for entry in catalogue("nl", folder)}
