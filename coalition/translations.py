"""Translations, compiled where they run: a fresh machine has no msgfmt, .mo are not kept."""

import re
from contextlib import suppress
from pathlib import Path

LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"


def compile_stale(locale_dir: Path = LOCALE_DIR) -> None:
    """Write every .mo that is missing or older than its .po; cheap when nothing is.

    A tree that can't be written keeps the .mo that its image was built with.
    """
    for source in sorted(locale_dir.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        from polib import pofile

        entries = pofile(str(source))
        if source.parts[-3] == "fr":
            for entry in entries:
                entry.msgstr = as_the_french_set(entry.msgstr)
                entry.msgstr_plural = {
                    number: as_the_french_set(words)
                    for number, words in entry.msgstr_plural.items()
                }
        with suppress(OSError):  # not ours to write, or a read-only disk
            partial = target.with_suffix(".mo.new")
            entries.save_as_mofile(str(partial))
            partial.replace(target)


def as_the_french_set(words: str) -> str:
    """No line begins with “ :” or “ ?”: those spaces don't break. Nobody can type or see them."""
    words = re.sub(" (?=[;?!])", "\N{NARROW NO-BREAK SPACE}", words)
    return re.sub("(?<=«) | (?=[:»])", "\N{NO-BREAK SPACE}", words)
