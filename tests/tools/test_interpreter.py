"""Every Python that might fit is run, and none is trusted unrun."""

import sys
from pathlib import Path

import pytest

from tools import interpreter


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on it but what a test puts into its bin."""
    for name in ("PYTHON", "PYENV_ROOT", "XDG_DATA_HOME", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "_base_executable", str(tmp_path / "none"), raising=False)
    real = interpreter.candidates
    monkeypatch.setattr(
        interpreter, "candidates", lambda: (p for p in real() if p.startswith(str(tmp_path)))
    )
    return tmp_path


def test_a_shim_that_does_not_start_is_passed_over(machine: Path) -> None:
    broken = script(machine / "bin" / "python3.13", "exit 127")
    good = script(machine / "bin" / "python3.12", "echo 3.12.4")
    found, tried = interpreter.find(with_pip=False)
    assert found == interpreter.Interpreter(str(good), "3.12.4")
    assert tried[0] == interpreter.Interpreter(str(broken), "", "does not start, exit code 127")


def test_the_python_that_the_environment_names_comes_first(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(machine / "bin" / "python3.13", "echo 3.13.2")
    named = script(machine / "mine" / "python", "echo 3.14.0")
    monkeypatch.setenv("PYTHON", str(named))
    found, _ = interpreter.find(with_pip=False)
    assert found == interpreter.Interpreter(str(named), "3.14.0")


def test_pyenv_is_asked_for_its_newest(machine: Path) -> None:
    for version in ("3.13.9", "3.13.10", "3.12.11"):
        script(machine / ".pyenv/versions" / version / "bin/python", f"echo {version}")
    found, _ = interpreter.find(with_pip=False)
    assert found is not None
    assert found.version == "3.13.10"


def test_when_no_python_fits_every_one_is_named_with_its_reason(machine: Path) -> None:
    old = script(machine / "bin" / "python3", "echo 3.11.2")
    bare = script(machine / "bin" / "python3.13", "echo 3.13.2; echo no _ssl >&2; exit 1")
    found, tried = interpreter.find(with_pip=False)
    assert found is None
    advice = interpreter.advice(tried)
    assert f"{old}: is Python 3.11.2" in advice
    assert f"{bare}: is Python 3.13.2, incomplete: no _ssl" in advice
    assert "PYTHON=/path/to/python" in advice


def test_a_python_that_cannot_make_pip_says_which_package_brings_it(machine: Path) -> None:
    script(
        machine / "bin" / "python3.13",
        "echo 3.13.5; echo \"ModuleNotFoundError: No module named 'ensurepip'\" >&2; exit 1",
    )
    _, tried = interpreter.find(with_pip=True)
    assert "apt-get install -y python3.13-venv" in interpreter.advice(tried)
