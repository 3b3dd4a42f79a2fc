"""The process of a rehearsal: it reaches nothing, and knows nothing worth telling."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from coalition.publishing.clock import move_clock
from coalition.publishing.rehearse import _bare_environment
from coalition.publishing.rehearsing import WayOutError, play
from tests import factories

pytestmark = pytest.mark.usefixtures("committed")


def test_inside_a_rehearsal_every_door_is_shut() -> None:
    script = """
import django, socket
django.setup()
from coalition.publishing.rehearsing import WayOutError, shut_every_door
shut_every_door()
for way in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.socket().connect_ex(("127.0.0.1", 9)),
    lambda: socket.getaddrinfo("example.org", 443),
    lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)),
):
    try:
        way()
    except WayOutError:
        print("shut")
"""
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True
    )
    assert said.stdout.split() == ["shut"] * 4


def test_its_process_knows_no_secret_and_no_other_process_plays_or_moves_its_clock(
    settings: Settings, tmp_path: Path
) -> None:
    factories.campaign()
    bare = _bare_environment(str(tmp_path))
    given = {"DJANGO_SETTINGS_MODULE", "DATA_DIR", "PUBLIC_URL", "TIME_ZONE"}
    assert {name: value for name, value in bare.items() if name not in given} == {
        "ENV_FILE": "",
        "DEPLOYMENT": "embedded",
        "NETWORKS": "rehearsal",
        "LOG_LEVEL": "ERROR",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for networks in ("live", "off", "rehearsal"):
        settings.NETWORKS = networks
        with pytest.raises(WayOutError):  # here stands a campaign: no empty stage
            play({}, print)
        if networks != "rehearsal":
            with pytest.raises(RuntimeError):
                move_clock(factories.T)
    with pytest.raises(CommandError):
        call_command("rehearse", inside=True)
