"""What docker-compose.yml starts, started without containers: web behind nginx, worker, clock."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.composed import (
    HOST,
    ROOT,
    Service,
    as_an_administrator_has_it,
    ask,
    configuration,
    found_on_path,
    nginx,
    play,
    python_says,
    settled,
    web,
)
from tests.testnet import servers
from tests.testnet.server import free_port
from tests.web.test_headers import EVERYWHERE


@pytest.fixture
def plan(tmp_path: Path) -> dict[str, Any]:
    return configuration(as_an_administrator_has_it(tmp_path))


@pytest.fixture
def values(
    plan: dict[str, Any], postgres: servers.Postgres, valkey: servers.Valkey, tmp_path: Path
) -> dict[str, str]:
    database = postgres.create(f"compose{free_port()}")
    queue = f"redis://127.0.0.1:{valkey.port}/5"
    return settled(plan, tmp_path, database=database, queue=queue)


@pytest.fixture
def site(values: dict[str, str], tmp_path: Path) -> Iterator[int]:
    """The web server of the image behind the nginx of the tree; nginx's port."""
    python_says("manage.py migrate --noinput", values)
    python_says("manage.py collectstatic --noinput", values)
    with web(values, tmp_path) as behind, nginx(behind.port, values, tmp_path) as front:
        yield front.port


EVERYTHING_PUBLIC = """
now = datetime.now(UTC)
exit = factories.campaign(slug='samen-weg', opened_at=now)
factories.pledge(exit, factories.organisation('Waterput', slug='waterput'))
kit = factories.press_kit(exit, public_at=now)
kit.logos.create(name='Logo', content=b'logo', ending='png', width=1, height=1, added_at=now)
"""
OF_NGINX = {
    *("accept-ranges", "connection", "content-length", "date", "etag", "last-modified", "server"),
    "vary",
}
OF_THE_ANSWER = {
    *("accept-ranges", "cache-control", "connection", "content-encoding", "content-language"),
    *("content-length", "content-type", "date", "etag", "last-modified", "server", "vary"),
    *("transfer-encoding",),
}


def test_nginx_serves_files_and_hands_over_the_rest(site: int, tmp_path: Path) -> None:
    https = {"X_Forwarded_Proto": "https"}
    status, _, _ = ask(site, "/en/", **https)
    assert status == 200
    assert ask(site, "/healthz", **https)[::2] == (200, b"ok\n")
    assert ask(site, "/en/")[0] == 301  # over http Django sends people to https

    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    hashed = ask(site, f"/static/{manifest['css/base.css']}", Accept_Encoding="gzip")
    assert (hashed[0], hashed[1]["content-encoding"]) == (200, "gzip")
    assert hashed[1]["cache-control"] == "public, max-age=31536000, immutable"
    assert "set-cookie" not in hashed[1]
    assert hashed[1]["x-content-type-options"] == "nosniff"
    assert ask(site, "/static/css/base.css")[1]["cache-control"] == "public, max-age=3600"
    assert ask(site, "/static/staticfiles.jso")[0] == 404
    secret = (tmp_path / "secrets" / "secret_key").read_bytes().strip()
    assert secret not in ask(site, "/static/../secrets/secret_key", **https)[2]


def test_nginx_says_of_a_snapshot_what_django_says_of_the_page(
    site: int, values: dict[str, str], tmp_path: Path
) -> None:
    https = {"X_Forwarded_Proto": "https"}
    play(values, EVERYTHING_PUBLIC)
    shelf = tmp_path / "data" / "snapshots"
    from_django = {path: ask(site, path, **https) for path in ("/en/", "/en/samen-weg/")}
    python_says("manage.py snapshots", values)
    pages = json.loads((shelf / "now" / "answers.json").read_text())["answers"]
    kinds = {path.rpartition("/")[2].rpartition(".")[2] for path in pages}
    assert kinds == {"", *("csv", "json", "xlsx", "atom", "ics", "png", "svg", "zip")}
    for path, described in pages.items():
        status, headers, body = ask(site, path, **https)
        file = shelf / "now" / "www" / described["file"]
        assert (status, body) == (200, file.read_bytes()), path
        said = {name.lower(): value for name, value in described["headers"].items()}
        own = {name: value for name, value in headers.items() if name not in OF_NGINX}
        assert own == {name: value for name, value in said.items() if name != "vary"}, path
        assert ask(site, path, If_None_Match=headers["etag"], **https)[0] == 304
    for path, (_, headers, _) in from_django.items():
        said = {name.lower(): value for name, value in pages[path]["headers"].items()}
        both = {name: value for name, value in headers.items() if name not in OF_THE_ANSWER}
        assert both == {name: value for name, value in said.items() if name not in OF_THE_ANSWER}

    small = ask(site, "/en/samen-weg/", Accept_Encoding="gzip", **https)[1]
    assert (small["content-encoding"], small["vary"]) == ("gzip", "Accept-Encoding")
    page = shelf / "now" / "www" / "en" / "samen-weg" / "index.html"
    page.write_text("as of now")
    assert ask(site, "/en/samen-weg/", **https)[2] == b"as of now"
    assert ask(site, "/en/samen-weg/?kind=ngo", **https)[2] != b"as of now"
    assert ask(site, "/en/samen-weg/")[0] == 301  # over http, to https


