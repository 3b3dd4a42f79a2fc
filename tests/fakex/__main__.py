"""`python -m tests.fakex --port 0 --effects FILE`: one JSON line when ready, ended by SIGTERM."""

import argparse
import asyncio
import ctypes
import gc
import json
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from tests.fakex.app import FakeXApp
from tests.fakex.lines import JsonLines
from tests.fakex.world import Settings, World

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.5


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakex", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--effects", type=Path, required=True, help="the effect log")
    parser.add_argument("--requests", type=Path, help="log every request, too")
    parser.add_argument("--rate-limits", action="store_true", help="enforce X's limits")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="between effect and answer")
    return parser.parse_args()


async def serve(options: argparse.Namespace, parent: int) -> None:
    """Serve until a signal comes or the parent is gone."""
    settings = Settings(latency=options.latency_ms / 1000, rate_limits=options.rate_limits)
    log = JsonLines(options.requests) if options.requests else None
    app = FakeXApp(World(options.effects, settings), log)
    runner = web.ServerRunner(app.server(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", options.port, backlog=4096)
    await site.start()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopping.set)
    port = runner.addresses[0][1]
    sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{port}", "pid": os.getpid()}) + "\n")
    sys.stdout.flush()
    while not stopping.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(stopping.wait(), LOOK_SECONDS)
        except TimeoutError:
            continue
    await runner.cleanup()


def die_with_parent() -> None:
    """Ask the kernel for a SIGTERM when the parent goes; elsewhere `serve` looks for itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    parent_id = os.getppid()
    die_with_parent()
    gc.freeze()
    asyncio.run(serve(arguments(), parent_id))
