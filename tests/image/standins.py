"""Stand-ins for the images that the Dockerfile begins with, of this machine's own programs.

No registry is asked. They have what the real ones have and our build uses: this Python, a shell, a
few programs, nginx, and the libraries that those need. What else is in the real ones is not seen.
"""

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.testnet import servers
from tests.testnet.missing import program

PYTHON: str = getattr(sys, "_base_executable", sys.executable)
PROGRAMS = {"/bin": ("sh", "install", "chmod"), "/usr/sbin": ("useradd", "nologin")}
IN_EVERY_DEBIAN = (
    *("pthread.so.0", "dl.so.2", "rt.so.1", "m.so.6", "resolv.so.2", "util.so.1"),
    *("gcc_s.so.1", "stdc++.so.6"),
)
LEFT_OUT = ("test", "site-packages", "dist-packages", "__pycache__", "idlelib", "tkinter")
NGINX_USER = 101


class Root:
    """A root file system in the making."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("etc", "proc", "dev", "sys", "root", "tmp"):
            (folder / name).mkdir(parents=True)
        (folder / "tmp").chmod(0o1777)
        self.write("etc/passwd", "root:x:0:0::/root:/bin/sh")
        self.write("etc/group", "root:x:0:")

    def write(self, name: str, line: str) -> None:
        with (self.folder / name).open("a") as file:
            file.write(f"{line}\n")

    def bring(self, file: Path, to: str = "") -> None:
        """A program or a library, and every library that it needs."""
        there = self.folder / (to or str(file)).lstrip("/")
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, there)
            for need in needs(file):
                self.bring(need)

    def bring_programs(self, names: tuple[str, ...], to: str) -> None:
        for name in names:
            self.bring(program("an image", (name,), "passwd"), f"{to}/{name}")


def needs(file: Path) -> list[Path]:
    """The libraries that a program or a library is linked with."""
    said = subprocess.run(["ldd", file], capture_output=True, encoding="utf-8", check=False)
    return [Path(found) for found in re.findall(r"(/\S+) \(0x", said.stdout)]


def python(folder: Path) -> None:
    """What python:…-slim has, as far as we use it."""
    root = Root(folder)
    for to, names in PROGRAMS.items():
        root.bring_programs(names, to)
    root.bring(Path(PYTHON).resolve(), "/usr/local/bin/python")
    library = Path(sysconfig.get_path("stdlib"))
    there = folder / "usr" / "local" / "lib" / library.name
    shutil.copytree(library, there, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for module in there.glob("lib-dynload/*.so"):
        for need in needs(module):
            root.bring(need)
    libc = next(need for need in needs(Path(PYTHON)) if need.name == "libc.so.6")
    for name in IN_EVERY_DEBIAN:  # wheels rely on them and don't bring them
        if (library := libc.with_name(f"lib{name}")).exists():
            root.bring(library)


def nginx(folder: Path) -> None:
    """What nginx-unprivileged has, as far as we use it."""
    root = Root(folder)
    root.bring_programs(("sh",), "/bin")
    root.bring(servers.nginx(), "/usr/sbin/nginx")
    root.bring(Path("/etc/nginx/mime.types"))
    root.write("etc/passwd", f"nginx:x:{NGINX_USER}:{NGINX_USER}::/nonexistent:/usr/sbin/nologin")
    root.write("etc/group", f"nginx:x:{NGINX_USER}:")
