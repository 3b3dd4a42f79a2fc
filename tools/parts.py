"""What this house is made of, by the lock that is deployed: `run.py sbom`, `run.py licences`."""

import re
import subprocess
import sys
from pathlib import Path

from tools import ROOT

LOCK = "requirements.lock"


def sbom(to: str) -> list[str]:
    """Every part with its version and hashes, as CycloneDX."""
    to_file = ("--output-file", to) if to else ()
    return ["-m", "cyclonedx_py", "requirements", LOCK, "--output-reproducible", *to_file]


def licences() -> list[str]:
    """What is deployed, and under which licence; not the tools that we work with."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", Path(ROOT, LOCK).read_text("utf-8"), re.MULTILINE)
    return ["-m", "piplicenses", "--from=mixed", "--order=license", "--packages", *names]


def main(arguments: list[str]) -> int:
    """Become the tool."""
    what, rest = arguments[0], arguments[1:]
    command = sbom(rest[0] if rest else "") if what == "sbom" else licences()
    return subprocess.call([sys.executable, *command], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
