"""Becomes a command on a machine of its own, on the wire of who starts it: `wired.py ADDRESS …`.

The machine is a network namespace that has no name: it ends with its last process, and its end of
the wire with it, however that comes about.
"""

import os
import subprocess
import sys


def ip(words: str) -> None:
    """One command of iproute2."""
    subprocess.run(["ip", *words.split()], check=True)


def move_out(address: str) -> None:
    """Into a network that holds one end of a new wire; the other end stays with who started us."""
    old = os.open("/proc/self/ns/net", os.O_RDONLY)
    os.unshare(os.CLONE_NEWNET)
    new = os.open("/proc/self/ns/net", os.O_RDONLY)
    os.setns(old, os.CLONE_NEWNET)
    end = f"wire{os.getpid()}"
    ip(f"link add {end} type veth peer name eth0 netns /proc/{os.getpid()}/fd/{new}")
    ip(f"link set {end} master wire up")
    os.setns(new, os.CLONE_NEWNET)
    ip("link set lo up")
    ip(f"address add {address}/24 dev eth0")
    ip("link set eth0 up")


if __name__ == "__main__":
    _, address, *command = sys.argv
    move_out(address)
    os.execv(command[0], command)  # noqa: S606 — becoming it is the job
