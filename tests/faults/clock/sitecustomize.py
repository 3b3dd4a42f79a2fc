"""A machine whose clock is wrong: with this folder on PYTHONPATH, Python is CLOCK_OFFSET off."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

_OFFSET = timedelta(seconds=float(os.environ.get("CLOCK_OFFSET") or 0))
time_machine.travel(datetime.now(UTC) + _OFFSET, tick=True).start()
