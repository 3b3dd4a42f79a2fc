"""`manage.py returned < mail`: a letter came back, and the mail server hands us its report."""

import sys
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from coalition.mail.returned import LARGEST, note_report


class Command(BaseCommand):
    """Made for the end of a pipe: whatever comes in, it says one line and ends well.

    Ended otherwise, the mail server would send a report about the report.
    """

    help = "Note a letter that came back; reads the mail server's report from standard input."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Read one report, to its end, so that nobody's pipe breaks."""
        report = sys.stdin.buffer.read(LARGEST)
        while sys.stdin.buffer.read(LARGEST):
            pass
        letter = note_report(report, now=datetime.now(UTC))
        if letter is None:
            self.stdout.write("No report about a letter of ours that is given up: nothing noted.")
        else:
            self.stdout.write(f"Noted: letter {letter.pk} came back.")
