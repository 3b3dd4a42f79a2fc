"""The bootstrap, on copies of run.py that install a wheel of our own without any network."""

import ast
import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import run
from tools import environment

ROOT = Path(run.__file__).parent
PYTHON: str = getattr(sys, "_base_executable", sys.executable)
MANAGE = "import sys, tiny; print(*sys.argv[1:]); sys.exit(7 if 'fail' in sys.argv else 0)"


def wheel(folder: Path, name: str) -> str:
    """The smallest wheel there is; its line in a lock."""
    path = folder / f"{name}-1-py3-none-any.whl"
    info = f"{name}-1.dist-info"
    content = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{file},sha256={digest.decode().rstrip('=')},{len(text)}\n"
        for file, text in content.items()
        for digest in [base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())]
    )
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in {**content, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(file, text)
    return f"{name}==1 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Project:
    """A copy of run.py with locks of its own, on a machine with one installer."""

    def __init__(self, folder: Path, installer: str) -> None:
        self.folder = folder
        self.log = folder / "var" / "setup.log"
        shutil.copytree(ROOT / "tools", folder / "tools")
        shutil.copy(ROOT / "run.py", folder)
        (folder / "manage.py").write_text(MANAGE)
        (folder / "pytest.py").write_text("print('pytest')")
        wheels = folder / "wheels"
        wheels.mkdir()
        self.lock = folder / "requirements.lock"
        self.lock.write_text(wheel(wheels, "tiny"))
        dev = self.lock.read_text() + wheel(wheels, "tinydev")
        (folder / "requirements-dev.lock").write_text(dev)
        tools = folder / "bin"
        tools.mkdir()
        if installer == "uv":
            uv = environment.find_uv() or pytest.skip("uv is not on this machine")
            (tools / "uv").symlink_to(uv)
        offline = {"PIP_NO_INDEX": "1", "UV_NO_INDEX": "1", "UV_OFFLINE": "1"}
        links = {"PIP_FIND_LINKS": wheels.as_uri(), "UV_FIND_LINKS": wheels.as_uri()}
        quiet = {"PIP_CONFIG_FILE": os.devnull, "UV_NO_CONFIG": "1", "PYTHON": PYTHON}
        path = {"PATH": f"{tools}:/usr/bin:/bin", "HOME": str(folder)}
        self.environment = {**path, **offline, **links, **quiet}

    def command(self, *arguments: str) -> list[str]:
        return [PYTHON, str(self.folder / "run.py"), *arguments]

    def run(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={**self.environment, **extra},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def installs(self) -> int:
        return self.log.stat().st_mtime_ns


@pytest.fixture(scope="module", params=["pip", "uv"])
def project(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("project with spaces")
    yield Project(folder, request.param)
    shutil.rmtree(folder)


def test_the_first_start_installs_and_the_second_does_not(project: Project) -> None:
    first = project.run("manage", "hello", "--world")
    assert (first.stdout, first.returncode) == ("hello --world\n", 0)
    assert "Installing requirements.lock" in first.stderr
    before = project.installs()
    second = project.run("--port", "1")
    assert (second.stdout, second.stderr) == ("run --port 1\n", "")
    assert project.installs() == before


def test_going_back_from_development_installs_nothing(project: Project) -> None:
    assert project.run("test").stdout == "pytest\n"
    before = project.installs()
    assert project.run("demo", "--once").stdout == "demo --once\n"
    assert project.installs() == before


def test_a_changed_lock_installs_again(project: Project) -> None:
    project.run("manage")
    project.lock.write_text(f"# changed\n{project.lock.read_text()}")
    assert "Installing" in project.run("manage").stderr


def test_an_environment_whose_python_is_gone_is_made_again(project: Project) -> None:
    project.run("manage")
    python = project.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(project.folder / "gone")
    again = project.run("manage", "hello")
    assert (again.stdout, again.returncode) == ("hello\n", 0)


def test_starts_at_once_do_not_disturb_each_other(project: Project) -> None:
    shutil.rmtree(project.folder / ".venv", ignore_errors=True)
    starts = [
        subprocess.Popen(
            project.command("manage", "hello"),
            env=project.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(3)
    ]
    ended = [(*start.communicate(), start.returncode) for start in starts]
    assert [(words, code) for words, _, code in ended] == [("hello\n", 0)] * 3
    assert sum("Installing" in progress for _, progress, _ in ended) == 1


def test_run_becomes_the_command_so_that_exit_codes_and_signals_are_its_own(
    project: Project,
) -> None:
    assert project.run("manage", "fail").returncode == 7
    manage = project.folder / "manage.py"
    manage.write_text("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    with subprocess.Popen(
        project.command("run"), env=project.environment, stdout=subprocess.PIPE
    ) as start:
        assert start.stdout is not None
        assert int(start.stdout.readline()) == start.pid
        start.send_signal(signal.SIGTERM)
        assert start.wait(10) == -signal.SIGTERM
    manage.write_text(MANAGE)


def test_a_second_start_costs_less_than_a_tenth_of_a_second(project: Project) -> None:
    project.run("manage")
    direct = [str(project.folder / ".venv/bin/python"), str(project.folder / "manage.py")]

    def fastest(command: list[str]) -> float:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            subprocess.run(command, env=project.environment, capture_output=True, check=True)
            times.append(time.perf_counter() - began)
        return min(times)

    assert fastest(project.command("manage")) - fastest(direct) < 0.1


def test_a_file_with_another_hash_is_refused_in_one_line(project: Project) -> None:
    right = project.lock.read_text()
    project.lock.write_text(right[:-3] + ("00\n" if right[-3:] != "00\n" else "11\n"))
    shutil.rmtree(project.folder / ".venv", ignore_errors=True)
    refused = project.run("manage")
    project.lock.write_text(right)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith(
        "Setting up requirements.lock failed: a downloaded file is not the one"
    )
    assert "Traceback" not in refused.stderr


def test_a_file_without_a_hash_is_refused(project: Project) -> None:
    right = project.lock.read_text()
    project.lock.write_text("tiny==1\n")
    shutil.rmtree(project.folder / ".venv", ignore_errors=True)
    refused = project.run("manage")
    project.lock.write_text(right)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_without_a_network_it_says_so_in_one_line(project: Project) -> None:
    shutil.rmtree(project.folder / ".venv", ignore_errors=True)
    closed = "http://127.0.0.1:9/simple"
    indexes = {"PIP_INDEX_URL": closed, "UV_DEFAULT_INDEX": closed, "UV_OFFLINE": "0"}
    links = {"PIP_NO_INDEX": "0", "UV_NO_INDEX": "0", "PIP_FIND_LINKS": "", "UV_FIND_LINKS": ""}
    caches = {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1", "UV_HTTP_RETRIES": "0"}
    refused = project.run("manage", **indexes, **links, **caches)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith(
        "Setting up requirements.lock failed: the package index can't be reached."
    )
    assert "Traceback" not in refused.stderr


def test_a_folder_that_nobody_may_write_is_named(project: Project) -> None:
    shutil.rmtree(project.folder / "var", ignore_errors=True)
    (project.folder / "var").write_text("in the way")
    (project.folder / ".venv" / "installed").unlink(missing_ok=True)
    refused = project.run("manage")
    (project.folder / "var").unlink()
    assert refused.returncode == 1
    assert refused.stderr == f"{project.folder / 'var'}: File exists.\n"


# Words


def test_help_names_every_command() -> None:
    text = run.__doc__ or ""
    assert [name for name in run.COMMANDS if f"\n  {name} " not in text] == ["run"]


def test_an_unknown_command_points_at_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["dmeo"]) == 1
    assert capsys.readouterr().err == (
        "There is no command “dmeo”; python3 run.py --help lists them.\n"
    )


@pytest.mark.parametrize(
    "file", ["run.py", "tools/__init__.py", "tools/environment.py", "tools/interpreter.py"]
)
def test_any_python_since_3_8_can_read(file: str) -> None:
    ast.parse((ROOT / file).read_text("utf-8"), feature_version=(3, 8))
