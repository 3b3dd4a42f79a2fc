"""Translations, compiled where they run: a fresh machine has no msgfmt, .mo are not kept."""

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

        with suppress(OSError):  # not ours to write, or a read-only disk
            partial = target.with_suffix(".mo.new")
            pofile(str(source)).save_as_mofile(str(partial))
            partial.replace(target)
