"""Becomes a server that dies with the tests: `python launch.py PARENT IDENTITY COMMAND…`.

A program of its own, not a `preexec_fn`: those may deadlock in a process with threads.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
NOBODY = 65534  # Debian's nobody and nogroup


def leave_root(identity: str) -> None:
    """PostgreSQL refuses root: be somebody else, by name only or for real."""
    if identity == "namespace":  # root outside, user 1000 inside: no user is made, no file changes
        outside = {"uid": os.getuid(), "gid": os.getgid()}
        os.unshare(os.CLONE_NEWUSER)
        Path("/proc/self/setgroups").write_text("deny", "ascii")  # or no group may be mapped
        for kind, number in outside.items():
            Path(f"/proc/self/{kind}_map").write_text(f"1000 {number} 1", "ascii")
    elif identity == "nobody":
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def die_with(parent: int) -> None:
    """The kernel ends us when the thread that started us ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended while we started
            sys.exit("the tests have ended")


if __name__ == "__main__":
    _, parent, identity, *command = sys.argv
    try:
        leave_root(identity)
    except OSError as error:
        sys.exit(f"can't leave root by {identity}: {error}")
    die_with(int(parent))  # after the new identity: changing it clears the signal
    os.execv(command[0], command)  # noqa: S606 — becoming it is the job