def test_worker_desk_and_clock_start_as_compose_starts_them(
    plan: dict[str, Any], values: dict[str, str], tmp_path: Path
) -> None:
    python_says("manage.py migrate --noinput", values)

    def well(name: str) -> bool:
        ping = plan["services"][name]["healthcheck"]["test"][1].replace("$$", "$")
        asked = subprocess.run(
            ["/bin/sh", "-c", ping.replace("-t 5", "-t 2")],
            cwd=ROOT,
            env={**values, "HOSTNAME": os.uname().nodename},
            capture_output=True,
            check=False,
        )
        return asked.returncode == 0

    def commanded(name: str) -> list[str]:
        return found_on_path(plan["services"][name]["command"], values)

    schedule = tmp_path / "data" / "beat-schedule"
    with (
        Service(
            commanded("worker"), values, lambda: well("worker"), home=tmp_path / "worker"
        ) as worker,
        Service(commanded("desk"), values, lambda: well("desk"), home=tmp_path / "desk") as desk,
        Service(commanded("clock"), values, schedule.exists, home=tmp_path / "clock") as clock,
    ):
        assert clock.process is not None
        for hands in (worker, desk):
            hands.stop()
            assert hands.process is not None
            assert hands.process.returncode == 0
        assert clock.process.poll() is None
        assert "Traceback" not in worker.last_words() + desk.last_words() + clock.last_words()


def test_over_https_every_answer_is_guarded_and_cookies_are_the_hosts(
    site: int, values: dict[str, str]
) -> None:
    said = python_says("manage.py coordinator boss@koepelvoorbeeld.example", values)
    (path,) = re.findall(r"https://exit\.example\.org(\S+)", said)
    with httpx.Client(
        base_url=f"http://127.0.0.1:{site}",
        headers={"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/"},
    ) as browser:

        def take(answer: httpx.Response) -> dict[str, str]:
            """Cookies as a browser on https would send them; httpx sees only http here."""
            for header in answer.headers.get_list("set-cookie"):
                name, _, attributes = header.partition("; ")
                assert name.startswith("__Host-"), header
                assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(
                    attributes.split("; ")
                ), header
                assert "Domain" not in attributes
                cookies[name.partition("=")[0]] = name.partition("=")[2]
            return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

        cookies: dict[str, str] = {}
        for public in ("/en/", "/en/no-such-campaign/", "/healthz"):
            answer = browser.get(public)
            assert "set-cookie" not in answer.headers
            assert answer.headers["strict-transport-security"] == (
                "max-age=31536000; includeSubDomains; preload"
            )
        path = browser.get(path).headers["location"]  # the same, in the reader's language
        form = browser.get(path)
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)[0]
        entered = browser.post(path, data={"csrfmiddlewaretoken": token}, headers=take(form))
        asked = browser.get("/en/dashboard/", headers=take(entered))
        assert asked.headers["location"].startswith("/en/sign-in/2fa/?next=")
        inside = browser.get(asked.headers["location"], headers=take(entered))
        assert (entered.status_code, inside.status_code) == (302, 200)
        assert set(cookies) == {"__Host-csrf", "__Host-session"}
        for answer in (form, entered, inside):
            assert "no-store" in answer.headers["cache-control"]
            assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
        large = browser.post("/en/member/", content=b"x" * 12_000_000)
        assert (large.status_code, "at most" in large.text) == (413, True)
