"""Every static check in one command: `run.py check`. One line each; words only where it fails."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tools import ROOT, rules

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"

OURS = ("coalition", "deploy", "tools", "manage.py", "run.py")
PRODUCTION = {  # made up on the fly: the checks must hold for a real deployment
    "DEPLOYMENT": "production",
    "DEBUG": "false",
    "PUBLIC_URL": "https://exit.example.org",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "VAULT_PRIVATE_KEYS": f"check:{urlsafe_b64encode(secrets.token_bytes(32)).decode()}",
    "DATABASE_URL": "postgres://exit:exit@127.0.0.1:5432/exit",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "MAIL_FROM": "exit@example.org",
    "SMTP_HOST": "127.0.0.1",
}


@dataclass(frozen=True)
class Check:
    """One command of this Python, and what it means when it passes."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


CHECKS = [
    Check("lint", ("-m", "ruff", "check", "--output-format", "concise", ".")),
    Check("format", ("-m", "ruff", "format", "--check", "--output-format", "concise", ".")),
    Check("security", ("-m", "bandit", "-q", "-c", "pyproject.toml", "-ll", "-r", *OURS)),
    Check("types", ("-m", "mypy", "--no-error-summary")),
    Check("directions", ("-c", LINT_IMPORTS)),
    Check("migrations", ("manage.py", "makemigrations", "--check", "--dry-run")),
    Check("deployment", ("manage.py", "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
]


@dataclass(frozen=True)
class Result:
    """How a check ended."""

    name: str
    passed: bool
    words: str
    seconds: float


def run(check: Check, data: str) -> Result:
    """Run one check, apart from what .env and the shell say of a deployment."""
    began = time.monotonic()
    shell = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    done = subprocess.run(
        [sys.executable, *check.arguments],
        cwd=ROOT,
        env={
            **shell,
            "ENV_FILE": "",
            "DEPLOYMENT": "embedded",
            "DATA_DIR": data,
            **check.environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return Result(check.name, done.returncode == 0, done.stdout, time.monotonic() - began)


def follow_rules() -> Result:
    """The house's own rules, as one check."""
    began = time.monotonic()
    tree = rules.files()
    found = [problem for rule in rules.RULES for problem in rules.problems(rule, tree)]
    return Result("house rules", not found, "\n".join(found), time.monotonic() - began)


def show(result: Result) -> None:
    """One line, and what went wrong."""
    mark = "ok  " if result.passed else "FAIL"
    print(f"{mark}  {result.name:<12} {result.seconds:5.1f} s", flush=True)
    if not result.passed:
        print(f"\n{result.words.strip()}\n", flush=True)


def main() -> int:
    """Run all of them side by side, and show them in order."""
    os.chdir(ROOT)
    Path("var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(run, check, data) for check in CHECKS]
        waiting.append(pool.submit(follow_rules))
        results = []
        for each in waiting:
            results.append(each.result())
            show(results[-1])
    failed = [result.name for result in results if not result.passed]
    if failed:
        print(f"{len(failed)} of {len(results)} checks failed: {', '.join(failed)}.")
        return 1
    print(f"All {len(results)} checks passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
