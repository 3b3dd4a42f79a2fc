"""A builder of images without root and without a network: Debian's buildah, where it is at hand."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.composed import ROOT
from tests.image import standins
from tests.image.apart import NOBODY

APART = Path(__file__).with_name("apart.py")
NO_INDEX = "[global]\nno-index = true\nfind-links = /wheels\n"
LEFT_AT_HOME = (".git", ".venv", "var", "node_modules", ".*_cache", "__pycache__")
SECONDS = 280
"""For all of the building; a machine that is too busy for that says so."""
ROOM = 4 << 30
"""On a disk, copying its layers and removing them takes a builder longer than all the rest."""
TOGETHER = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
"""What a command started ends with it."""


class Unable(Exception):  # noqa: N818 — it is not an error: most machines build no images
    """No image can be made here; its words say why."""


class Builder:
    """A folder with all that building needs; it goes when the block ends."""

    def __init__(self) -> None:
        if not shutil.which("buildah"):
            raise Unable("no buildah on this machine: apt-get install buildah uidmap")
        in_memory = Path("/dev/shm")  # noqa: S108 — a folder of our own in it
        has_room = in_memory.is_dir() and shutil.disk_usage(in_memory).free > ROOM
        self.folder = Path(tempfile.mkdtemp("", "image-", in_memory if has_room else None))
        self.folder.chmod(0o755)
        self.context = self.folder / "context"
        self._ends = time.monotonic() + SECONDS

    def __enter__(self) -> Self:
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Files of handed out ids can only be removed by who handed them out."""
        self._ends = time.monotonic() + SECONDS
        self.inside("rm", "-rf", str(self.folder / "storage"))
        shutil.rmtree(self.folder, ignore_errors=True)

    def _prepare(self) -> None:
        for name in ("storage", "home", "tmp"):
            (self.folder / name).mkdir()
        (self.folder / "ids").write_text("nobody:100000:65536\n")
        (self.folder / "pip.conf").write_text(NO_INDEX)
        if os.getuid() == 0:
            for name in ("storage", "home", "tmp"):
                os.chown(self.folder / name, NOBODY, NOBODY)
        first = self.inside("cat", "/proc/self/uid_map")
        if first.returncode or len(first.stdout.splitlines()) < 2:
            raise Unable(f"no user namespace with ids of its own here: {last_line(first)}")
        shutil.copytree(ROOT, self.context, ignore=shutil.ignore_patterns(*LEFT_AT_HOME))
        self._bring_wheels()

    def _bring_wheels(self) -> None:
        """What the lock names, brought as this machine brings packages."""
        command = [sys.executable, "-m", "pip", "download", "-q", "--retries", "1", "--no-input"]
        lock = ["--require-hashes", "--only-binary", ":all:", "-r", "requirements.lock"]
        command += [*lock, "-d", str(self.folder / "wheels")]
        done = said(command, cwd=ROOT, env=dict(os.environ), ends=self._ends)
        if done.returncode:
            raise Unable(f"the packages of the lock can't be had here: {last_line(done)}")

    def inside(self, *command: str, words: str = "") -> subprocess.CompletedProcess[str]:
        """As root of a user namespace, who is nobody outside, and reaches no network."""
        apart = [str(APART), str(self.folder / "ids") if os.getuid() == 0 else ""]
        unshare = ["buildah", "unshare"]
        if os.getuid() == 0:
            line = [*TOGETHER, sys.executable, *apart, *unshare, *command]
        else:
            line = [*unshare, *TOGETHER, sys.executable, *apart, *command]
        home = str(self.folder / "home")
        own = {"HOME": home, "XDG_RUNTIME_DIR": home, "TMPDIR": str(self.folder / "tmp")}
        env = {"PATH": os.environ["PATH"], **own}
        return said(line, cwd=self.folder, env=env, ends=self._ends, words=words)

    def buildah(self, *arguments: str, words: str = "") -> str:
        """Its words, when it ended well."""
        done = self.inside(*self.line(*arguments), words=words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def line(self, *arguments: str) -> list[str]:
        """How it is called."""
        places = (
            "--root",
            f"{self.folder}/storage/root",
            "--runroot",
            f"{self.folder}/storage/run",
        )
        return ["buildah", *places, "--storage-driver", "vfs", *arguments]

    def stand_in(self) -> None:
        """Under the very names that the Dockerfile begins with."""
        text = (ROOT / "Dockerfile").read_text()
        begins = dict.fromkeys(re.findall(r"^FROM ([^ ]+:[^ ]+)", text, re.MULTILINE))
        for number, name in enumerate(begins):
            folder = self.folder / f"base{number}"
            make, user = (standins.python, "0") if "python" in name else (standins.nginx, "101")
            make(folder)
            container = self.buildah("from", "scratch")
            self.buildah("copy", "-q", container, str(folder), "/")
            self.buildah("config", "--user", user, container)
            registry = "docker.io" if "/" in name else "docker.io/library"
            self.buildah("commit", "-q", "--rm", container, f"{registry}/{name}")

    def build(self) -> None:
        """Both images of the Dockerfile: app and nginx."""
        self.stand_in()
        mounts = [
            *("--volume", f"{self.folder}/wheels:/wheels:ro"),
            *("--volume", f"{self.folder}/pip.conf:/etc/pip.conf:ro"),
        ]
        how = ["bud", "-q", "--isolation", "chroot", "--pull-never", *mounts]
        self.buildah(*how, "--target", "app", "-t", "app", str(self.context))
        # its last stage alone copies from the image of that name: the stage is not built again
        last = self.folder / "Dockerfile"
        last.write_text("FROM " + (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2])
        self.buildah(*how, "-f", str(last), "-t", "nginx", str(self.context))
        self._ends = time.monotonic() + SECONDS  # what comes now may take as long again

    def start(self, image: str) -> str:
        """A container of it; nothing runs in it yet."""
        return self.buildah("from", "--pull-never", f"localhost/{image}")

    def run(self, container: str, *command: str, words: str = "", **settings: str) -> str:
        """What a command in it says."""
        return self.buildah(*running(container, *command, **settings), words=words)


def running(container: str, *command: str, **settings: str) -> list[str]:
    """One command in a container, as the user that its image names."""
    told = [part for name, value in settings.items() for part in ("--env", f"{name}={value}")]
    return ["run", "--isolation", "chroot", *told, container, "--", *command]


def said(
    command: list[str], *, cwd: Path, env: dict[str, str], ends: float, words: str = ""
) -> subprocess.CompletedProcess[str]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(words, timeout=max(1, ends - time.monotonic()))
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise Unable(f"{SECONDS} seconds were not enough on this machine") from None
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return ((done.stderr or done.stdout).strip().splitlines() or ["it said nothing"])[-1]
