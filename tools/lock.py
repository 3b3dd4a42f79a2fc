"""Writes requirements.lock and requirements-dev.lock from pyproject.toml: `run.py lock`."""

import subprocess
import sys

from tools import ROOT
from tools.environment import find_uv, say

COMPILE = [
    *("pip", "compile", "pyproject.toml", "--quiet", "--generate-hashes", "--universal"),
    *("--python-version", "3.12", "--no-emit-index-url", "--no-annotate", "--no-header"),
]
LOCKS = {"requirements.lock": [], "requirements-dev.lock": ["--group", "dev"]}


def main(arguments: list[str]) -> int:
    """Compile both; arguments such as --upgrade go to uv."""
    uv = find_uv()
    if uv is None:
        say("uv writes the locks, and there is none here: https://docs.astral.sh/uv/")
        return 1
    for lock, groups in LOCKS.items():
        command = [uv, *COMPILE, *groups, "--output-file", lock, *arguments]
        if code := subprocess.call(command, cwd=ROOT, stdout=subprocess.DEVNULL):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
