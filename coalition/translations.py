"""Translations, compiled where they run: a fresh machine has no msgfmt, .mo are not kept."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"
BREAKABLE: Final = re.compile(r" (?=[;:!?»])|(?<=«) ")


def in_french(words: str) -> str:
    """With its spaces before high marks and inside quotes unbreakable: no line begins with one."""
    return BREAKABLE.sub("\N{NO-BREAK SPACE}", words)


def compile_stale(locale_dir: Path = LOCALE_DIR) -> None:
    """Write every .mo that is missing or older than its .po; cheap when nothing is.

    A tree that can't be written keeps the .mo that its image was built with.
    """
    for source in sorted(locale_dir.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        from polib import pofile

        with suppress(OSError):  # not ours to write, or a read-only disk
            partial = target.with_suffix(".mo.new")
            catalogue = pofile(str(source))
            for entry in catalogue if source.parts[-3] == "fr" else ():
                entry.msgstr = in_french(entry.msgstr)
                forms = entry.msgstr_plural.items()
                entry.msgstr_plural = {form: in_french(words) for form, words in forms}
            catalogue.save_as_mofile(str(partial))
            partial.replace(target)
