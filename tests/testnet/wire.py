"""Machines of our own on a wire of our own: network namespaces, which need root and iproute2.

This process leaves the machine's network for one that holds a bridge and nothing else; servers
listen there, and each machine is a namespace behind a wire to it. None of them has a name, so all
of it ends with the last process, also after Ctrl-C or a kill.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.testnet.server import Server
from tests.testnet.wired import ip

WIRED = Path(__file__).with_name("wired.py")
HERE = "10.91.0.1"


class NoWire(Exception):  # noqa: N818 — it is not an error: an ordinary person may lay none
    """No network of our own can be made; its words say why."""


def lay() -> None:
    """From here on this process, and all that it starts, is alone with its machines."""
    try:
        os.unshare(os.CLONE_NEWNET)
        ip("link set lo up")
        ip("link add wire type bridge")
        ip(f"address add {HERE}/24 dev wire")
        ip("link set wire up")
    except (AttributeError, OSError, subprocess.CalledProcessError) as error:  # no Linux, no root
        raise NoWire(f"network namespaces can't be made here: {error}") from None
    Server.address = HERE


def on_machine(number: int, command: list[str]) -> list[str]:
    """The command, on the machine of that number."""
    return [sys.executable, "-I", "-S", str(WIRED), f"10.91.0.{10 + number}", *command]


def cut(server: Server, *, again: bool = False) -> None:
    """Pull its plug, or put it in again; the machine itself notices nothing."""
    assert server.process
    ip(f"link set wire{server.process.pid} {'up' if again else 'down'}")
