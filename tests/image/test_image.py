"""The tree's own Dockerfile, built without root and without a network, and both images started."""

import json
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.composed import HOST, ROOT, served_by
from tests.image.builder import Builder, Unable, running
from tests.test_settings import RIGHT
from tests.testnet.servers import Postgres

CANARY = "what must never be in an image"
NOT_FOR_IT = (
    *(".env", ".git/config", "secrets/secret_key", "var/sent", "out.json", "coalition/.env"),
    *("tests/test_plans.py", "coalition/__pycache__/old.pyc", "locale/nl/LC_MESSAGES/django.mo"),
)
IN_IT = {
    *("LICENSE", "coalition", "deploy", "locale", "manage.py", "migrations", "requirements.lock"),
    *("static", "staticfiles", "templates"),
}
SOCKET = "/socket"
NGINX = "exec nginx -g 'daemon off;' >/tmp/out 2>/tmp/err"  # engines give their user its streams
LOOK = """
import gettext, json, os, pathlib
here = pathlib.Path(".")
files = [file for file in here.rglob("*") if file.is_file()]
static = here / "staticfiles"
names = json.loads((static / "staticfiles.json").read_text())["paths"]
print(json.dumps({
    "who": [os.getuid(), os.getgid()],
    "files": [str(file) for file in files],
    "canaries": [str(file) for file in files if CANARY in file.read_bytes()],
    "writable": [str(file) for file in [here, *here.rglob("*")] if os.access(file, os.W_OK)],
    "data": os.access("/data", os.W_OK),
    "words": {code: gettext.translation("django", "locale", [code]).gettext("Sign in")
              for code in ("nl", "fr", "de")},
    "static": [name for name in names.values() if not (static / name).is_file()],
}))
""".replace("CANARY", repr(CANARY.encode()))
ASK = """
import json, time, urllib.error, urllib.request
def ask(port, path):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    request.add_header("Host", "HOST")
    request.add_header("X-Forwarded-Proto", "https")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return [answer.status, answer.read().decode("utf-8", "replace")]
    except urllib.error.HTTPError as error:
        return [error.code, ""]
    except OSError:
        return [0, ""]
ends = time.monotonic() + 60
while time.monotonic() < ends and not (ask(8000, "/healthz")[0] and ask(8080, "/alive")[0]):
    time.sleep(0.2)
hashed = json.load(open("staticfiles/staticfiles.json"))["paths"]["css/base.css"]
said = {
    "healthz": ask(8000, "/healthz"),
    "page": ask(8000, "/en/")[0],
    "alive": ask(8080, "/alive")[0],
    "static": ask(8080, f"/static/{hashed}")[0],
}
try:
    urllib.request.urlopen("http://192.0.2.1/", timeout=2)
except OSError as error:
    said["outside"] = str(error)
print(json.dumps(said))
""".replace("HOST", HOST)


@pytest.fixture(scope="module")
def builder() -> Iterator[Builder]:
    """With both images built."""
    try:
        with Builder() as builder:
            for name in NOT_FOR_IT:
                file = builder.context / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(CANARY)
            builder.build()
            yield builder
    except Unable as reason:
        pytest.skip(f"no image is built: {reason}")


@pytest.fixture(scope="module")
def app(builder: Builder) -> str:
    return builder.start("app")


def test_it_holds_what_runs_and_nothing_else_for_nobody_in_particular(
    builder: Builder, app: str
) -> None:
    seen = json.loads(builder.run(app, "python", "-", words=LOOK))
    assert seen["who"] == [10001, 10001]
    assert {Path(file).parts[0] for file in seen["files"]} == IN_IT
    assert seen["canaries"] == []
    assert seen["writable"] == []
    assert seen["data"] is True
    assert len({"Sign in", *seen["words"].values()}) == 4
    assert seen["static"] == []


def test_both_images_start_without_a_network_and_say_that_they_are_well(
    builder: Builder, app: str
) -> None:
    with Reachable(home=builder.folder / "db") as postgres:
        values = {**RIGHT, "DATABASE_URL": postgres.url_inside, "SMTP_HOST": "127.0.0.1"}
        ours = ["--volume", f"{postgres.socket}:{SOCKET}"]

        def line(container: str, *command: str) -> str:
            called = running(container, *command, **values)
            return shlex.join(builder.line(called[0], *ours, *called[1:]))

        check = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
        program = [
            "set -e",
            line(app, "python", *check) + " >&2",
            line(app, "python", "manage.py", "migrate", "--noinput") + " >&2",
            line(app, *served_by((ROOT / "Dockerfile").read_text())) + " >&2 &",
            line(builder.start("nginx"), "sh", "-c", NGINX) + " &",
            line(app, "python", "-c", ASK),
            line(app, "python", "-m", "deploy.healthy", "web"),
            "echo well",
        ]
        done = builder.inside("sh", "-c", "\n".join(program))
    assert done.returncode == 0, done.stdout + done.stderr
    answers, well = done.stdout.splitlines()
    said = json.loads(answers)
    assert "unreachable" in said.pop("outside")
    assert said == {"healthz": [200, "ok\n"], "page": 200, "alive": 204, "static": 200}
    assert well == "well"


class Reachable(Postgres):
    """A database that a container without a network reaches: through a socket that is a file."""

    @property
    def socket(self) -> Path:
        return self.home / "socket"

    @property
    def url_inside(self) -> str:
        return f"postgres://postgres@:{self.port}/{SOCKET}/postgres"

    def prepare(self) -> None:
        self.home.mkdir(exist_ok=True)
        super().prepare()
        self.socket.mkdir(exist_ok=True)
        self.socket.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)

    def command(self) -> list[str]:
        return [*super().command(), f"-cunix_socket_directories={self.socket}"]
