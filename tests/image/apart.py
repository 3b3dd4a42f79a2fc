"""Becomes a command that reaches no network, as root only as nobody: `apart.py IDS COMMAND…`.

IDS is a file of ids that nobody may hand out in a user namespace, as /etc/subuid has it; the
machine's own stays as it is. Without root the command runs inside such a namespace already.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys

NOBODY = 65534  # Debian's nobody and nogroup
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def switch_loopback_on() -> None:
    """The one interface that a fresh network namespace has."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))


def become_nobody(ids: str) -> None:
    """For good: with ids to hand out, seen by this process and its children alone."""
    os.unshare(os.CLONE_NEWNS)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    for file in ("/etc/subuid", "/etc/subgid"):
        subprocess.run(["mount", "--bind", ids, file], check=True)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


if __name__ == "__main__":
    _, ids, *command = sys.argv
    try:
        os.unshare(os.CLONE_NEWNET)
        switch_loopback_on()
        if ids:
            become_nobody(ids)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"can't be apart here: {error}")
    os.execvp(command[0], command)  # noqa: S606 — becoming it is the job
