"""Nothing that opens a door stands in a log: links carry tokens, and Django logs paths."""

import logging
import re
from typing import Final, override

TOKEN: Final = re.compile(r"(/(?:invitation|enter|join|embargo)/)[^/\s?]+")


class NoTokens(logging.Filter):
    """Takes the token out of every address before the line is written."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line, without the token."""
        said = record.getMessage()
        if TOKEN.search(said):
            record.msg, record.args = TOKEN.sub(r"\1…", said), ()
        return True
