"""How the embedded run starts its web server; the benchmark of the page starts the same."""

import sys


def command(port: int) -> list[str]:
    """One process, two threads: one may be slow, and more only wait for the interpreter's lock."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "2", "--no-ws"),
        *("--log-level", "warning", "coalition.wsgi:application"),
    ]
