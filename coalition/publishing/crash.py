"""Points at which a test can end or stop a worker. In production they do nothing.

CRASH_AT=name[:nth], read once at start: the nth time it gets there, the process sends itself
CRASH_BY, or SIGKILL.
"""

import os
import signal
from itertools import count
from typing import Final

_NAME, _, _NTH = os.environ.get("CRASH_AT", "").partition(":")
_AT: Final = int(_NTH or 1)
_HOW: Final = signal.Signals[os.environ.get("CRASH_BY") or "SIGKILL"]
_times: Final = count(1)


def point(name: str) -> None:
    """The worker stands at `name` now."""
    if name == _NAME and next(_times) == _AT:
        os.kill(os.getpid(), _HOW)
